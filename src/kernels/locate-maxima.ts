/** Where the maxima of windows are. */

import type { FloatArray } from './geometry.ts';
import type { AxisWindows, Windows } from './windows.ts';
import { cellsOf, outputsOf } from './windows.ts';

/**
 * Positions within each plane of the `maxima` that `maxWindows` found: of equal cells the first, of several NaNs the last (as PyTorch has it);
 * −1 for an empty window. Doubles hold every position exactly and are read as numbers, where each of a BigInt64Array is a new object.
 */
export function locateMaxima(input: FloatArray, maxima: FloatArray, planes: number, windows: Windows): Float64Array {
  const [depth, height, width] = windows;
  const size = cellsOf(windows);
  const cells = new Float64Array(size);
  const positions = new Float64Array(planes * outputsOf(windows));
  let at = 0;
  for (let plane = 0; plane < planes; plane++) {
    cells.set(input.subarray(plane * size, (plane + 1) * size));
    for (let l = 0; l < depth.first.length; l++) {
      for (let k = 0; k < height.first.length; k++) {
        for (let j = 0; j < width.first.length; j++, at++) positions[at] = positionOf(maxima[at]!, cells, depth, l, height, k, width, j);
      }
    }
  }
  return positions;
}

/** Finds `wanted` in window `l`, `k`, `j`. Where it is NaN no cell equals it; where it is a number no cell is NaN. */
function positionOf(
  wanted: number,
  cells: Float64Array,
  depth: AxisWindows,
  l: number,
  height: AxisWindows,
  k: number,
  width: AxisWindows,
  j: number,
): number {
  let found = -1;
  for (let a = 0; a < depth.taps[l]!; a++) {
    const map = (depth.first[l]! + a * depth.step) * height.cells;
    for (let b = 0; b < height.taps[k]!; b++) {
      const from = (map + height.first[k]! + b * height.step) * width.cells + width.first[j]!;
      const end = from + width.taps[j]! * width.step;
      for (let i = from; i < end; i += width.step) {
        const cell = cells[i]!;
        if (cell === wanted) return i;
        if (Number.isNaN(cell)) found = i;
      }
    }
  }
  return found;
}
