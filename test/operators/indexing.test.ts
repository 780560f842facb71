import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('take', () => {
  test('replaces an axis by the axes of its indices, at no operation', () => {
    expect(rowOf({ type: 'Gather', axis: 1 }, [2, 5, 4], [[3, 6], 'int64']).output_shapes).toEqual([[2, 3, 6, 4]]);
    expect(rowOf({ type: 'take', dim: 1 }, [2, 5, 4], [[], 'int32']).output_shapes).toEqual([[2, 4]]);
    expect(operationsOf({ type: 'take' }, [7, 4], [[2], 'int64'])).toEqual({});
    expect(rowOf({ type: 'take' }, [7, 4], [[2], 'int64']).memory.activation_elements).toBe(8);
  });

  test('binds leading axes, and says which do not agree', () => {
    expect(rowOf({ type: 'GatherV2', axis: 1, batch_dims: 1 }, [2, 5, 4], [[2, 3], 'int64']).output_shapes).toEqual([[2, 3, 4]]);
    expect(refusalOf({ type: 'take', dim: 1, batch_dims: 1 }, [2, 5], [[3, 3], 'int64'])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": the first 1 axes must agree: "x0" gives [2, 5], "x1" gives [3, 3]',
    });
    expect(refusalOf({ type: 'take', dim: 0, batch_dims: 1 }, [2, 5], [[2, 3], 'int64'])).toMatchObject({ at: '/batch_dims' });
    expect(refusalOf({ type: 'take', batch_dims: 2 }, [2], [[2], 'int64'])).toMatchObject({ at: '/batch_dims', code: 'out_of_range' });
  });
});

test('gather_nd refuses places on more axes than the data has', () => {
  expect(refusalOf({ type: 'GatherND' }, [3, 4], [[2, 3], 'int64'])).toEqual({
    at: '/inputs/1',
    code: 'shape_mismatch',
    detail: '"layer": indices name places on 3 axes, the data has 2 to place them on: "x0" gives [3, 4], "x1" gives [2, 3]',
  });
});

describe('scatter', () => {
  const inputs = [
    [2, 5],
    [[2, 3], 'int64'],
    [2, 3],
  ] as const;

  test('counts an operation for each update that reduces', () => {
    expect(operationsOf({ type: 'ScatterElements', axis: 1 }, ...inputs)).toEqual({});
    expect(operationsOf({ type: 'scatter', dim: 1, reduction: 'add' }, ...inputs)).toEqual({ add: 6 });
    expect(operationsOf({ type: 'scatter', dim: 1, reduce: 'mul' }, ...inputs)).toEqual({ mul: 6 });
    expect(operationsOf({ type: 'scatter', dim: 1, reduce: 'max' }, ...inputs)).toEqual({ cmp: 6 });
    expect(operationsOf({ type: 'ScatterND', reduction: 'min' }, [3, 4, 5], [[2, 2], 'int64'], [2, 5])).toEqual({ cmp: 10 });
  });

  test('puts values of the type of the data', () => {
    expect(refusalOf({ type: 'scatter', dim: 1 }, [2, 5], [[2, 3], 'int64'], [[2, 3], 'float16'])).toMatchObject({
      at: '/inputs/2',
      code: 'wrong_dtype',
    });
  });
});

test('one_hot puts in an axis of classes, in the type that is stated', () => {
  const row = rowOf({ type: 'OneHot', depth: 10, axis: 1, dtype: 'float32' }, [[2, 3], 'int64']);
  expect(row.output_shapes).toEqual([[2, 10, 3]]);
  expect(row.memory.activation_bytes).toBe(240);
});
