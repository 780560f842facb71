import { expect, test } from 'vitest';
import { operationsOf, refusalOf } from './one-layer.ts';

test('sorting takes a pass over the slice for each halving', () => {
  // Along axis 0 three slices of 5: 3 passes of 5 comparisons.
  expect(operationsOf({ type: 'sort', dim: 0, descending: true }, [5, 3])).toEqual({ cmp: 45 });
  expect(operationsOf({ type: 'sort' }, [5, 1])).toEqual({});
  expect(refusalOf({ type: 'sort', axis: 2 }, [5, 3])).toMatchObject({ at: '/axis', code: 'out_of_range' });
});
