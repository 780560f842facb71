import { expect, test } from 'vitest';
import { operationsOf, refusalOf } from './one-layer.ts';

test('norms of slices count by their p', () => {
  // Along axis 1 eight slices of 3.
  const shape = [2, 3, 4];
  expect(operationsOf({ type: 'UnitNormalization', axis: 1 }, shape)).toEqual({ mul: 24, add: 16, sqrt: 8, cmp: 8, div: 24 });
  expect(operationsOf({ type: 'lp_normalize' }, shape)).toEqual({ mul: 24, add: 16, sqrt: 8, cmp: 8, div: 24 });
  expect(operationsOf({ type: 'lp_normalize', p: 1 }, shape)).toEqual({ cmp: 32, add: 16, div: 24 });
  expect(operationsOf({ type: 'lp_normalize', p: 3 }, shape)).toEqual({ cmp: 32, pow: 32, add: 16, div: 24 });
});

test('a mean and a deviation are taken over batch and space unless axes are named', () => {
  // Over axes 2 and 3: 6 slices of 20: 20 squares, 19 + 20 + 19 + 1 additions, 22 divisions, a root.
  expect(operationsOf({ type: 'MeanVarianceNormalization', axes: [2, 3] }, [2, 3, 4, 5])).toEqual({
    mul: 120,
    add: 354,
    div: 132,
    sqrt: 6,
  });
  expect(refusalOf({ type: 'mean_variance_norm' }, [2, 3])).toMatchObject({ at: '', code: 'out_of_range' });
});
