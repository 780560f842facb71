/**
 * Pooling straight from its definition: the cells of every window are written down one by one, and what is asked for is worked out from that
 * list in doubles. Nothing is shared with src/kernels.
 */

import type { FloatArray, PoolGeometry, Triple } from '../../src/kernels/geometry.ts';

/** One output: where the cells of its window lie in its plane, in row order, their values, and how many taps lie on data or declared padding. */
export interface Window {
  readonly positions: readonly number[];
  readonly values: readonly number[];
  readonly padded: number;
}

/** The taps of a window along one axis: cells of the axis, and the number that includes declared padding. */
interface Taps {
  readonly cells: readonly number[];
  readonly padded: number;
}

export function slidingWindowsOf(input: FloatArray, geometry: PoolGeometry): Window[] {
  const { kernel, stride, dilation, before, after } = geometry;
  return windowsOf(input, geometry, (axis, j) => {
    const taps = Array.from(
      { length: kernel[axis] ?? 0 },
      (_, t) => j * (stride[axis] ?? 0) - (before[axis] ?? 0) + t * (dilation[axis] ?? 0),
    );
    const extent = geometry.input[axis] ?? 0;
    return {
      cells: taps.filter((tap) => tap >= 0 && tap < extent),
      padded: taps.filter((tap) => tap < extent + (after[axis] ?? 0)).length,
    };
  });
}

/** Cell i belongs to window j of o where the two intervals [i, i + 1)·o and [j, j + 1)·extent meet. */
export function adaptiveWindowsOf(input: FloatArray, geometry: Maps): Window[] {
  return windowsOf(input, geometry, (axis, j) => {
    const extent = geometry.input[axis] ?? 0;
    const o = geometry.output[axis] ?? 0;
    const cells = Array.from({ length: extent }, (_, i) => i).filter((i) => i * o < (j + 1) * extent && (i + 1) * o > j * extent);
    return { cells, padded: cells.length };
  });
}

type Maps = { readonly batch: number; readonly channels: number; readonly input: Triple; readonly output: Triple };

function windowsOf(
  input: FloatArray,
  { batch, channels, input: extents, output }: Maps,
  tapsOf: (axis: number, j: number) => Taps,
): Window[] {
  const [, height, width] = extents;
  const size = extents[0] * height * width;
  const windows: Window[] = [];
  for (let plane = 0; plane < batch * channels; plane++)
    for (let d = 0; d < output[0]; d++)
      for (let h = 0; h < output[1]; h++)
        for (let w = 0; w < output[2]; w++) {
          const [a, b, c] = [tapsOf(0, d), tapsOf(1, h), tapsOf(2, w)];
          const positions = a.cells.flatMap((x) => b.cells.flatMap((y) => c.cells.map((z) => (x * height + y) * width + z)));
          const values = positions.map((position) => Number(input[plane * size + position]));
          windows.push({ positions, values, padded: a.padded * b.padded * c.padded });
        }
  return windows;
}

export function maximumOf({ values }: Window): number {
  return Math.max(...values);
}

/** PyTorch's choice: a value takes the lead when it is larger or NaN. */
export function indexOfMaximum({ positions, values }: Window): number {
  let leader = -1;
  let best = Number.NaN;
  for (const [order, value] of values.entries()) {
    if (leader >= 0 && !(value > best || Number.isNaN(value))) continue;
    best = value;
    leader = positions[order] ?? -1;
  }
  return leader;
}

export function meanOf({ values }: Window, divisor: number): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / divisor;
}

export function normOf({ values }: Window, p: number): number {
  return values.reduce((sum, value) => sum + Math.abs(value) ** p, 0) ** (1 / p);
}
