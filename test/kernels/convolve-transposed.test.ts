import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convolveTransposed } from '../../src/kernels/convolve-transposed.ts';
import type { ConvGeometry, FloatArray } from '../../src/kernels/geometry.ts';
import { scatter } from '../../src/kernels/scatter.ts';
import { convolveTransposedNaive } from '../oracles/convolve-transposed.ts';
import type { Operands } from './random-geometry.ts';
import {
  agree,
  anySize,
  narrow,
  operandsOf,
  relativeError,
  transposedGeometry,
  unitSize,
  whole,
  wide,
  withSmallStrangers,
  withStrangers,
} from './random-geometry.ts';

const seed = fc.integer();
type Numbers = { input: FloatArray; weight: FloatArray; bias: FloatArray | undefined };
type Kernel = (operands: Numbers, geometry: ConvGeometry) => FloatArray;

const phases: Kernel = ({ input, weight, bias }, geometry) => convolveTransposed(input, weight, bias, geometry);
const scattered: Kernel = ({ input, weight, bias }, geometry) => {
  const length = geometry.batch * geometry.outChannels * geometry.output[0] * geometry.output[1] * geometry.output[2];
  const result = input instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  scatter(input, weight, bias, geometry, result);
  return result;
};
const truthOf = (geometry: ConvGeometry, { input, weight, bias }: Operands) => convolveTransposedNaive(input, weight, bias, geometry);

describe.each<[string, Kernel]>([
  ['remainders', phases],
  ['scattering', scattered],
])('transposed convolution by %s', (_, kernel) => {
  test('is within half an ulp of the definition in float32 on unit-size data', () => {
    fc.assert(
      fc.property(transposedGeometry, seed, (geometry, start) => {
        const operands = narrow(operandsOf(geometry, start, unitSize));
        return relativeError(kernel(operands, geometry), truthOf(geometry, wide(operands))) <= 6e-8;
      }),
      { numRuns: 400 },
    );
  });

  test('gives whole numbers for whole numbers, in both types', () => {
    fc.assert(
      fc.property(transposedGeometry, seed, (geometry, start) => {
        const operands = operandsOf(geometry, start, whole);
        const truth = truthOf(geometry, operands).map((value) => value + 0);
        expect(kernel(operands, geometry).map((value) => value + 0)).toEqual(truth);
        expect(kernel(narrow(operands), geometry).map((value) => value + 0)).toEqual(Float32Array.from(truth));
      }),
      { numRuns: 100 },
    );
  });

  test('carries NaN, infinities, −0 and subnormals to the outputs that they land on, and to no other', () => {
    for (const draw of [withStrangers, withSmallStrangers]) {
      fc.assert(
        fc.property(transposedGeometry, seed, (geometry, start) => {
          const operands = narrow(operandsOf(geometry, start, draw));
          return agree(kernel(operands, geometry), Float32Array.from(truthOf(geometry, wide(operands))));
        }),
        { numRuns: 150 },
      );
    }
  });

  test('carries an infinite input through finite weights without touching its neighbours', () => {
    fc.assert(
      fc.property(transposedGeometry, seed, (geometry, start) => {
        const operands = narrow({ ...operandsOf(geometry, start, unitSize), input: operandsOf(geometry, start, withStrangers).input });
        return agree(kernel(operands, geometry), Float32Array.from(truthOf(geometry, wide(operands))));
      }),
      { numRuns: 150 },
    );
  });

  test('keeps double precision over every magnitude', () => {
    fc.assert(
      fc.property(transposedGeometry, seed, (geometry, start) => {
        const operands = operandsOf(geometry, start, anySize);
        return relativeError(kernel(operands, geometry), truthOf(geometry, operands)) <= 1e-13;
      }),
      { numRuns: 100 },
    );
  });
});

test('a stride of a million steps over its outputs without a table of remainders', () => {
  const geometry: ConvGeometry = {
    batch: 1,
    groups: 1,
    inChannels: 1,
    outChannels: 1,
    input: [1, 1, 2],
    output: [1, 1, 1_000_001],
    kernel: [1, 1, 1],
    stride: [1, 1, 1_000_000],
    dilation: [1, 1, 1],
    before: [0, 0, 0],
    after: [0, 0, 0],
  };
  const result = convolveTransposed(Float32Array.of(3, 4), Float32Array.of(2), undefined, geometry);
  expect([result[0], result[1], result[1_000_000]]).toEqual([6, 0, 8]);
});
