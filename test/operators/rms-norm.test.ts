import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('rms_norm', () => {
  test('counts squares, their mean, one root and the divisions', () => {
    // 6 rows of L = 4: 4 squares; 3 + 1 additions; 1 + 4 divisions; 1 root. The scale adds 4 multiplications a row.
    expect(operationsOf({ type: 'rms_norm', normalized_shape: 4, elementwise_affine: false }, [2, 3, 4])).toEqual({
      mul: 24,
      add: 24,
      div: 30,
      sqrt: 6,
    });
    expect(operationsOf({ type: 'rms_norm', normalized_shape: 4 }, [2, 3, 4])).toEqual({ mul: 48, add: 24, div: 30, sqrt: 6 });
  });

  test('learns a scale and no shift', () => {
    expect(rowOf({ type: 'RMSNorm', normalized_shape: [3, 4] }, [2, 3, 4]).weights.tensors).toEqual([
      { name: 'weight', shape: [3, 4], kind: 'parameter', trainable: true },
    ]);
  });

  test('refuses extents that are not the last ones', () => {
    expect(refusalOf({ type: 'rms_norm', normalized_shape: [5, 9] }, [2, 5, 8])).toMatchObject({
      at: '/normalized_shape/1',
      code: 'shape_mismatch',
    });
  });
});
