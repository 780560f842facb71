import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

/** Window sizes by the definition: from ⌊j·i/o⌋ up to ⌈(j + 1)·i/o⌉. */
function windowSizes(input: number, output: number): number[] {
  return Array.from({ length: output }, (_, j) => Math.ceil(((j + 1) * input) / output) - Math.floor((j * input) / output));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('counts are exact', () => {
  test('on windows that differ: 7 cells to 5', () => {
    // Windows of cells 0–1, 1–2, 2–4, 4–5, 5–6: 2 + 2 + 3 + 2 + 2 = 11 cells, 11 − 5 additions.
    expect(windowSizes(7, 5)).toEqual([2, 2, 3, 2, 2]);
    expect(operationsOf({ type: 'adaptive_avg_pool1d', output_size: 5 }, [1, 1, 7])).toEqual({ add: 6, div: 5 });
    expect(operationsOf({ type: 'adaptive_max_pool1d', output_size: 5 }, [1, 1, 7])).toEqual({ cmp: 6 });
  });

  test('on every pair of extents up to 12', () => {
    for (let input = 1; input <= 12; input++) {
      for (let output = 1; output <= 12; output++) {
        const { add = 0, div } = operationsOf({ type: 'adaptive_avg_pool1d', output_size: output }, [1, 1, input]);
        expect([input, output, add, div]).toEqual([input, output, sum(windowSizes(input, output)) - output, output]);
      }
    }
  });

  test('over two and three axes, where the sums multiply', () => {
    // 2·3 maps; rows 7 to 3: 3 + 3 + 3 = 9 cells; columns 5 to 4: 2 + 2 + 2 + 2 = 8 cells; 6·(9·8 − 3·4).
    expect(operationsOf({ type: 'adaptive_max_pool2d', output_size: [3, 4] }, [2, 3, 7, 5])).toEqual({ cmp: 360 });
    // 4 to 2: 2 + 2 cells an axis; 64 − 8.
    expect(operationsOf({ type: 'adaptive_avg_pool3d', output_size: 2 }, [1, 1, 4, 4, 4])).toEqual({ add: 56, div: 8 });
  });

  test('on extents that no loop could walk', () => {
    // 2^31 − 1 is prime, so gcd is 1: (2^31 − 1) + 2^30 − 1 cells for 2^30 outputs.
    expect(operationsOf({ type: 'adaptive_max_pool1d', output_size: 2 ** 30 }, [1, 1, 2 ** 31 - 1])).toEqual({ cmp: 2 ** 31 - 2 });
  });

  test('and the formula shows them', () => {
    const row = rowOf({ type: 'adaptive_avg_pool2d', output_size: [3, 4] }, [2, 3, 7, 6]);
    expect(row.formulas?.find(({ of }) => of === '/compute/operations/add')).toEqual({
      of: '/compute/operations/add',
      formula: 'n·c·(i + o − gcd)·(i + o − gcd) − e',
      values: '2·3·(7 + 3 − 1)·(6 + 4 − 2) − 72 = 360',
    });
  });
});

test('null keeps an extent; one number is for all axes', () => {
  expect(rowOf({ type: 'adaptive_avg_pool3d', output_size: [null, 2, null] }, [1, 2, 5, 6, 7]).output_shapes).toEqual([[1, 2, 5, 2, 7]]);
  expect(rowOf({ type: 'AdaptiveAvgPool3d', output_size: 2 }, [1, 2, 5, 6, 7]).output_shapes).toEqual([[1, 2, 2, 2, 2]]);
});

test('is no row of the textbook, unlike the other pools', () => {
  const document = {
    input: [2, 4, 4],
    layers: [
      { type: 'avg_pool2d', kernel_size: 2 },
      { type: 'adaptive_avg_pool2d', output_size: 1 },
    ],
  };
  expect(measureDocument(document, { convention: 'textbook' }).layers.map(({ type }) => type)).toEqual(['input', 'avg_pool2d']);
});

test('refusals name the key', () => {
  expect(refusalOf({ type: 'adaptive_avg_pool2d', output_size: [2] }, [1, 1, 4, 4]).at).toBe('/output_size');
  expect(refusalOf({ type: 'adaptive_avg_pool2d', output_size: [2, 0] }, [1, 1, 4, 4]).at).toBe('/output_size/1');
  expect(refusalOf({ type: 'adaptive_avg_pool2d' }, [1, 1, 4, 4]).code).toBe('missing_key');
  expect(refusalOf({ type: 'adaptive_avg_pool2d', output_size: 2 }, [1, 4, 4]).code).toBe('wrong_rank');
});

test('means of integers are floating, maxima keep their type', () => {
  const bytes = (type: string) => rowOf({ type, output_size: 2 }, [[1, 1, 8], 'uint8']).memory.activation_bytes;
  expect([bytes('adaptive_avg_pool1d'), bytes('adaptive_max_pool1d')]).toEqual([8, 2]);
});
