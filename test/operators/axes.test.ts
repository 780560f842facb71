import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('permute, transpose, squeeze, unsqueeze and roll', () => {
  test('cost nothing, and all but roll are views', () => {
    const layers = [
      { type: 'permute', dims: [0, 2, 1] },
      { type: 'transpose', dim0: 1, dim1: 2 },
      { type: 'squeeze', dim: 1 },
      { type: 'unsqueeze', dim: 1 },
      { type: 'roll', shifts: 1 },
    ];
    for (const layer of layers) expect(operationsOf(layer, [2, 1, 4])).toEqual({});
    expect(layers.map((layer) => rowOf(layer, [2, 1, 4]).memory.activation_elements)).toEqual([0, 0, 0, 0, 8]);
  });

  test('keep the element type', () => {
    expect(rowOf({ type: 'roll', shifts: 1 }, [[2, 3], 'int64']).memory.activation_bytes).toBe(48);
  });

  test('take the spellings of ONNX, Keras and Caffe', () => {
    expect(rowOf({ type: 'Transpose', perm: [1, 0] }, [2, 3]).output_shapes).toEqual([[3, 2]]);
    expect(rowOf({ type: 'Permute', order: [0, 2, 1] }, [1, 2, 3]).output_shapes).toEqual([[1, 3, 2]]);
    expect(rowOf({ type: 'swapaxes', axis0: 0, axis1: -1 }, [2, 3, 4]).output_shapes).toEqual([[4, 3, 2]]);
    expect(rowOf({ type: 'Squeeze', axes: [0, 2] }, [1, 3, 1]).output_shapes).toEqual([[3]]);
    expect(rowOf({ type: 'ExpandDims', axis: -1 }, [2, 3]).output_shapes).toEqual([[2, 3, 1]]);
  });
});

describe('permute', () => {
  test('refuses another number of axes, and an axis twice', () => {
    expect(refusalOf({ type: 'permute', dims: [0, 1] }, [2, 3, 4])).toEqual({
      at: '/dims',
      code: 'wrong_rank',
      detail: '"layer": dims [0, 1] names 2 axes, but "x0" gives [2, 3, 4] (3 axes)',
    });
    expect(refusalOf({ type: 'Transpose', perm: [0, 2, -1] }, [2, 3, 4])).toEqual({
      at: '/perm/2',
      code: 'duplicate_axis',
      detail: '"layer": dims [0, 2, -1] names axis 2 twice',
    });
    expect(refusalOf({ type: 'permute', dims: [0, 1, 3] }, [2, 3, 4])).toMatchObject({ at: '/dims/2', code: 'out_of_range' });
  });
});

describe('squeeze', () => {
  test('leaves a named axis that is longer than 1', () => {
    expect(rowOf({ type: 'squeeze', dim: [0, 1] }, [2, 1, 3]).output_shapes).toEqual([[2, 3]]);
  });

  test('points at the one number that is wrong', () => {
    expect(refusalOf({ type: 'squeeze', dim: 3 }, [2, 1, 3])).toMatchObject({ at: '/dim', code: 'out_of_range' });
    expect(refusalOf({ type: 'squeeze', dim: [1, 5] }, [2, 1, 3])).toMatchObject({ at: '/dim/1', code: 'out_of_range' });
  });
});

describe('unsqueeze', () => {
  test('adds several axes at places of the output', () => {
    expect(rowOf({ type: 'Unsqueeze', axes: [0, 3] }, [2, 3]).output_shapes).toEqual([[1, 2, 3, 1]]);
  });

  test('refuses a place outside the output, and one place twice', () => {
    expect(refusalOf({ type: 'unsqueeze', dim: 3 }, [2, 3])).toEqual({
      at: '/dim',
      code: 'out_of_range',
      detail: '"layer": dim 3 is not from -3 to 2, the axes of an output with 1 more than [2, 3] from "x0"',
    });
    expect(refusalOf({ type: 'unsqueeze', dim: [1, -3] }, [2, 3])).toMatchObject({ at: '/dim/1', code: 'duplicate_axis' });
  });
});

describe('roll', () => {
  test('wants one shift an axis', () => {
    expect(refusalOf({ type: 'roll', shifts: [1, 2] }, [2, 3])).toMatchObject({
      at: '/shifts',
      code: 'mismatch',
      detail: '"layer": shifts has 2 entries, dims is absent, which takes one',
    });
    expect(refusalOf({ type: 'roll', shifts: 1, dims: [0, 1] }, [2, 3])).toMatchObject({ at: '/shifts', code: 'mismatch' });
    expect(refusalOf({ type: 'roll', shifts: [1, 1], dims: [0, 2] }, [2, 3])).toMatchObject({ at: '/dims/1', code: 'out_of_range' });
  });
});

test('flip reverses axes, each at most once, into a new tensor', () => {
  expect(rowOf({ type: 'ReverseV2', axis: [1] }, [2, 3]).memory).toMatchObject({ activation_elements: 6, view: false });
  expect(refusalOf({ type: 'flip', dims: [1, -1] }, [2, 3])).toMatchObject({ at: '/dims/1', code: 'duplicate_axis' });
});
