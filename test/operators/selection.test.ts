import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('argmax', () => {
  test('counts L − 1 comparisons a slice', () => {
    // 2·4 slices of 3; then one of 24.
    expect(operationsOf({ type: 'argmax', dim: 1 }, [2, 3, 4])).toEqual({ cmp: 16 });
    expect(operationsOf({ type: 'ArgMax' }, [2, 3, 4])).toEqual({ cmp: 23 });
  });

  test('gives int64 indices and refuses bool', () => {
    expect(rowOf({ type: 'argmax', axis: 1, keepdims: true }, [2, 3]).memory.activation_bytes).toBe(16);
    expect(refusalOf({ type: 'argmax' }, [[2, 3], 'bool'])).toMatchObject({ at: '/inputs/0', code: 'wrong_dtype' });
  });
});

describe('topk', () => {
  test('counts a pass for each value kept', () => {
    // 4 slices of 7: 6 + 5 comparisons each. All 7 kept: 6 + 5 + 4 + 3 + 2 + 1 = 21.
    expect(operationsOf({ type: 'topk', k: 2 }, [4, 7])).toEqual({ cmp: 44 });
    expect(operationsOf({ type: 'topk', k: 7 }, [4, 7])).toEqual({ cmp: 84 });
  });

  test('gives values in their own type and int64 indices', () => {
    // 2·3 values of 2 bytes and 2·3 indices of 8 bytes.
    const row = rowOf({ type: 'topk', k: 3 }, [[2, 10], 'float16']);
    expect(row.memory).toMatchObject({ output_elements: 12, activation_bytes: 60 });
    expect(valuesOf(row, '/output_shapes/1/1')).toBe('3 = 3');
  });

  test('refuses more than there are', () => {
    expect(refusalOf({ type: 'TopK', k: 11 }, [2, 10])).toEqual({
      at: '/k',
      code: 'out_of_range',
      detail: '"layer": k 11 exceeds the extent 10 of axis 1: "x0" gives [2, 10]',
    });
    expect(refusalOf({ type: 'topk', k: 2 }, [])).toMatchObject({ at: '/k', code: 'out_of_range' });
  });
});

describe('where', () => {
  test('broadcasts all three and counts nothing', () => {
    const row = rowOf({ type: 'where' }, [[2, 1, 1], 'bool'], [3, 1], [4]);
    expect(row.output_shapes).toEqual([[2, 3, 4]]);
    expect(operationsOf({ type: 'where' }, [[2, 3], 'bool'], [2, 3], [])).toEqual({});
  });

  test('refuses a condition that is not bool', () => {
    expect(refusalOf({ type: 'where' }, [2, 3], [2, 3], [2, 3])).toEqual({
      at: '/inputs/0',
      code: 'wrong_dtype',
      detail: '"layer": the condition must be bool, but "x0" gives float32; cast it first',
    });
  });

  test('takes uint8 for a condition, as PyTorch still does', () => {
    expect(rowOf({ type: 'where' }, [[2, 3], 'uint8'], [3], []).output_shapes).toEqual([[2, 3]]);
  });
});

describe('gather', () => {
  test('takes the shape of the indices and the type of the input, and counts nothing', () => {
    const row = rowOf({ type: 'GatherElements', axis: 1 }, [[2, 5], 'float16'], [[2, 9], 'int64']);
    expect(row).toMatchObject({ output_shapes: [[2, 9]], memory: { activation_bytes: 36 } });
    expect(row.compute.flops).toBe(0);
  });

  test('refuses indices that are not integers, have other axes, or reach beyond the input', () => {
    expect(refusalOf({ type: 'gather', dim: 1 }, [2, 5], [2, 3])).toMatchObject({ at: '/inputs/1', code: 'wrong_dtype' });
    expect(refusalOf({ type: 'gather', dim: 1 }, [2, 5], [[3], 'int64'])).toEqual({
      at: '/inputs/1',
      code: 'wrong_rank',
      detail: '"layer": indices must have as many axes as the input: "x1" gives [3], "x0" gives [2, 5]',
    });
    expect(refusalOf({ type: 'gather', dim: 0 }, [2, 5], [[2, 6], 'int64'])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": indices must be no larger on axis 1 than the input: "x1" gives [2, 6], "x0" gives [2, 5]',
    });
  });

  test('needs an axis', () => {
    expect(refusalOf({ type: 'gather' }, [2, 5], [[2, 3], 'int64'])).toMatchObject({ code: 'missing_key' });
  });
});
