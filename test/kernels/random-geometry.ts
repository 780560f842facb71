/** Random geometries and data for property tests of convolutions. */

import * as fc from 'fast-check';
import type { ConvGeometry, Triple } from '../../src/kernels/geometry.ts';
import { randomUnits } from '../random-bits.ts';

interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

const unused: Axis = { input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0 };
const small = (least: number, most: number) => fc.integer({ min: least, max: most });

const slidingAxis: fc.Arbitrary<Axis> = fc
  .record({ kernel: small(1, 4), stride: small(1, 3), dilation: small(1, 3), before: small(0, 4), after: small(0, 4), more: small(0, 9) })
  .map(({ more, ...axis }) => {
    const span = axis.dilation * (axis.kernel - 1) + 1;
    const input = Math.max(1, span - axis.before - axis.after) + more;
    return { ...axis, input, output: Math.floor((input + axis.before + axis.after - span) / axis.stride) + 1 };
  });

/** `before` and `after` are cut off; as many cells as `output_padding` allows are added. */
const transposedAxis: fc.Arbitrary<Axis> = fc
  .record({
    input: small(1, 6),
    kernel: small(1, 4),
    stride: small(1, 4),
    dilation: small(1, 3),
    before: small(0, 4),
    after: small(0, 4),
    added: small(0, 3),
  })
  .map(({ added, ...axis }) => {
    const full = (axis.input - 1) * axis.stride + axis.dilation * (axis.kernel - 1) + 1;
    const extra = Math.min(added, Math.max(axis.stride, axis.dilation) - 1);
    return { ...axis, output: full - axis.before - axis.after + extra };
  })
  .filter(({ output }) => output >= 1);

function geometryOf(axis: fc.Arbitrary<Axis>): fc.Arbitrary<ConvGeometry> {
  return small(1, 3).chain((rank) =>
    fc
      .record({
        axes: fc.array(axis, { minLength: rank, maxLength: rank }),
        batch: small(1, 2),
        groups: small(1, 3),
        ins: small(1, 3),
        outs: small(1, 6),
      })
      .filter(({ axes }) => axes.reduce((cells, { output }) => cells * output, 1) < 400)
      .map(({ axes, batch, groups, ins, outs }) => {
        const all = [unused, unused, unused, ...axes].slice(-3);
        const triple = (key: keyof Axis): Triple => [all[0]?.[key] ?? 1, all[1]?.[key] ?? 1, all[2]?.[key] ?? 1];
        return {
          input: triple('input'),
          output: triple('output'),
          kernel: triple('kernel'),
          stride: triple('stride'),
          dilation: triple('dilation'),
          before: triple('before'),
          after: triple('after'),
          batch,
          groups,
          inChannels: groups * ins,
          outChannels: groups * outs,
        };
      }),
  );
}

export const slidingGeometry = geometryOf(slidingAxis);
export const transposedGeometry = geometryOf(transposedAxis);

export interface Operands {
  readonly input: Float64Array;
  readonly weight: Float64Array;
  readonly bias: Float64Array | undefined;
}

/** Operands of a geometry, numbers drawn by `draw`; half of the time no bias. */
export function operandsOf(geometry: ConvGeometry, seed: number, draw: (unit: number) => number): Operands {
  const next = randomUnits(seed);
  const list = (length: number) => Float64Array.from({ length }, () => draw(next()));
  const size = ([depth, height, width]: Triple) => depth * height * width;
  return {
    input: list(geometry.batch * geometry.inChannels * size(geometry.input)),
    weight: list((geometry.inChannels * geometry.outChannels * size(geometry.kernel)) / geometry.groups),
    bias: next() < 0.5 ? undefined : list(geometry.outChannels),
  };
}

export const narrow = ({ input, weight, bias }: Operands) => ({
  input: Float32Array.from(input),
  weight: Float32Array.from(weight),
  bias: bias && Float32Array.from(bias),
});
export const wide = ({ input, weight, bias }: { input: Float32Array; weight: Float32Array; bias: Float32Array | undefined }): Operands => ({
  input: Float64Array.from(input),
  weight: Float64Array.from(weight),
  bias: bias && Float64Array.from(bias),
});

/** −1 to 1, whole numbers −8 to 8, magnitudes from subnormal to large, and numbers that are none. */
export const unitSize = (unit: number) => 2 * unit - 1;
export const whole = (unit: number) => Math.floor(unit * 17) - 8;
export const anySize = (unit: number) => (2 * unit - 1) * 2 ** ((Math.floor(unit * 2 ** 20) % 61) - 30);
const strange = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-42, -1e-42, 3e38];
export const withStrangers = (unit: number) => (unit < 0.06 ? (strange[Math.floor((unit / 0.06) * strange.length)] ?? 0) : 2 * unit - 1);
export const withSmallStrangers = (unit: number) => (unit < 0.1 ? ([-0, 0, 1e-42, -1e-42][Math.floor(unit * 40)] ?? 0) : 2 * unit - 1);

/** Largest error over the largest magnitude of the truth. */
export function relativeError(actual: ArrayLike<number>, truth: ArrayLike<number>): number {
  let error = 0;
  let most = 0;
  for (let i = 0; i < truth.length; i++) {
    error = Math.max(error, Math.abs(Number(actual[i]) - Number(truth[i])));
    most = Math.max(most, Math.abs(Number(truth[i])));
  }
  return most === 0 ? error : error / most;
}

/** NaN where the truth is NaN, ±Infinity where it is, close elsewhere. */
export function agree(actual: ArrayLike<number>, truth: ArrayLike<number>): boolean {
  if (actual.length !== truth.length) return false;
  for (let i = 0; i < truth.length; i++) {
    const a = Number(actual[i]);
    const t = Number(truth[i]);
    if (Object.is(a, t) || a === t) continue;
    if (!(Math.abs(a - t) <= 1e-6 * Math.max(1, Math.abs(t)))) return false;
  }
  return true;
}
