import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('linear', () => {
  test('takes f_in multiply-accumulates an output, and an addition for the bias', () => {
    // 2·5 rows of 3·4 products; 4 biases a row.
    expect(operationsOf({ type: 'linear', out_features: 4 }, [2, 5, 3])).toEqual({ mac: 120, add: 40 });
    expect(operationsOf({ type: 'Dense', units: 4, use_bias: false }, [2, 5, 3])).toEqual({ mac: 120 });
  });

  test('explains its numbers', () => {
    const row = rowOf({ type: 'linear', out_features: 4 }, [2, 5, 3]);
    expect(valuesOf(row, '/weights/parameters')).toBe('3·4 + 4 = 16');
    expect(valuesOf(row, '/compute/macs')).toBe('3·4·10 = 120');
    expect(valuesOf(row, '/output_shapes/0/2')).toBe('4 = 4');
  });

  test('keeps its weights without the bias in the classic course', () => {
    const report = measureDocument({ input: [4096], layers: [{ type: 'linear', out_features: 1000 }] }, { convention: 'textbook' });
    expect(report.totals).toMatchObject({ parameters: 4096000, macs: 4096000, flops: 4096000 });
  });

  test('refuses in_features that are not those of the input, at the spelling that was sent', () => {
    expect(refusalOf({ type: 'linear', out_features: 10, in_features: 128 }, [2, 8, 4, 4])).toEqual({
      at: '/in_features',
      code: 'mismatch',
      detail: '"layer": in_features is 128, but "x0" gives 4',
    });
  });

  test('refuses an input without a batch axis', () => {
    expect(refusalOf({ type: 'linear', out_features: 10 }, [7])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });

  test('promotes integers with its weights', () => {
    const bytes = (layer: object) => rowOf({ type: 'linear', out_features: 4, ...layer }, [[2, 3], 'uint8']).memory.activation_bytes;
    // 8 elements of float32; of float16 where the weights are.
    expect(bytes({})).toBe(32);
    expect(bytes({ weight_dtype: 'float16' })).toBe(16);
  });
});

describe('bilinear', () => {
  test('contracts from left to right', () => {
    // 5 rows: 2·3·4 products for x1·A, then 3·4 with x2; 4 biases. Weights 4·2·3 + 4.
    const row = rowOf({ type: 'bilinear', out_features: 4 }, [5, 2], [5, 3]);
    expect(row.compute.operations).toMatchObject({ mac: 5 * (24 + 12), add: 20 });
    expect(row.weights.parameters).toBe(28);
  });

  test('refuses inputs whose other axes differ, at the second', () => {
    expect(refusalOf({ type: 'bilinear', out_features: 5 }, [2, 6, 3], [2, 5, 4])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": all axes but the last must agree: "x0" gives [2, 6, 3], "x1" gives [2, 5, 4]',
    });
  });
});
