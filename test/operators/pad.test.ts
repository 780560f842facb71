import { describe, expect, test } from 'vitest';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

const shapeOf = (attributes: Record<string, unknown>, shape: readonly number[]) =>
  rowOf({ type: 'pad', ...attributes }, shape).output_shapes?.[0];

test('pairs are for the last axes, in axis order, whatever the layout', () => {
  const padding = [
    [1, 2],
    [3, 4],
  ];
  expect(shapeOf({ padding }, [2, 3, 5, 6])).toEqual([2, 3, 8, 13]);
  expect(shapeOf({ padding, data_format: 'channels_last' }, [2, 5, 6, 3])).toEqual([2, 5, 9, 10]);
});

test('new cells are written, not computed', () => {
  const row = rowOf({ type: 'pad', padding: [[-1, 3]] }, [1, 2, 4]);
  expect(row.compute.flops).toBe(0);
  expect(row.memory.activation_elements).toBe(12);
  expect(valuesOf(row, '/output_shapes/0/2')).toBe('4 + (−1) + 3 = 6');
});

test('all data may be cut off where new cells stand for it', () => {
  expect(shapeOf({ padding: [[-4, 3]] }, [1, 2, 4])).toEqual([1, 2, 3]);
  // a a a b c d without its last five cells.
  expect(shapeOf({ padding: [[2, -5]], mode: 'replicate' }, [1, 2, 4])).toEqual([1, 2, 1]);
});

test('other modes take any axis', () => {
  expect(
    shapeOf(
      {
        padding: [
          [1, 1],
          [0, 0],
        ],
        mode: 'replicate',
      },
      [1, 2, 4],
    ),
  ).toEqual([1, 4, 4]);
});

test('a value of 0 is what every mode has', () => {
  expect(shapeOf({ padding: [[1, 1]], mode: 'reflect', value: 0 }, [1, 2, 4])).toEqual([1, 2, 6]);
});

test('ONNX lists all begins and then all ends', () => {
  expect(rowOf({ type: 'Pad', pads: [0, 0, 1, 2, 0, 0, 3, 4] }, [1, 3, 6, 4]).output_shapes).toEqual([[1, 3, 10, 10]]);
});

describe('refusals name the pair', () => {
  test.each([
    [
      {
        padding: [
          [0, 0],
          [0, 4],
        ],
        mode: 'reflect',
      },
      '/padding/1/1',
      'padding_too_large',
      'reflect padding 4 of axis 3 exceeds 3, the most that its 4 cells allow',
    ],
    [
      {
        padding: [
          [7, 0],
          [0, 0],
        ],
        mode: 'circular',
      },
      '/padding/0/0',
      'padding_too_large',
      'circular padding 7 of axis 2 exceeds 6, the most that its 6 cells allow',
    ],
    [{ padding: [[-5, 7]] }, '/padding/0', 'out_of_range', 'padding [-5, 7] leaves nothing of the 4 cells of axis 3'],
    [{ padding: [[-6, 2]], mode: 'replicate' }, '/padding/0', 'out_of_range', 'padding [-6, 2] leaves nothing of the 4 cells of axis 3'],
    [
      {
        padding: [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 1],
        ],
      },
      '/padding',
      'mismatch',
      'padding has 5 pairs, but "x0" gives [1, 2, 6, 4] (4 axes)',
    ],
    [{ padding: [[1, 1]], mode: 'reflect', value: 2 }, '/value', 'invalid_value', 'value 2 is for mode "constant"; mode is "reflect"'],
  ])('%j', (attributes, at, code, detail) => {
    expect(refusalOf({ type: 'pad', ...attributes }, [1, 2, 6, 4])).toEqual({ at, code, detail: `"layer": ${detail}` });
  });

  test('a flat list is no list of pairs', () => {
    expect(refusalOf({ type: 'ZeroPad2d', padding: [1, 1, 1, 1] }, [1, 2, 6, 4]).at).toBe('/padding/0');
  });
});
