import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('reductions that are more than a sum', () => {
  test('count what a slice takes', () => {
    // Over axes 1 and 3 of 2 × 3 × 4 × 5: 8 slices of L = 15.
    const dim = [1, 3];
    const shape = [2, 3, 4, 5];
    expect(operationsOf({ type: 'ReduceL1', axes: dim }, shape)).toEqual({ cmp: 120, add: 112 });
    expect(operationsOf({ type: 'ReduceL2', axes: dim }, shape)).toEqual({ mul: 120, add: 112, sqrt: 8 });
    expect(operationsOf({ type: 'ReduceSumSquare', axes: dim }, shape)).toEqual({ mul: 120, add: 112 });
    expect(operationsOf({ type: 'ReduceLogSum', axes: dim }, shape)).toEqual({ add: 112, log: 8 });
    // 14 comparisons, 15 + 14 + 1 additions, 15 exponentials.
    expect(operationsOf({ type: 'ReduceLogSumExp', axes: dim }, shape)).toEqual({ cmp: 112, add: 240, exp: 120, log: 8 });
    // 14 + 15 + 14 additions, 15 squares, 2 divisions.
    expect(operationsOf({ type: 'var', dim }, shape)).toEqual({ add: 344, mul: 120, div: 16 });
    expect(operationsOf({ type: 'std', dim }, shape)).toEqual({ add: 344, mul: 120, div: 16, sqrt: 8 });
    expect(operationsOf({ type: 'ReduceProd', axes: dim }, shape)).toEqual({ mul: 112 });
    expect(operationsOf({ type: 'any', dim }, shape)).toEqual({ cmp: 112 });
    expect(operationsOf({ type: 'all', dim }, shape)).toEqual({ cmp: 112 });
  });

  test('have a floating variance only', () => {
    expect(refusalOf({ type: 'var', dim: 1 }, [[2, 3], 'int64']).detail).toBe(
      '"layer": a variance has a floating type, but "x0" gives int64; state dtype, or cast it first',
    );
    expect(rowOf({ type: 'std', dim: 1, dtype: 'float64' }, [[2, 3], 'int64']).memory.activation_bytes).toBe(16);
  });
});
