import { expect, test } from 'vitest';
import { operationsOf, refusalOf } from './one-layer.ts';

test('running sums and products take one operation less than a slice has values', () => {
  expect(operationsOf({ type: 'CumSum', axis: 1, exclusive: true }, [2, 3, 4])).toEqual({ add: 16 });
  expect(operationsOf({ type: 'cumprod', dim: -1, reverse: true }, [2, 3, 4])).toEqual({ mul: 18 });
  expect(operationsOf({ type: 'cumsum', dim: 0 }, [1, 3])).toEqual({});
});

test('running sums refuse an axis that is not there', () => {
  expect(refusalOf({ type: 'cumsum', dim: 3 }, [2, 3, 4])).toMatchObject({ at: '/dim', code: 'out_of_range' });
  expect(refusalOf({ type: 'cumsum' }, [2, 3, 4])).toMatchObject({ at: '', code: 'missing_key' });
});
