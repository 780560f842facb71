import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('glu', () => {
  test('gates one half by the sigmoid of the other', () => {
    // 2·5·4 outputs: exponential, addition, division and multiplication each.
    expect(operationsOf({ type: 'glu' }, [2, 5, 8])).toEqual({ exp: 40, add: 40, div: 40, mul: 40 });
  });

  test('explains the halved extent', () => {
    const row = rowOf({ type: 'GLU', dim: -2 }, [1, 6, 4]);
    expect(row.output_shapes).toEqual([[1, 3, 4]]);
    expect(valuesOf(row, '/output_shapes/0/1')).toBe('6/2 = 3');
  });

  test('refuses an odd extent and a tensor without axes', () => {
    expect(refusalOf({ type: 'glu', dim: 1 }, [2, 5, 4])).toEqual({
      at: '/dim',
      code: 'not_divisible',
      detail: '"layer": axis 1 is halved, but "x0" gives an odd extent of 5',
    });
    expect(refusalOf({ type: 'glu' }, [])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });
});
