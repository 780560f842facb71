import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('operations an element', () => {
  test.each([
    // Copies.
    [{ mode: 'nearest' }, [1, 1, 4, 4], {}],
    [{ mode: 'nearest-exact' }, [1, 1, 4, 4], {}],
    // Two taps: 2 multiplications, 1 addition for each of 8 elements.
    [{ mode: 'linear' }, [1, 1, 4], { mul: 16, add: 8 }],
    // Two pairs and the pair of results: 6 and 3 for each of 64.
    [{ mode: 'bilinear' }, [1, 1, 4, 4], { mul: 384, add: 192 }],
    // Four pairs, two pairs, one pair: 14 and 7 for each of 512.
    [{ mode: 'trilinear' }, [1, 1, 4, 4, 4], { mul: 7168, add: 3584 }],
    // Four rows of four taps and the column of results: 20 and 15 for each of 64.
    [{ mode: 'bicubic' }, [1, 1, 4, 4], { mul: 1280, add: 960 }],
    // Each output lies in one cell: no additions, 64 divisions.
    [{ mode: 'area' }, [1, 1, 4, 4], { div: 64 }],
    // No stretch where the map grows.
    [{ mode: 'bilinear', antialias: true }, [1, 1, 4, 4], { mul: 384, add: 192 }],
    // Three lobes to a side: 6·6 + 6 and 6·6 − 1 for each of 64.
    [{ mode: 'lanczos', antialias: true }, [1, 1, 4, 4], { mul: 2688, add: 2240 }],
  ])('%j doubles %j', (attributes, shape, operations) => {
    expect(operationsOf({ type: 'upsample', scale_factor: 2, ...attributes }, shape)).toEqual(operations);
  });

  test('with antialias grow with the stretch of the filter', () => {
    // 8 × 6 to 2 × 2: filters of 2·8/2 = 8 by 2·6/2 = 6 taps, 8·6 + 8 and 8·6 − 1 for each of 4.
    const row = rowOf({ type: 'upsample', size: 2, mode: 'bilinear', antialias: true }, [1, 1, 8, 6]);
    expect(valuesOf(row, '/compute/operations/mul')).toBe('(8·6 + 8)·4 = 224');
    expect(valuesOf(row, '/compute/operations/add')).toBe('(8·6 − 1)·4 = 188');
  });

  test('of "area" are those of adaptive average pooling', () => {
    expect(operationsOf({ type: 'upsample', size: [3, 4], mode: 'area' }, [2, 3, 7, 6])).toEqual(
      operationsOf({ type: 'adaptive_avg_pool2d', output_size: [3, 4] }, [2, 3, 7, 6]),
    );
  });
});

test('extents by a factor are rounded down in doubles', () => {
  const row = rowOf({ type: 'upsample', scale_factor: [0.29, 1.5] }, [1, 1, 100, 7]);
  expect(row.output_shapes).toEqual([[1, 1, 28, 10]]);
  expect(valuesOf(row, '/output_shapes/0/2')).toBe('⌊100·0.29⌋ = 28');
});

test('ONNX’s scales begin with batch and channels', () => {
  expect(rowOf({ type: 'Resize', scales: [1, 1, 2, 3] }, [1, 3, 4, 4]).output_shapes).toEqual([[1, 3, 8, 12]]);
});

test('copies keep integers; an interpolation of bytes gives bytes, of other integers a floating number', () => {
  const bytes = (mode: string, dtype: string) =>
    rowOf({ type: 'upsample', size: [2, 2], mode }, [[1, 1, 4, 4], dtype]).memory.activation_bytes;
  expect([bytes('nearest', 'int16'), bytes('bilinear', 'uint8'), bytes('bilinear', 'int16'), bytes('area', 'uint8')]).toEqual([
    8, 4, 16, 16,
  ]);
});

describe('refusals name the key', () => {
  test.each([
    [{}, '', 'missing_key', 'upsample needs size, scale_factor or a second input'],
    [{ size: 8, scale_factor: 2 }, '/scale_factor', 'invalid_value', 'size and scale_factor are both given; keep one'],
    [{ size: [8, 8, 8] }, '/size', 'mismatch', 'size has 3 entries for 2 spatial axes'],
    [
      { scale_factor: [1, 0.2] },
      '/scale_factor/1',
      'out_of_range',
      'scale_factor 0.2 leaves nothing of the width 4; it must be at least 1/4',
    ],
    [{ size: 8, mode: 'linear' }, '/mode', 'wrong_rank', 'mode "linear" is for 1 spatial axis, but "x0" gives [1, 2, 4, 4], which has 2'],
    [
      { size: 8, align_corners: false },
      '/align_corners',
      'invalid_value',
      'align_corners is for the modes "linear", "bilinear", "bicubic" and "trilinear"; mode is "nearest"',
    ],
    [
      { size: 8, antialias: true },
      '/antialias',
      'invalid_value',
      'antialias is for the modes "bilinear", "bicubic" and "lanczos"; mode is "nearest"',
    ],
    [{ size: 8, mode: 'lanczos' }, '/mode', 'invalid_value', 'mode "lanczos" needs antialias: true'],
    [
      { size: 8, recompute_scale_factor: true },
      '/recompute_scale_factor',
      'invalid_value',
      'recompute_scale_factor goes with scale_factor; size is given',
    ],
  ])('%j', (attributes, at, code, detail) => {
    expect(refusalOf({ type: 'upsample', ...attributes }, [1, 2, 4, 4])).toEqual({ at, code, detail: `"layer": ${detail}` });
  });

  test('Keras’s UpSampling2D is unknown, since its size is a factor', () => {
    expect(refusalOf({ type: 'UpSampling2D', size: 2 }, [1, 2, 4, 4]).code).toBe('unknown_type');
  });
});

test('a second input sets the size, and goes with neither size nor factor nor another rank', () => {
  const two = (layer: object, second: readonly number[]) =>
    measureDocument({
      inputs: [
        { name: 'x', shape: [2, 4, 4] },
        { name: 'y', shape: second },
      ],
      layers: [{ type: 'upsample', inputs: ['x', 'y'], ...layer }],
    }).layers[0]?.output_shapes;
  expect(two({ mode: 'bilinear' }, [3, 9, 7])).toEqual([[1, 2, 9, 7]]);
  expect(() => two({ size: 8 }, [3, 9, 7])).toThrow(/size is given and so is a second input/);
  expect(() => two({ scale_factor: 2 }, [3, 9, 7])).toThrow(/scale_factor is given/);
  expect(() => two({}, [3, 9])).toThrow(/expected 4 axes/);
});
