import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('softmax and log_softmax', () => {
  test('count one slice for each position of the other axes', () => {
    // Along axis 1 of 2 × 3 × 5: 10 slices of L = 3: comparisons 2; subtractions 3, sums 2; exponentials 3; divisions 3.
    expect(operationsOf({ type: 'softmax', dim: 1 }, [2, 3, 5])).toEqual({ cmp: 20, add: 50, exp: 30, div: 30 });
    // The logarithm: subtractions 3 + 3, sums 2; one logarithm; no division.
    expect(operationsOf({ type: 'log_softmax', axis: -2 }, [2, 3, 5])).toEqual({ cmp: 20, add: 80, exp: 30, log: 10 });
  });

  test('of one value compares nothing', () => {
    expect(operationsOf({ type: 'softmax' }, [3, 1])).toEqual({ add: 3, exp: 3, div: 3 });
    expect(operationsOf({ type: 'softmax' }, [])).toEqual({ add: 1, exp: 1, div: 1 });
  });

  test('explain their numbers', () => {
    expect(valuesOf(rowOf({ type: 'Softmax' }, [4, 10]), '/compute/operations/add')).toBe('(2·10 − 1)·4 = 76');
  });

  test('refuse an axis that is not there', () => {
    expect(refusalOf({ type: 'softmax', dim: 3 }, [2, 3, 5])).toEqual({
      at: '/dim',
      code: 'out_of_range',
      detail: '"layer": dim 3 is not from -3 to 2: "x0" gives [2, 3, 5]',
    });
    expect(refusalOf({ type: 'Softmax', axis: -4 }, [2, 3, 5]).at).toBe('/axis');
  });
});
