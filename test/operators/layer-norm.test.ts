import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('layer_norm', () => {
  test('counts its own statistics', () => {
    // 6 rows of L = 4: squares 4; additions 3 + 4 + 3 + 1 = 11; divisions 1 + 1 + 4 = 6; 1 root. Weights add 4 multiplications and 4 additions a row.
    expect(operationsOf({ type: 'layer_norm', normalized_shape: 4, elementwise_affine: false }, [2, 3, 4])).toEqual({
      mul: 24,
      add: 66,
      div: 36,
      sqrt: 6,
    });
    expect(operationsOf({ type: 'layer_norm', normalized_shape: 4 }, [2, 3, 4])).toEqual({ mul: 48, add: 90, div: 36, sqrt: 6 });
    // Without the shift the scale is left: 4 multiplications more than without weights.
    expect(operationsOf({ type: 'layer_norm', normalized_shape: 4, bias: false }, [2, 3, 4])).toEqual({
      mul: 48,
      add: 66,
      div: 36,
      sqrt: 6,
    });
  });

  test('normalises several axes as one slice', () => {
    // 2 rows of L = 12: additions 4·12 − 1 = 47.
    const row = rowOf({ type: 'layer_norm', normalized_shape: [3, 4] }, [2, 3, 4]);
    expect(row.compute.operations).toMatchObject({ mul: 48, add: 94, div: 28, sqrt: 2 });
    expect(valuesOf(row, '/weights/parameters')).toBe('12 + 12 = 24');
    expect(valuesOf(row, '/compute/operations/add')).toBe('(4·12 − 1)·2 = 94');
  });

  test('takes the last axis where normalized_shape is absent', () => {
    expect(rowOf({ type: 'LayerNormalization', epsilon: 1e-6 }, [2, 5, 8]).weights.tensors.map((tensor) => tensor.shape)).toEqual([
      [8],
      [8],
    ]);
  });

  test('refuses extents that are not the last ones, pointing at the one that differs', () => {
    expect(refusalOf({ type: 'layer_norm', normalized_shape: [4, 8] }, [2, 5, 8])).toEqual({
      at: '/normalized_shape/0',
      code: 'shape_mismatch',
      detail: '"layer": normalized_shape [4, 8] must be the extents of the last axes, but "x0" gives [2, 5, 8]',
    });
    expect(refusalOf({ type: 'layer_norm', normalized_shape: 7 }, [2, 5, 8])).toMatchObject({
      at: '/normalized_shape',
      code: 'shape_mismatch',
    });
    expect(refusalOf({ type: 'layer_norm', normalized_shape: [2, 5, 8] }, [5, 8])).toMatchObject({
      at: '/normalized_shape',
      code: 'wrong_rank',
    });
  });
});
