import { expect, test } from 'vitest';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

const layer = {
  type: 'crop',
  cropping: [
    [1, 2],
    [3, 4],
  ],
};

test('pairs are for the last axes, in axis order, whatever the layout', () => {
  expect(rowOf(layer, [2, 3, 9, 10]).output_shapes).toEqual([[2, 3, 6, 3]]);
  expect(rowOf({ ...layer, data_format: 'channels_last' }, [2, 9, 10, 8]).output_shapes).toEqual([[2, 9, 7, 1]]);
});

test('what is left is copied, nothing is computed', () => {
  const row = rowOf(layer, [1, 1, 9, 10]);
  expect(row.memory).toMatchObject({ activation_elements: 18, view: false });
  expect(row.compute.flops).toBe(0);
  expect(valuesOf(row, '/output_shapes/0/3')).toBe('10 − 3 − 4 = 3');
});

test('refusals name the pair', () => {
  expect(refusalOf(layer, [1, 1, 9, 7])).toEqual({
    at: '/cropping/1',
    code: 'out_of_range',
    detail: '"layer": cropping [3, 4] leaves nothing of the 7 cells of axis 3; cut at most 6',
  });
  expect(
    refusalOf(
      {
        type: 'crop',
        cropping: [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
      },
      [2, 4],
    ),
  ).toMatchObject({ at: '/cropping', code: 'mismatch' });
  expect(refusalOf({ type: 'crop', cropping: [[-1, 0]] }, [2, 4]).at).toBe('/cropping/0/0');
});
