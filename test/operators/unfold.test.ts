import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('unfold', () => {
  test('copies, so it computes nothing, but holds every copy', () => {
    // 3·3·3 = 27 cells in each of 4·3 blocks of a map of 3·36 cells.
    const row = rowOf({ type: 'unfold', kernel_size: 3 }, [1, 3, 6, 5]);
    expect(row.output_shapes).toEqual([[1, 27, 12]]);
    expect(row.compute.flops).toBe(0);
    expect(row.memory.activation_elements).toBe(324);
  });

  test('shows how its columns come about', () => {
    const row = rowOf({ type: 'unfold', kernel_size: [3, 2], dilation: [2, 3], padding: [1, 2], stride: [3, 1] }, [2, 4, 11, 9]);
    expect(valuesOf(row, '/output_shapes/0/1')).toBe('4·3·2 = 24');
    expect(valuesOf(row, '/output_shapes/0/2')).toBe('(⌊(11 + 1 + 1 − 2·(3 − 1) − 1)/3⌋ + 1)·(⌊(9 + 2 + 2 − 3·(2 − 1) − 1)/1⌋ + 1) = 30');
  });

  test('knows only batch × channels × height × width', () => {
    expect(refusalOf({ type: 'unfold', kernel_size: 2 }, [3, 4, 4]).code).toBe('wrong_rank');
    expect(refusalOf({ type: 'unfold', kernel_size: [2, 5] }, [1, 3, 4, 4])).toMatchObject({
      at: '/kernel_size/1',
      code: 'kernel_too_large',
    });
  });
});

describe('fold', () => {
  test('adds every cell of every column', () => {
    // 2·12·9 input elements.
    expect(operationsOf({ type: 'fold', output_size: 4, kernel_size: 2 }, [2, 12, 9])).toEqual({ add: 216 });
  });

  test('gives back the shape that unfold took', () => {
    const attributes = { kernel_size: [3, 2], dilation: [2, 1], padding: 1, stride: 2 };
    const report = measureDocument({
      input: [5, 9, 8],
      layers: [
        { type: 'unfold', ...attributes },
        { type: 'fold', output_size: [9, 8], ...attributes },
      ],
    });
    expect(report.layers[1]?.output_shapes).toEqual([[1, 5, 9, 8]]);
  });

  test.each([
    [
      { output_size: 4, kernel_size: 2 },
      [1, 13, 9],
      '/kernel_size',
      'not_divisible',
      'columns of 13 cells from "x0" do not divide into kernels of 2·2 = 4 cells',
    ],
    [{ output_size: 4, kernel_size: 2 }, [1, 12, 8], '/output_size', 'mismatch', 'output_size [4, 4] has 3·3 = 9 blocks, but "x0" gives 8'],
    [
      { output_size: [4, 6], kernel_size: 5 },
      [1, 25, 2],
      '/kernel_size',
      'kernel_too_large',
      'kernel height 5 exceeds padded output height 4; use a smaller kernel or a larger output_size',
    ],
  ])('%j on %j is refused at %s', (attributes, shape, at, code, detail) => {
    expect(refusalOf({ type: 'fold', ...attributes }, shape)).toEqual({ at, code, detail: `"layer": ${detail}` });
  });
});

test('in a channels-last document both lay the columns last', () => {
  const report = measureDocument({
    data_format: 'channels_last',
    input: [6, 5, 3],
    layers: [
      { type: 'unfold', kernel_size: 3 },
      { type: 'fold', output_size: [6, 5], kernel_size: 3 },
    ],
  });
  expect(report.layers.map((row) => row.output_shapes?.[0])).toEqual([
    [1, 12, 27],
    [1, 6, 5, 3],
  ]);
});
