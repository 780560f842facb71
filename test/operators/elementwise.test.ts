import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('arithmetic of several tensors', () => {
  test('counts one operation of its class for each output element', () => {
    // 2 × 1 × 4 with 3 × 1 gives 2·3·4 = 24 elements.
    const one = { add: 'add', subtract: 'add', multiply: 'mul', divide: 'div', maximum: 'cmp', minimum: 'cmp', pow: 'pow' };
    for (const [type, of] of Object.entries(one)) expect(operationsOf({ type }, [2, 1, 4], [3, 1])).toEqual({ [of]: 24 });
  });

  test('reads any number of tensors, two at a time', () => {
    // 4 tensors: 3 additions for each of 6 elements.
    const row = rowOf({ type: 'Sum' }, [2, 3], [3], [], [2, 1]);
    expect(row.type).toBe('add');
    expect(row.output_shapes).toEqual([[2, 3]]);
    expect(valuesOf(row, '/compute/operations/add')).toBe('(4 − 1)·6 = 18');
    expect(refusalOf({ type: 'add' }, [2, 3])).toMatchObject({ code: 'wrong_input_count' });
    expect(refusalOf({ type: 'divide' }, [2, 3], [2, 3], [2, 3])).toMatchObject({ code: 'wrong_input_count' });
  });

  test('refuses extents that neither agree nor are 1, at the input that brings them', () => {
    expect(refusalOf({ type: 'add' }, [2, 16, 8, 8], [2, 16, 8, 7])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail:
        '"layer": "x1" gives [2, 16, 8, 7], "x0" gives [2, 16, 8, 8]: aligned at the end, axis −1 is 8 and 7; extents must agree or be 1',
    });
    expect(refusalOf({ type: 'maximum' }, [4, 1], [2, 1, 5], [3, 5])).toEqual({
      at: '/inputs/2',
      code: 'shape_mismatch',
      detail:
        '"layer": "x2" gives [3, 5], the inputs before it give [2, 4, 5]: aligned at the end, axis −2 is 4 and 3; extents must agree or be 1',
    });
  });

  test('lets a tensor without axes promote only to a higher kind', () => {
    const bytes = (...types: readonly [string, string]) =>
      rowOf({ type: 'multiply' }, [[2, 3], types[0]], [[], types[1]]).memory.activation_bytes;
    // float16 stays, 6·2 bytes; integers become the scalar's float64, 6·8 bytes; int8 stays int8.
    expect(bytes('float16', 'float64')).toBe(12);
    expect(bytes('int32', 'float64')).toBe(48);
    expect(bytes('int8', 'int64')).toBe(6);
  });

  test('refuses to subtract bool', () => {
    expect(refusalOf({ type: 'subtract' }, [2, 3], [[2, 3], 'bool'])).toMatchObject({ at: '/inputs/1', code: 'wrong_dtype' });
  });
});
