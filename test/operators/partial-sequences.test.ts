import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('reverse_sequence', () => {
  test('keeps the shape, computes nothing and writes a new tensor', () => {
    const layer = { type: 'ReverseSequence', time_axis: 0, batch_axis: 1 };
    const row = rowOf(layer, [10, 2, 4], [[2], 'int64']);
    expect(row.output_shapes).toEqual([[10, 2, 4]]);
    expect(row.memory).toMatchObject({ activation_elements: 80, view: false });
    expect(operationsOf(layer, [10, 2, 4], [[2], 'int64'])).toEqual({});
  });

  test('refuses lengths that are not one whole number a batch, and one axis for both', () => {
    expect(refusalOf({ type: 'reverse_sequence' }, [2, 10], [[3], 'int64'])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": expected one number for each of 2 batches, but "x1" gives [3]',
    });
    expect(refusalOf({ type: 'reverse_sequence' }, [2, 10], [2])).toMatchObject({ at: '/inputs/1', code: 'wrong_dtype' });
    expect(refusalOf({ type: 'reverse_sequence', dim: 0 }, [2, 10], [[2], 'int64'])).toMatchObject({ at: '/dim', code: 'invalid_value' });
    expect(refusalOf({ type: 'reverse_sequence', dim: 2 }, [2, 10], [[2], 'int64'])).toMatchObject({ at: '/dim', code: 'out_of_range' });
  });
});

describe('tensor_scatter', () => {
  test('gives a new cache', () => {
    const row = rowOf({ type: 'tensor_scatter' }, [2, 8, 16], [2, 3, 16]);
    expect(row.output_shapes).toEqual([[2, 8, 16]]);
    expect(row.memory).toMatchObject({ activation_elements: 256, view: false });
    expect(operationsOf({ type: 'tensor_scatter', mode: 'circular' }, [2, 8, 16], [2, 3, 16], [[2], 'int64'])).toEqual({});
  });

  test('refuses an update that does not fit, and positions that are not one a batch', () => {
    expect(refusalOf({ type: 'tensor_scatter' }, [2, 8, 16], [2, 9, 16])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": the update must agree with the cache, and be no longer along axis 1: "x0" gives [2, 8, 16], "x1" gives [2, 9, 16]',
    });
    expect(refusalOf({ type: 'tensor_scatter' }, [2, 8, 16], [2, 3, 15])).toMatchObject({ at: '/inputs/1' });
    expect(refusalOf({ type: 'tensor_scatter' }, [2, 8, 16], [3, 16])).toMatchObject({ at: '/inputs/1' });
    expect(refusalOf({ type: 'tensor_scatter' }, [2, 8, 16], [2, 3, 16], [[3], 'int64'])).toMatchObject({ at: '/inputs/2' });
    expect(refusalOf({ type: 'tensor_scatter', dim: 3 }, [2, 8, 16], [2, 3, 16])).toMatchObject({ at: '/dim', code: 'out_of_range' });
  });
});
