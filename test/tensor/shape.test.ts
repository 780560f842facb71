import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOf, broadcast, formatShape, sameShape } from '../../src/tensor/shape.ts';

describe('broadcasting', () => {
  test.each([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [
      [8, 1, 6, 1],
      [7, 1, 5],
      [8, 7, 6, 5],
    ], // NumPy's manual
    [[256, 256, 3], [3], [256, 256, 3]], // NumPy's manual
    [[], [4, 5], [4, 5]],
    [[1], [], [1]],
  ])('%j with %j gives %j', (a, b, both) => {
    expect(broadcast(a, b)).toEqual(both);
    expect(broadcast(b, a)).toEqual(both);
  });

  test.each([
    [[3], [4]],
    [
      [2, 1],
      [8, 4, 3],
    ], // NumPy's manual
    [[2, 3], [2]],
  ])('%j does not go with %j', (a, b) => {
    expect(broadcast(a, b)).toBeUndefined();
    expect(broadcast(b, a)).toBeUndefined();
  });

  test('gives extents that each side has, or stretches to from 1', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const padded = [a, b].map((own) => [...new Array<number>(4 - own.length).fill(1), ...own]) as [number[], number[]];
        const fits = padded[0].every((extent, axis) => extent === padded[1][axis] || extent === 1 || padded[1][axis] === 1);
        const largest = padded[0].map((extent, axis) => Math.max(extent, padded[1][axis] as number));
        expect(broadcast(a, b)).toEqual(fits ? largest.slice(4 - Math.max(a.length, b.length)) : undefined);
      }),
    );
  });
});

test('shapes are the same when every extent is', () => {
  expect(sameShape([], [])).toBe(true);
  expect(sameShape([1, 2], [1, 2])).toBe(true);
  expect(sameShape([1, 2], [1, 2, 1])).toBe(false);
  expect(sameShape([1, 2], [2, 1])).toBe(false);
});

test('an axis counts from the end where it is negative', () => {
  expect([0, 3, -1, -4].map((dim) => axisOf(dim, 4))).toEqual([0, 3, 3, 0]);
  expect([4, -5].map((dim) => axisOf(dim, 4))).toEqual([undefined, undefined]);
  expect([0, -1].map((dim) => axisOf(dim, 0))).toEqual([undefined, undefined]);
});

test('a shape prints as a list', () => {
  expect(formatShape([1, 64, 224, 224])).toBe('[1, 64, 224, 224]');
  expect(formatShape([])).toBe('[]');
});
