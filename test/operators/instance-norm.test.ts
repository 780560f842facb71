import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('instance_norm', () => {
  test('counts one slice a plane', () => {
    // 2·6 planes of L = 9: squares 9; additions 8 + 9 + 8 + 1 = 26; divisions 11; 1 root.
    expect(operationsOf({ type: 'instance_norm' }, [2, 6, 9])).toEqual({ mul: 108, add: 312, div: 132, sqrt: 12 });
  });

  test('folds to one scale and one shift where it keeps running statistics', () => {
    // 2·6·9 = 108 elements.
    const row = rowOf({ type: 'instance_norm', track_running_stats: true }, [2, 6, 9]);
    expect(row.compute.operations).toMatchObject({ mul: 108, add: 108, div: 0, sqrt: 0 });
    expect(row.weights).toMatchObject({ parameters: 0, buffers: 12 });
  });

  test('learns nothing unless asked to', () => {
    expect(rowOf({ type: 'InstanceNorm2d' }, [1, 3, 4, 4]).weights.parameters).toBe(0);
    expect(rowOf({ type: 'InstanceNorm2d', affine: true }, [1, 3, 4, 4]).weights.parameters).toBe(6);
  });

  test('refuses an input without spatial axes and num_features that do not match', () => {
    expect(refusalOf({ type: 'instance_norm' }, [4, 6])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
    expect(refusalOf({ type: 'instance_norm', num_features: 5 }, [2, 6, 9])).toMatchObject({ at: '/num_features', code: 'mismatch' });
  });
});
