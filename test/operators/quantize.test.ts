import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('quantisation', () => {
  test('costs a division, an addition and the two ends of the range; going back a subtraction and a multiplication', () => {
    expect(operationsOf({ type: 'QuantizeLinear', dtype: 'int8' }, [2, 3])).toEqual({ div: 6, add: 6, cmp: 12 });
    expect(operationsOf({ type: 'DequantizeLinear' }, [[2, 3], 'int8'])).toEqual({ add: 6, mul: 6 });
    expect(operationsOf({ type: 'DynamicQuantizeLinear' }, [2, 3])).toEqual({ cmp: 26, add: 7, div: 8 });
  });

  test('gives the type that is stated, half a byte of int4', () => {
    expect(rowOf({ type: 'quantize', dtype: 'int4' }, [3, 3]).memory.activation_bytes).toBe(5);
    expect(rowOf({ type: 'quantize' }, [3, 3]).memory.activation_bytes).toBe(9);
    expect(rowOf({ type: 'dequantize', dtype: 'float16' }, [[3, 3], 'uint8']).memory.activation_bytes).toBe(18);
    expect(refusalOf({ type: 'quantize', dtype: 'float32' }, [3])).toEqual({
      at: '/dtype',
      code: 'wrong_dtype',
      detail: '"layer": values are quantised to int8, uint8, int4, int16, int32, float8; dtype is float32',
    });
    expect(refusalOf({ type: 'dequantize', dtype: 'int8' }, [[3], 'int8'])).toMatchObject({ at: '/dtype' });
  });

  test('refuses scales that are not as many as the axis has positions', () => {
    expect(refusalOf({ type: 'quantize', axis: 1, dtype: 'int8' }, [2, 3], [2])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": "x1" gives 2 numbers for 3 positions of axis 1',
    });
  });
});
