import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convolve } from '../../src/kernels/convolve.ts';
import { convolveDirect } from '../../src/kernels/convolve-direct.ts';
import { convolveSingle, fitsSingle } from '../../src/kernels/convolve-single.ts';
import { convolveTiled, fitsTiled } from '../../src/kernels/convolve-tiled.ts';
import { convolveWinograd, fitsWinograd } from '../../src/kernels/convolve-winograd.ts';
import type { ConvGeometry, FloatArray, Triple } from '../../src/kernels/geometry.ts';
import { convolveNaive } from '../oracles/convolve.ts';
import type { Operands } from './random-geometry.ts';
import {
  agree,
  anySize,
  narrow,
  operandsOf,
  relativeError,
  slidingGeometry,
  unitSize,
  whole,
  wide,
  withStrangers,
} from './random-geometry.ts';

const seed = fc.integer();

type Kernel = (input: FloatArray, weight: FloatArray, bias: FloatArray | undefined, geometry: ConvGeometry, y: FloatArray) => unknown;

function outputsOf({ batch, outChannels, output }: ConvGeometry): number {
  return batch * outChannels * output[0] * output[1] * output[2];
}

function run(
  kernel: Kernel,
  { input, weight, bias }: { input: FloatArray; weight: FloatArray; bias: FloatArray | undefined },
  geometry: ConvGeometry,
): FloatArray {
  const result = input instanceof Float32Array ? new Float32Array(outputsOf(geometry)) : new Float64Array(outputsOf(geometry));
  kernel(input, weight, bias, geometry, result);
  return result;
}

function truthOf(geometry: ConvGeometry, { input, weight, bias }: Operands): FloatArray {
  return convolveNaive(input, weight, bias, geometry);
}

/** 3 × 3, stride 1: what Winograd's transforms take, whether it pays or not. */
const winogradGeometry: fc.Arbitrary<ConvGeometry> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    ins: fc.integer({ min: 1, max: 9 }),
    outs: fc.integer({ min: 1, max: 6 }),
    depth: fc.integer({ min: 1, max: 2 }),
    height: fc.integer({ min: 1, max: 11 }),
    width: fc.integer({ min: 1, max: 11 }),
    before: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
    after: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
  })
  .filter(({ height, width, before, after }) => height + before[0] + after[0] >= 3 && width + before[1] + after[1] >= 3)
  .map(({ batch, groups, ins, outs, depth, height, width, before, after }) => ({
    batch,
    groups,
    inChannels: groups * ins,
    outChannels: groups * outs,
    input: [depth, height, width] as const,
    output: [depth, height + before[0] + after[0] - 2, width + before[1] + after[1] - 2] as const,
    kernel: [1, 3, 3] as const,
    stride: [1, 1, 1] as const,
    dilation: [1, 1, 1] as const,
    before: [0, ...before] as const,
    after: [0, ...after] as const,
  }));

const winograd: Kernel = (input, weight, bias, geometry, y) => {
  if (!convolveWinograd(input as Float32Array, weight, bias, geometry, y as Float32Array)) convolveDirect(input, weight, bias, geometry, y);
};

