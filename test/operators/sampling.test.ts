import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

describe('grid_sample', () => {
  const map = [1, 3, 8, 8];
  const grid = [1, 5, 6, 2];

  test('filters from two taps an axis, four of bicubic, none of nearest; a coordinate is scaled', () => {
    // 90 elements, 60 coordinates.
    expect(operationsOf({ type: 'GridSample' }, map, grid)).toEqual({ mul: 4 * 90 + 60, add: 3 * 90 + 60 });
    expect(operationsOf({ type: 'grid_sample', mode: 'bicubic' }, map, grid)).toEqual({ mul: 16 * 90 + 60, add: 15 * 90 + 60 });
    expect(operationsOf({ type: 'grid_sample', mode: 'nearest' }, map, grid)).toEqual({ mul: 60, add: 60 });
    // 3·2 elements of 8 taps, 6 coordinates.
    expect(operationsOf({ type: 'grid_sample' }, [1, 3, 4, 4, 4], [1, 1, 2, 1, 3])).toEqual({ mul: 54, add: 48 });
  });

  test('refuses a grid of other coordinates, with both shapes', () => {
    expect(refusalOf({ type: 'grid_sample' }, map, [1, 5, 6, 3])).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": the grid must end in an axis of 2 coordinates: "x1" gives [1, 5, 6, 3], "x0" gives [1, 3, 8, 8]',
    });
  });
});

test('affine_grid multiplies positions by a matrix', () => {
  expect(operationsOf({ type: 'AffineGrid', size: [2, 3, 4, 5, 6] }, [2, 3, 4])).toEqual({ mac: 2 * 120 * 3 * 4 });
});

describe('roi_align', () => {
  const layer = { type: 'roi_align', output_size: [2, 3], sampling_ratio: 2 };

  test('costs the samples that are stated', () => {
    // 4·3·6 = 72 elements of 4 samples.
    expect(operationsOf(layer, [1, 3, 16, 16], [4, 5])).toEqual({ mul: 1152, add: 1080, div: 72 });
    expect(operationsOf({ ...layer, mode: 'max' }, [1, 3, 16, 16], [4, 4], [[4], 'int64'])).toEqual({ mul: 1152, add: 864, cmp: 216 });
    expect(rowOf(layer, [1, 3, 16, 16], [4, 5]).output_shapes).toEqual([[4, 3, 2, 3]]);
  });

  test('refuses to guess how many there are', () => {
    expect(refusalOf({ type: 'roi_align', output_size: 7 }, [1, 3, 16, 16], [4, 5])).toMatchObject({ code: 'missing_key' });
    expect(refusalOf({ ...layer, sampling_ratio: 0 }, [1, 3, 16, 16], [4, 5])).toMatchObject({ at: '/sampling_ratio' });
  });
});
