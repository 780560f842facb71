/** Operands as the loops want them: padded images, tables of taps, weights three channels abreast. */

import type { FloatArray, Triple, WindowGeometry } from './geometry.ts';
import { filters, lanes } from './panels.ts';

/** How channels lie in memory: cells from one row, plane or channel to the next. */
export interface Image {
  readonly extent: Triple;
  readonly row: number;
  readonly plane: number;
  readonly channel: number;
}

/**
 * Channels of this extent, one after another. Unless `align` says otherwise the distance of channels is an odd multiple of 8 cells
 * (64 bytes of doubles), so that the same cell of many channels spreads over the cache's sets.
 */
export function imageOf(extent: Triple, align = 8): Image {
  const row = extent[2];
  const plane = row * extent[1];
  const channel = align === 1 ? plane * extent[0] : align * (Math.ceil((plane * extent[0]) / align) | 1);
  return { extent, row, plane, channel };
}

/** The part of the padded input that windows reach: (o − 1)·s + d·(k − 1) + 1 cells on each axis. */
export function reach({ output, kernel, stride, dilation }: WindowGeometry): Triple {
  const cells = (axis: 0 | 1 | 2) => (output[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
  return [cells(0), cells(1), cells(2)];
}

/** Copies `channels` channels of `input`, the first at `from`, behind the padding `before`; what lies around them is left as it is. */
export function fillImage(
  values: Float64Array,
  image: Image,
  before: Triple,
  input: FloatArray,
  from: number,
  channels: number,
  [depth, height, width]: Triple,
): void {
  const { extent, row, plane, channel } = image;
  const lastDepth = Math.min(depth, extent[0] - before[0]);
  const lastHeight = Math.min(height, extent[1] - before[1]);
  const lastWidth = Math.min(width, extent[2] - before[2]);
  const start = before[0] * plane + before[1] * row + before[2];
  for (let c = 0; c < channels; c++) {
    for (let d = 0; d < lastDepth; d++) {
      for (let h = 0; h < lastHeight; h++) {
        const source = (from + ((c * depth + d) * height + h) * width) | 0;
        const target = (start + c * channel + d * plane + h * row) | 0;
        for (let w = 0; w < lastWidth; w++) values[(target + w) | 0] = input[(source + w) | 0]!;
      }
    }
  }
}

/** Where each tap lies from the first, channels outermost: one entry for each weight of an output channel. */
export function tapTable(taps: Int32Array, image: Image, channels: number, kernel: Triple, dilation: Triple): Int32Array {
  let tap = 0;
  for (let c = 0; c < channels; c++) {
    for (let d = 0; d < kernel[0]; d++) {
      for (let h = 0; h < kernel[1]; h++) {
        const from = c * image.channel + d * dilation[0] * image.plane + h * dilation[1] * image.row;
        for (let w = 0; w < kernel[2]; w++) taps[tap++] = from + w * dilation[2];
      }
    }
  }
  return taps;
}

/** Weights of output channels `from` … `from + 2` into `filters`, abreast; `last` stands in for channels beyond it. */
export function packWeights(weight: FloatArray, from: number, last: number, taps: number): void {
  for (let lane = 0; lane < lanes; lane++) {
    const source = (Math.min(from + lane, last) * taps) | 0;
    for (let tap = 0, at = lane; tap < taps; tap++, at = (at + lanes) | 0) filters[at] = weight[(source + tap) | 0]!;
  }
}

/** The largest magnitude; Infinity where the list holds an infinity or NaN. */
export function largest(list: Float32Array): number {
  // Without the sign bit, bit patterns of floats are ordered as their magnitudes; NaN lies above infinity.
  const bits = new Int32Array(list.buffer, list.byteOffset, list.length);
  let most = 0;
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude > most) most = magnitude;
  }
  if (most >= 0x7f800000) return Infinity;
  return new Float32Array(Int32Array.of(most).buffer)[0]!;
}

export function areFinite(list: FloatArray): boolean {
  let none = 0;
  for (let i = 0; i < list.length; i++) none += list[i]! - list[i]!;
  return none === 0;
}
