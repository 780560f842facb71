import { expect, test } from 'vitest';
import { sortingPasses } from '../../src/operators/sparsemax.ts';
import { operationsOf, refusalOf } from './one-layer.ts';

test('a merge sort halves its slices until one value is left', () => {
  expect([1, 2, 3, 4, 5, 1024, 1025].map(sortingPasses)).toEqual([0, 1, 2, 2, 3, 10, 11]);
});

test('sparsemax of one value still compares it with its threshold', () => {
  // Two slices of 1, which are sorted in no pass: 2 comparisons, 0 + 1 + 1 + 1 additions, 1 multiplication, 1 division each.
  expect(operationsOf({ type: 'sparsemax', axis: 1 }, [2, 1])).toEqual({ cmp: 4, add: 6, mul: 2, div: 2 });
});

test('hardmax looks for the largest value of a slice', () => {
  // Along axis 0 three slices of 4: 3 comparisons each.
  expect(operationsOf({ type: 'Hardmax', axis: 0 }, [4, 3])).toEqual({ cmp: 9 });
  expect(refusalOf({ type: 'hardmax', dim: 2 }, [4, 3])).toMatchObject({ at: '/dim', code: 'out_of_range' });
});
