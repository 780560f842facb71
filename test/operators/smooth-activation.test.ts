import { expect, test } from 'vitest';
import { operationsOf } from './one-layer.ts';

test('smooth activations count the formula as it is written', () => {
  expect(operationsOf({ type: 'log_sigmoid' }, [2, 3])).toEqual({ exp: 6, add: 6, log: 6 });
  expect(operationsOf({ type: 'tanh_shrink' }, [2, 3])).toEqual({ tanh: 6, add: 6 });
  expect(operationsOf({ type: 'squareplus', b: 1 }, [2, 3])).toEqual({ mul: 6, add: 12, sqrt: 6, div: 6 });
});
