import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('functions of one tensor that files contain', () => {
  test('count a transcendental function as one exponential, the others by their class', () => {
    for (const type of ['sin', 'Cos', 'tan', 'Asin', 'arccos', 'atan', 'sinh', 'cosh', 'asinh', 'Acosh', 'arctanh'])
      expect([type, operationsOf({ type }, [2, 3])]).toEqual([type, { exp: 6 }]);
    expect(operationsOf({ type: 'Erf' }, [2, 3])).toEqual({ erf: 6 });
    expect(operationsOf({ type: 'Log' }, [2, 3])).toEqual({ log: 6 });
    expect(operationsOf({ type: 'Reciprocal' }, [2, 3])).toEqual({ div: 6 });
    expect(operationsOf({ type: 'rsqrt' }, [2, 3])).toEqual({ sqrt: 6, div: 6 });
    expect(operationsOf({ type: 'Square' }, [2, 3])).toEqual({ mul: 6 });
    for (const type of ['Sign', 'Floor', 'Ceil', 'Round', 'IsNaN', 'IsInf', 'Not'])
      expect([type, operationsOf({ type }, [2, 3])]).toEqual([type, { cmp: 6 }]);
  });

  test('answer questions in bool, one byte an element', () => {
    for (const type of ['is_nan', 'is_inf', 'logical_not']) expect(rowOf({ type }, [2, 3]).memory.activation_bytes).toBe(6);
  });

  test('turn the bits of integers and bool only', () => {
    expect(operationsOf({ type: 'BitwiseNot' }, [[2, 3], 'bool'])).toEqual({ cmp: 6 });
    expect(refusalOf({ type: 'bitwise_not' }, [2, 3])).toEqual({
      at: '/inputs/0',
      code: 'wrong_dtype',
      detail: '"layer": bitwise_not takes integers or bool, but "x0" gives float32',
    });
  });
});
