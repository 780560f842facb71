/**
 * Where pooling windows lie, one table an axis: a sliding, an adaptive and a global window are the same thing to the loops. A window is the
 * product of its axes, so whatever can be gathered cell by cell (sums, maxima) can be gathered axis by axis.
 */

import type { PoolGeometry, Triple, WindowGeometry } from './geometry.ts';

/** Window `j` of an axis of `cells` cells holds the `taps[j]` cells `first[j]`, `first[j] + step`, …, all of them inside the axis. */
export interface AxisWindows {
  readonly cells: number;
  readonly step: number;
  readonly first: Int32Array;
  readonly taps: Int32Array;
  readonly run: Run;
}

/** Windows `start` up to `end`, all of `taps` taps and each `stride` cells after the one before: those that no edge cuts. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly taps: number;
  readonly stride: number;
}

export type Windows = readonly [depth: AxisWindows, height: AxisWindows, width: AxisWindows];

/** A number of taps for each window of each axis; those of a window multiply. */
export type TapCounts = readonly [depth: Float64Array, height: Float64Array, width: Float64Array];

/** What adaptive pooling has to know. */
export type AdaptiveGeometry = Pick<PoolGeometry, 'batch' | 'channels' | 'input' | 'output'>;

/** What global pooling has to know. */
export type MapGeometry = Pick<PoolGeometry, 'batch' | 'channels' | 'input'>;

/** The windows of a kernel. Taps on padding are left out; a window may be empty, since dilation can step over the data. */
export function slidingWindows({ input, output, kernel, stride, dilation, before }: WindowGeometry): Windows {
  return perAxis((axis) => {
    const step = dilation[axis];
    const first = new Int32Array(output[axis]);
    const taps = new Int32Array(output[axis]);
    for (let j = 0; j < first.length; j++) {
      const start = j * stride[axis] - before[axis];
      const skipped = start < 0 ? Math.ceil(-start / step) : 0;
      first[j] = start + skipped * step;
      taps[j] = Math.max(tapsBelow(input[axis], start, kernel[axis], step) - skipped, 0);
    }
    return tableOf(input[axis], step, first, taps);
  });
}

/** The taps that lie on data. */
export function presentTaps([depth, height, width]: Windows): TapCounts {
  return [Float64Array.from(depth.taps), Float64Array.from(height.taps), Float64Array.from(width.taps)];
}

/** The taps that lie on data or on declared padding: in ceil mode a last window may overhang even that. */
export function paddedTaps({ input, output, kernel, stride, dilation, before, after }: WindowGeometry): TapCounts {
  return perAxis((axis) => {
    const end = input[axis] + after[axis];
    return new Float64Array(output[axis]).map((_, j) => tapsBelow(end, j * stride[axis] - before[axis], kernel[axis], dilation[axis]));
  });
}

/** Of `kernel` taps from `start` on, those before `end`. */
function tapsBelow(end: number, start: number, kernel: number, step: number): number {
  return Math.min(kernel, Math.ceil((end - start) / step));
}

/** Windows of a given output extent o over i cells: from ⌊j·i/o⌋ up to ⌈(j + 1)·i/o⌉ (PyTorch, aten/src/ATen/native/AdaptivePooling.h). */
export function adaptiveWindows({ input, output }: Pick<AdaptiveGeometry, 'input' | 'output'>): Windows {
  return perAxis((axis) => {
    const cells = input[axis];
    const extent = output[axis];
    const first = new Int32Array(extent).map((_, j) => Math.floor((j * cells) / extent));
    const taps = first.map((start, j) => Math.ceil(((j + 1) * cells) / extent) - start);
    return tableOf(cells, 1, first, taps);
  });
}

/** One window that holds the whole map. */
export function globalWindows({ input }: Pick<MapGeometry, 'input'>): Windows {
  const output: Triple = [1, 1, 1];
  return adaptiveWindows({ input, output });
}

export function outputsOf([depth, height, width]: Windows): number {
  return depth.first.length * height.first.length * width.first.length;
}

export function cellsOf([depth, height, width]: Windows): number {
  return depth.cells * height.cells * width.cells;
}

function perAxis<T>(make: (axis: 0 | 1 | 2) => T): [T, T, T] {
  return [make(0), make(1), make(2)];
}

function tableOf(cells: number, step: number, first: Int32Array, taps: Int32Array): AxisWindows {
  const most = taps.reduce((a, b) => Math.max(a, b), 0);
  const start = taps.indexOf(most);
  const stride = start + 1 < first.length ? first[start + 1]! - first[start]! : 1;
  let end = start + 1;
  while (end < first.length && taps[end] === most && first[end]! - first[end - 1]! === stride) end++;
  // A single tap needs no step, and one of a dilation past 2^31 would wrap the loops' integers.
  return { cells, step: most > 1 ? step : 1, first, taps, run: { start, end, taps: most, stride } };
}
