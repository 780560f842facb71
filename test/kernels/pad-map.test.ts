import { describe, expect, test } from 'vitest';
import type { PadGeometry, PadMode } from '../../src/kernels/pad-map.ts';
import { padMap } from '../../src/kernels/pad-map.ts';

const line = (extent: number, before: number, after: number, planes = 1): PadGeometry => ({
  planes,
  input: [1, 1, extent],
  before: [0, 0, before],
  after: [0, 0, after],
});

describe('one axis', () => {
  // The examples of PyTorch's ReflectionPad1d, ReplicationPad1d and CircularPad1d.
  test.each<[PadMode, readonly number[]]>([
    ['reflect', [2, 1, 0, 1, 2, 3, 2, 1]],
    ['replicate', [0, 0, 0, 1, 2, 3, 3, 3]],
    ['circular', [2, 3, 0, 1, 2, 3, 0, 1]],
  ])('%s', (mode, expected) => {
    expect(padMap(Float32Array.of(0, 1, 2, 3), line(4, 2, 2), mode)).toEqual(Float32Array.from(expected));
  });

  test('the most that each mode allows', () => {
    const cells = Float64Array.of(1, 2, 3);
    expect(padMap(cells, line(3, 2, 2), 'reflect')).toEqual(Float64Array.of(3, 2, 1, 2, 3, 2, 1));
    expect(padMap(cells, line(3, 3, 3), 'circular')).toEqual(Float64Array.of(1, 2, 3, 1, 2, 3, 1, 2, 3));
    expect(padMap(Float64Array.of(5), line(1, 0, 4), 'replicate')).toEqual(Float64Array.of(5, 5, 5, 5, 5));
  });

  test('sides differ, and planes stay apart', () => {
    expect(padMap(Float32Array.of(1, 2, 3, 4), line(2, 0, 1, 2), 'reflect')).toEqual(Float32Array.of(1, 2, 1, 3, 4, 3));
    expect(padMap(Float32Array.of(1, 2, 3, 4), line(2, 1, 0, 2), 'circular')).toEqual(Float32Array.of(2, 1, 2, 4, 3, 4));
  });
});

test('three axes are padded each by its own', () => {
  // One plane of rows 1 2 and 3 4: a plane behind it, a row above, a column on the right.
  const padded = padMap(Float32Array.of(1, 2, 3, 4), { planes: 1, input: [1, 2, 2], before: [0, 1, 0], after: [1, 0, 1] }, 'replicate');
  const plane = [1, 2, 2, 1, 2, 2, 3, 4, 4];
  expect(padded).toEqual(Float32Array.from([...plane, ...plane]));
});

test('no padding is a copy', () => {
  const data = Float32Array.of(1, Number.NaN, -0);
  for (const mode of ['reflect', 'replicate', 'circular'] as const) expect(padMap(data, line(3, 0, 0), mode)).toEqual(data);
});
