import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('reductions', () => {
  test('count one operation less than a slice has values', () => {
    // Over axes 1 and 3 of 2 × 3 × 4 × 5: 8 slices of L = 15, 14 operations each; a mean divides each.
    const dim = [1, -1];
    expect(operationsOf({ type: 'sum', dim }, [2, 3, 4, 5])).toEqual({ add: 112 });
    expect(operationsOf({ type: 'mean', dim }, [2, 3, 4, 5])).toEqual({ add: 112, div: 8 });
    expect(operationsOf({ type: 'reduce_max', dim }, [2, 3, 4, 5])).toEqual({ cmp: 112 });
    expect(operationsOf({ type: 'reduce_min', dim }, [2, 3, 4, 5])).toEqual({ cmp: 112 });
  });

  test('over one value compute nothing but the division of a mean', () => {
    expect(operationsOf({ type: 'sum', dim: 1 }, [4, 1])).toEqual({});
    expect(operationsOf({ type: 'mean', dim: 1 }, [4, 1])).toEqual({ div: 4 });
  });

  test("read Keras' and ONNX's spellings", () => {
    const row = rowOf({ type: 'ReduceMean', axes: [2, 3], keepdims: true }, [1, 512, 7, 7]);
    expect(row).toMatchObject({ type: 'mean', output_shapes: [[1, 512, 1, 1]] });
    expect(valuesOf(row, '/compute/operations/add')).toBe('(49 − 1)·512 = 24576');
    expect(rowOf({ type: 'amax', axis: 1, keepdims: false }, [2, 3]).output_shapes).toEqual([[2]]);
  });

  test('refuse axes that are not there or named twice, at the entry', () => {
    expect(refusalOf({ type: 'sum', dim: [1, 3] }, [2, 3, 4])).toMatchObject({ at: '/dim/1', code: 'out_of_range' });
    expect(refusalOf({ type: 'sum', axes: [2, -1] }, [2, 3, 4])).toMatchObject({ at: '/axes/1', code: 'duplicate_axis' });
    expect(refusalOf({ type: 'sum', dim: 3 }, [2, 3, 4])).toMatchObject({ at: '/dim', code: 'out_of_range' });
  });

  test('have a floating mean only', () => {
    expect(refusalOf({ type: 'mean' }, [[2, 3], 'int64'])).toEqual({
      at: '/inputs/0',
      code: 'wrong_dtype',
      detail: '"layer": a mean has a floating type, but "x0" gives int64; state dtype, or cast it first',
    });
    expect(refusalOf({ type: 'mean', dtype: 'int32' }, [2, 3])).toMatchObject({ at: '/dtype', code: 'wrong_dtype' });
  });
});
