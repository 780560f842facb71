import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('functions of one tensor', () => {
  test('count one operation of their class an element; a change of sign counts nothing', () => {
    expect(operationsOf({ type: 'sqrt' }, [2, 3])).toEqual({ sqrt: 6 });
    expect(operationsOf({ type: 'exp' }, [2, 3])).toEqual({ exp: 6 });
    expect(operationsOf({ type: 'AbsVal' }, [2, 3])).toEqual({ cmp: 6 });
    expect(operationsOf({ type: 'neg' }, [2, 3])).toEqual({});
  });

  test('refuse to negate bool', () => {
    expect(refusalOf({ type: 'neg' }, [[2, 3], 'bool'])).toMatchObject({ at: '/inputs/0', code: 'wrong_dtype' });
  });
});

describe('clamp', () => {
  test('counts a comparison a bound', () => {
    expect(operationsOf({ type: 'clamp', min: 0 }, [2, 3])).toEqual({ cmp: 6 });
    expect(operationsOf({ type: 'Clip', max: 0 }, [2, 3])).toEqual({ cmp: 6 });
    expect(operationsOf({ type: 'Clip', min: 0, max: 0 }, [2, 3])).toEqual({ cmp: 12 });
  });

  test('refuses to go without a bound', () => {
    expect(refusalOf({ type: 'clamp' }, [2, 3])).toEqual({ at: '', code: 'missing_key', detail: '"layer": clamp needs min, max or both' });
  });
});

describe('cast', () => {
  test('gives the type that the layer states, at no operation', () => {
    const row = rowOf({ type: 'cast', dtype: 'float16' }, [2, 3]);
    expect(row.memory.activation_bytes).toBe(12);
    expect(operationsOf({ type: 'cast', dtype: 'float16' }, [2, 3])).toEqual({});
  });

  test('refuses to go without a type', () => {
    expect(refusalOf({ type: 'cast' }, [2, 3])).toEqual({
      at: '',
      code: 'missing_key',
      detail: '"layer": cast needs dtype, the element type to cast to',
    });
  });
});
