import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf } from './one-layer.ts';

describe('activations of a few pieces', () => {
  test('count their longest piece and the comparisons that find it', () => {
    expect(operationsOf({ type: 'Celu', alpha: 2 }, [2, 3])).toEqual({ cmp: 6, div: 6, exp: 6, add: 6, mul: 6 });
    expect(operationsOf({ type: 'ThresholdedRelu', alpha: 0.5 }, [2, 3])).toEqual({ cmp: 6 });
    expect(operationsOf({ type: 'hard_shrink', threshold: 1 }, [2, 3])).toEqual({ cmp: 12 });
    expect(operationsOf({ type: 'softshrink', lambd: 1, bias: 0.5 }, [2, 3])).toEqual({ cmp: 12, add: 6 });
    expect(operationsOf({ type: 'sparse_plus' }, [2, 3])).toEqual({ cmp: 12, add: 6, mul: 12 });
    expect(operationsOf({ type: 'sparse_sigmoid' }, [2, 3])).toEqual({ cmp: 12, add: 6, mul: 6 });
  });

  test('refuse an alpha that celu would divide by', () => {
    expect(refusalOf({ type: 'celu', alpha: 0 }, [2, 3])).toMatchObject({ at: '/alpha', code: 'invalid_value' });
  });
});
