/** Geometries and tensors for the pooling tests. */

import * as fc from 'fast-check';
import type { FloatArray, PoolGeometry, Triple } from '../../src/kernels/geometry.ts';
import { spanOf, windowExtent } from '../../src/tensor/window.ts';

export type Axis = readonly [
  input: number,
  output: number,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
];

/** An axis that no window moves along. */
const flat: Axis = [1, 1, 1, 1, 1, 0, 0];

export function geometryOf(batch: number, channels: number, axes: readonly Axis[]): PoolGeometry {
  const all = [flat, flat, flat, ...axes].slice(-3);
  const column = (index: number) => all.map((axis) => axis[index]) as unknown as Triple;
  return {
    batch,
    channels,
    input: column(0),
    output: column(1),
    kernel: column(2),
    stride: column(3),
    dilation: column(4),
    before: column(5),
    after: column(6),
  };
}

/** Every argument at small sizes; padding is smaller than the dilated kernel, as the operators demand. */
const axis = fc
  .record({
    input: fc.integer({ min: 1, max: 9 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: fc.nat({ max: 12 }),
    after: fc.nat({ max: 12 }),
    ceil: fc.boolean(),
  })
  .map(({ input, kernel, stride, dilation, before, after, ceil }): Axis => {
    const span = spanOf(kernel, dilation);
    const padding = [before % span, after % span] as const;
    return [input, windowExtent(input, kernel, stride, dilation, padding, ceil), kernel, stride, dilation, ...padding];
  })
  .filter(([, output]) => output >= 1);

const planes = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }));

export const slidingGeometry = fc
  .tuple(planes, fc.array(axis, { minLength: 1, maxLength: 3 }))
  .map(([[batch, channels], axes]) => geometryOf(batch, channels, axes));

const extent = fc.integer({ min: 1, max: 8 });
const extents = fc.array(fc.tuple(extent, extent), { minLength: 1, maxLength: 3 });

export const adaptiveGeometry = fc.tuple(planes, extents).map(([[batch, channels], own]) => {
  const all = [[1, 1], [1, 1], ...own].slice(-3);
  return {
    batch,
    channels,
    input: all.map(([input]) => input) as unknown as Triple,
    output: all.map(([, output]) => output) as unknown as Triple,
  };
});

/** Ties, signed zeros, infinities, subnormals and the ends of the range, beside numbers of every size. */
const special = fc.constantFrom(0, -0, 1, -1, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-45, 1e-39, 3.4e38, -3.4e38);
const unit = fc.integer({ min: -1000, max: 1000 }).map((thousandths) => thousandths / 1000);

/** Finite values of unit size, exactly representable or not. */
export function units(maps: { batch: number; channels: number; input: Triple }, double: boolean): fc.Arbitrary<FloatArray> {
  return arrayOf(maps, unit, double);
}

/** Any values, NaN among them. */
export function anything(maps: { batch: number; channels: number; input: Triple }, double: boolean): fc.Arbitrary<FloatArray> {
  return arrayOf(maps, fc.oneof(special, unit, fc.float(), fc.constant(Number.NaN)), double);
}

/** Any bits, so that NaNs come with signs and payloads. */
export function anyBits(maps: { batch: number; channels: number; input: Triple }): fc.Arbitrary<Float32Array> {
  const length = lengthOf(maps);
  const bits = fc.oneof(fc.integer(), fc.constantFrom(-1, 0x7fffffff, -0x80000000, 0x7f800000, -0x800000, 0x7f800001, -0x7fffff));
  return fc.array(bits, { minLength: length, maxLength: length }).map((all) => new Float32Array(Int32Array.from(all).buffer));
}

function arrayOf(
  maps: { batch: number; channels: number; input: Triple },
  value: fc.Arbitrary<number>,
  double: boolean,
): fc.Arbitrary<FloatArray> {
  const length = lengthOf(maps);
  return fc.array(value, { minLength: length, maxLength: length }).map((all) => (double ? Float64Array.from(all) : Float32Array.from(all)));
}

function lengthOf({ batch, channels, input: [depth, height, width] }: { batch: number; channels: number; input: Triple }): number {
  return batch * channels * depth * height * width;
}
