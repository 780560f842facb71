/**
 * Transposed convolution. Outputs whose place has the same remainder by the stride read the same taps, one input cell further for each
 * stride; so every remainder is a convolution of stride 1 of its own, with some of the taps, and runs on the same tiles.
 */

import type { ConvGeometry, FloatArray, Triple } from './geometry.ts';
import type { Image } from './pack.ts';
import { areFinite, fillImage, imageOf } from './pack.ts';
import { filters, lanes } from './panels.ts';
import { scatter } from './scatter.ts';
import { mostTaps, sumMany } from './sweep.ts';

const mostPhases = 64;

/**
 * `weight` is inChannels × outChannels/groups × kernel; `geometry.input` and `.output` are those of the transposed layer, whose `before` cells
 * are cut off. The result has the input's element type.
 */
export function convolveTransposed(
  input: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
): FloatArray {
  const { batch, outChannels, output } = geometry;
  const elements = batch * outChannels * output[0] * output[1] * output[2];
  const result = input instanceof Float32Array ? new Float32Array(elements) : new Float64Array(elements);
  const axes = [phasesOf(geometry, 0), phasesOf(geometry, 1), phasesOf(geometry, 2)] as const;
  if (fitsPhases(geometry, axes) && areFinite(weight)) sumPhases(input, weight, bias, geometry, axes, result);
  else scatter(input, weight, bias, geometry, result);
  return result;
}

/** Outputs r, r + s, r + 2s, … of one axis: which taps they read, and from which input cell the first of them reads each. */
interface Phase {
  readonly remainder: number;
  readonly count: number;
  readonly taps: readonly { readonly k: number; readonly cell: number }[];
}

interface AxisPhases {
  readonly phases: readonly Phase[];
  /** First and last input cell that is read, the data included. */
  readonly lowest: number;
  readonly highest: number;
}

/** Output o reads tap k from input cell (o + before − k·d)/s, where that is whole. No phases where there would be too many. */
function phasesOf({ input, output, kernel, stride, dilation, before }: ConvGeometry, axis: 0 | 1 | 2): AxisPhases {
  const phases: Phase[] = [];
  let lowest = 0;
  let highest = input[axis] - 1;
  const s = stride[axis];
  if (Math.min(s, output[axis]) > mostPhases) return { phases, lowest, highest };
  for (let remainder = 0; remainder < s && remainder < output[axis]; remainder++) {
    const count = Math.ceil((output[axis] - remainder) / s);
    const taps: { k: number; cell: number }[] = [];
    for (let k = 0; k < kernel[axis]; k++) {
      const cell = (remainder + before[axis] - k * dilation[axis]) / s;
      if (!Number.isInteger(cell) || cell + count <= 0 || cell >= input[axis]) continue;
      taps.push({ k, cell });
      lowest = Math.min(lowest, cell);
      highest = Math.max(highest, cell + count - 1);
    }
    phases.push({ remainder, count, taps });
  }
  return { phases, lowest, highest };
}

type Axes = readonly [AxisPhases, AxisPhases, AxisPhases];

function imageFor(axes: Axes): Image {
  const extent = (axis: AxisPhases) => axis.highest - axis.lowest + 1;
  return imageOf([extent(axes[0]), extent(axes[1]), extent(axes[2])]);
}

function fitsPhases(geometry: ConvGeometry, axes: Axes): boolean {
  const { input, output, kernel, batch } = geometry;
  const inChannels = geometry.inChannels / geometry.groups;
  const data = geometry.inChannels * input[0] * input[1] * input[2] + batch * geometry.outChannels * output[0] * output[1] * output[2];
  const phases = axes[0].phases.length * axes[1].phases.length * axes[2].phases.length;
  const taps = inChannels * kernel[0] * kernel[1] * kernel[2];
  return phases > 0 && phases <= mostPhases && taps <= mostTaps && inChannels * imageFor(axes).channel <= 8 * data + 2 ** 16;
}

function sumPhases(
  input: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
  axes: Axes,
  y: FloatArray,
): void {
  const { batch, groups, stride, output, kernel } = geometry;
  const inChannels = geometry.inChannels / groups;
  const outChannels = geometry.outChannels / groups;
  const size = geometry.input[0] * geometry.input[1] * geometry.input[2];
  const plane = output[0] * output[1] * output[2];
  const kernelSize = kernel[0] * kernel[1] * kernel[2];
  const image = imageFor(axes);
  const before: Triple = [-axes[0].lowest, -axes[1].lowest, -axes[2].lowest];
  const values = new Float64Array(inChannels * image.channel);
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      fillImage(values, image, before, input, (n * groups + g) * inChannels * size, inChannels, geometry.input);
      const channels = { first: g * outChannels, count: outChannels, stride: plane };
      for (const d of axes[0].phases) {
        for (const h of axes[1].phases) {
          for (const w of axes[2].phases) {
            const { taps, cells } = tapsOf(image, before, kernel, [d, h, w], inChannels);
            const pack = (from: number, last: number) => {
              for (let lane = 0; lane < lanes; lane++) {
                const c = Math.min(from + lane, last) - channels.first;
                packLane(weight, (g * inChannels * outChannels + c) * kernelSize, outChannels * kernelSize, inChannels, taps, lane);
              }
            };
            sumMany(values, cells, pack, bias, y, channels, {
              count: [d.count, h.count, w.count],
              readFrom: 0,
              read: [image.plane, image.row, 1],
              writeFrom: n * geometry.outChannels * plane + (d.remainder * output[1] + h.remainder) * output[2] + w.remainder,
              write: [stride[0] * output[1] * output[2], stride[1] * output[2], stride[2]],
            });
          }
        }
      }
    }
  }
}

/** The taps of a phase as places in a kernel, and for every channel as cells of the image. */
function tapsOf(image: Image, before: Triple, kernel: Triple, [d, h, w]: readonly [Phase, Phase, Phase], channels: number) {
  const all = d.taps.flatMap((z) =>
    h.taps.flatMap((row) =>
      w.taps.map((column) => ({
        place: (z.k * kernel[1] + row.k) * kernel[2] + column.k,
        cell: (z.cell + before[0]) * image.plane + (row.cell + before[1]) * image.row + column.cell + before[2],
      })),
    ),
  );
  const cells = new Int32Array(channels * all.length);
  for (let c = 0, tap = 0; c < channels; c++) {
    for (const { cell } of all) cells[tap++] = c * image.channel + cell;
  }
  return { taps: Int32Array.from(all, ({ place }) => place), cells };
}

/** The phase's weights of one output channel, input channel by input channel. */
function packLane(weight: FloatArray, from: number, step: number, channels: number, taps: Int32Array, lane: number): void {
  let at = lane;
  for (let c = 0; c < channels; c++) {
    const base = from + c * step;
    for (let tap = 0; tap < taps.length; tap++) {
      filters[at] = weight[base + taps[tap]!]!;
      at += lanes;
    }
  }
}
