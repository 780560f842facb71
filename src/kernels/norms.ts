/** p-norms of windows, (Σ |x|^p)^(1/p) over the cells present; 0 for an empty window. */

import type { FloatArray } from './geometry.ts';
import { poolPlanes } from './separable.ts';
import { sums } from './sums.ts';
import type { AxisWindows, Windows } from './windows.ts';
import { cellsOf, outputsOf } from './windows.ts';

/** A sum outside may have lost digits, or everything, to overflow or underflow of a power. */
const smallest = 2 ** -960;
const largest = 2 ** 1000;

export function normWindows(input: FloatArray, result: FloatArray, planes: number, windows: Windows, p: number): void {
  // A float32 lies between 2^−149 and 2^128, so its sixth power, and any number of them that fits in memory, is within bounds.
  const safe = p === 1 || (p <= 6 && input instanceof Float32Array);
  poolPlanes(planes, windows, {
    ...sums,
    input,
    result,
    prepare: (cells, length) => raise(cells, length, p),
    finish(totals, length, to) {
      for (let x = 0; x < length; x++) {
        const total = totals[x]!;
        const exact = safe || (total > smallest && total < largest);
        totals[x] = exact ? rootOf(total, p) : scaledNorm(input, windows, to + x, p);
      }
    },
  });
}

function raise(cells: Float64Array, length: number, p: number): void {
  if (p === 2) for (let x = 0; x < length; x = (x + 1) | 0) cells[x] = cells[x]! * cells[x]!;
  else if (p === 1) for (let x = 0; x < length; x = (x + 1) | 0) cells[x] = Math.abs(cells[x]!);
  else for (let x = 0; x < length; x = (x + 1) | 0) cells[x] = Math.abs(cells[x]!) ** p;
}

function rootOf(total: number, p: number): number {
  if (p === 2) return Math.sqrt(total);
  return p === 1 ? total : total ** (1 / p);
}

/** With every cell divided by the largest, m: m·(Σ (|x|/m)^p)^(1/p). */
function scaledNorm(input: FloatArray, windows: Windows, output: number, p: number): number {
  let scale = 0;
  forEachCell(windows, output, (cell) => {
    scale = Math.max(scale, Math.abs(input[cell]!));
  });
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return scale;
  let total = 0;
  forEachCell(windows, output, (cell) => {
    total += (Math.abs(input[cell]!) / scale) ** p;
  });
  return scale * rootOf(total, p);
}

/** Visits the input positions of the window of output position `output`, row by row. */
function forEachCell(windows: Windows, output: number, visit: (cell: number) => void): void {
  const [depth, height, width] = windows;
  const row = Math.floor(output / width.first.length);
  const j = output % width.first.length;
  const k = row % height.first.length;
  const l = Math.floor(row / height.first.length) % depth.first.length;
  const plane = Math.floor(output / outputsOf(windows)) * cellsOf(windows);
  for (let a = depth.first[l]!; a < endOf(depth, l); a += depth.step) {
    for (let b = height.first[k]!; b < endOf(height, k); b += height.step) {
      const cells = plane + (a * height.cells + b) * width.cells;
      for (let c = width.first[j]!; c < endOf(width, j); c += width.step) visit(cells + c);
    }
  }
}

function endOf({ first, taps, step }: AxisWindows, j: number): number {
  return first[j]! + taps[j]! * step;
}