describe.each<[string, Kernel, fc.Arbitrary<ConvGeometry>]>([
  ['the chooser', (input, weight, bias, geometry, y) => y.set(convolve(input, weight, bias, geometry)), slidingGeometry],
  ['tiles', convolveTiled, slidingGeometry.filter(fitsTiled)],
  [
    'single channels',
    convolveSingle,
    slidingGeometry.map((geometry) => ({ ...geometry, outChannels: geometry.groups })).filter(fitsSingle),
  ],
  ['the direct kernel', convolveDirect, slidingGeometry],
  ['Winograd', winograd, winogradGeometry],
])('convolution by %s', (name, kernel, geometries) => {
  test('is within half an ulp of the definition in float32 on unit-size data', () => {
    fc.assert(
      fc.property(geometries, seed, (geometry, start) => {
        const operands = narrow(operandsOf(geometry, start, unitSize));
        return relativeError(run(kernel, operands, geometry), truthOf(geometry, wide(operands))) <= 6e-8;
      }),
      { numRuns: 400 },
    );
  });

  test('gives whole numbers for whole numbers', () => {
    fc.assert(
      fc.property(geometries, seed, (geometry, start) => {
        const operands = operandsOf(geometry, start, whole);
        const truth = truthOf(geometry, operands);
        expect(run(kernel, narrow(operands), geometry)).toEqual(Float32Array.from(truth, (value) => value + 0));
        if (name !== 'Winograd') expect(run(kernel, operands, geometry)).toEqual(Float64Array.from(truth, (value) => value + 0));
      }),
      { numRuns: 100 },
    );
  });

  test('keeps double precision in float64', () => {
    if (name === 'Winograd') return;
    fc.assert(
      fc.property(geometries, seed, (geometry, start) => {
        const operands = operandsOf(geometry, start, unitSize);
        return relativeError(run(kernel, operands, geometry), truthOf(geometry, operands)) <= 1e-13;
      }),
      { numRuns: 100 },
    );
  });

  test('carries NaN, infinities, −0 and subnormals to the outputs that see them, and to no other', () => {
    fc.assert(
      fc.property(geometries, seed, (geometry, start) => {
        const operands = narrow(operandsOf(geometry, start, withStrangers));
        return agree(run(kernel, operands, geometry), Float32Array.from(truthOf(geometry, wide(operands))));
      }),
      { numRuns: 200 },
    );
  });

  test('gives a small output its digits beside large inputs', () => {
    fc.assert(
      fc.property(geometries, seed, (geometry, start) => {
        const operands = narrow(operandsOf(geometry, start, anySize));
        const truth = truthOf(geometry, wide(operands));
        // What doubles themselves may lose: 2^-52 of the magnitudes that meet in an output.
        const absolute = Object.fromEntries(
          Object.entries(wide(operands)).map(([key, list]) => [key, list && Float64Array.from(list, Math.abs)]),
        );
        const room = truthOf(geometry, absolute as unknown as Operands);
        const actual = run(kernel, operands, geometry);
        return actual.every((value, i) => {
          const expected = truth[i] ?? 0;
          return Math.abs(value - expected) <= 2 ** -23.9 * Math.abs(expected) + 2 ** -46 * (room[i] ?? 0);
        });
      }),
      { numRuns: 200 },
    );
  });
});

const square = (cells: number): Triple => [1, cells, cells];
const conv3 = (channels: number, outChannels: number, cells: number): ConvGeometry => ({
  batch: 1,
  groups: 1,
  inChannels: channels,
  outChannels,
  input: square(cells),
  output: square(cells),
  kernel: [1, 3, 3],
  stride: [1, 1, 1],
  dilation: [1, 1, 1],
  before: [0, 1, 1],
  after: [0, 1, 1],
});

describe('the choice of a kernel', () => {
  test('takes Winograd for a layer of many channels, not for a single tiny filter', () => {
    expect(fitsWinograd(conv3(64, 64, 56))).toBe(true);
    expect(fitsWinograd(conv3(1, 1, 8))).toBe(false);
  });

  test('a padding far larger than the data is not written out', () => {
    // 2 × 2 kernel on one cell in 2^20 cells of padding on each side of both axes; only the middle window sees the cell.
    const far = 2 ** 20;
    const geometry: ConvGeometry = {
      ...conv3(1, 1, 1),
      kernel: [1, 2, 2],
      output: [1, 3, 3],
      stride: [1, far, far],
      before: [0, far, far],
      after: [0, far + 1, far + 1],
    };
    expect(fitsSingle(geometry) || fitsTiled(geometry)).toBe(false);
    expect([...convolve(Float32Array.of(5), Float32Array.of(2, 0, 0, 0), Float32Array.of(1), geometry)]).toEqual([
      1, 1, 1, 1, 11, 1, 1, 1, 1,
    ]);
  });

  test('Winograd is as exact as half an ulp on a whole layer, in several blocks of tiles', () => {
    const geometry = { ...conv3(70, 9, 62), batch: 2 };
    const operands = narrow(operandsOf(geometry, 7, unitSize));
    const result = new Float32Array(outputsOf(geometry));
    expect(convolveWinograd(operands.input, operands.weight, operands.bias, geometry, result)).toBe(true);
    expect(relativeError(result, truthOf(geometry, wide(operands)))).toBeLessThan(6e-8);
  });

  test('an edge filter on a flat image gives exactly 0 away from the border', () => {
    const geometry = conv3(16, 16, 16);
    expect(fitsWinograd(geometry)).toBe(true);
    const weight = Float32Array.from({ length: 16 * 16 * 9 }, (_, i) => (i % 9 === 4 ? 8 : -1));
    const result = convolve(new Float32Array(16 * 256).fill(0.1), weight, undefined, geometry);
    expect(result[5 * 16 + 5]).toBe(0);
  });
});
