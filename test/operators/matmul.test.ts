import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('matmul', () => {
  test('counts the summed axis once for each output element', () => {
    // 2·4·5·6 outputs of 3 products.
    expect(operationsOf({ type: 'matmul' }, [2, 1, 5, 3], [4, 3, 6])).toEqual({ mac: 720 });
    expect(valuesOf(rowOf({ type: 'MatMul' }, [2, 1, 5, 3], [4, 3, 6]), '/compute/macs')).toBe('5·3·6·8 = 720');
  });

  test('takes a vector as a row on the left and a column on the right', () => {
    expect(operationsOf({ type: 'matmul' }, [3], [3])).toEqual({ mac: 3 });
    expect(operationsOf({ type: 'matmul' }, [3], [2, 3, 4])).toEqual({ mac: 24 });
    expect(operationsOf({ type: 'matmul' }, [2, 5, 3], [3])).toEqual({ mac: 30 });
  });

  test('refuses inner axes that differ, with both numbers', () => {
    expect(refusalOf({ type: 'matmul' }, [2, 5, 3], [2, 4, 6])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": the last axis of "x0" [2, 5, 3] is 3, but axis -2 of "x1" [2, 4, 6] is 4; they must agree',
    });
    expect(refusalOf({ type: 'matmul' }, [2, 5, 3], [4, 3, 6])).toMatchObject({ at: '/inputs/1', code: 'shape_mismatch' });
    expect(refusalOf({ type: 'matmul' }, [2, 3], [])).toMatchObject({ at: '/inputs/1', code: 'wrong_rank' });
  });

  test('refuses to mix element types, which PyTorch does not promote here', () => {
    expect(refusalOf({ type: 'matmul' }, [2, 3], [[3, 4], 'float64'])).toEqual({
      at: '/inputs/1',
      code: 'wrong_dtype',
      detail: '"layer": operands need one element type: "x0" gives float32, "x1" gives float64; cast one of them',
    });
  });
});
