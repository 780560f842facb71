/** Maxima of windows. A NaN wins, −0 is below +0 (as in Math.max), and the maximum of an empty window is −Infinity. */

import type { FloatArray } from './geometry.ts';
import { hasFewRows, maxOfFewRows } from './max-keys.ts';
import type { Reduction } from './separable.ts';
import { poolPlanes } from './separable.ts';
import type { Windows } from './windows.ts';

export function maxWindows(input: FloatArray, result: FloatArray, planes: number, windows: Windows): void {
  if (input instanceof Float32Array && hasFewRows(windows)) maxOfFewRows(bitsIn(result), bitsIn(input), planes, windows);
  else poolPlanes(planes, windows, { ...maxima, input, result });
}

function bitsIn({ buffer, byteOffset, length }: FloatArray): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

const maxima: Reduction = {
  rows(target, source, outer, inner, windows) {
    const { cells, first, taps, step } = windows;
    let to = 0;
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < first.length; j++, to += inner) {
        target.fill(Number.NEGATIVE_INFINITY, to, to + inner);
        for (let tap = 0; tap < taps[j]!; tap++) {
          const from = (o * cells + first[j]! + tap * step) * inner;
          for (let x = 0; x < inner; x = (x + 1) | 0) target[(to + x) | 0] = Math.max(target[(to + x) | 0]!, source[(from + x) | 0]!);
        }
      }
    }
  },

  columns(target, source, outer, windows) {
    const { cells, first, taps, step } = windows;
    for (let o = 0, to = 0; o < outer; o++) {
      for (let j = 0; j < first.length; j++, to++) target[to] = maximumOf(source, o * cells + first[j]!, taps[j]!, step);
    }
  },
};

function maximumOf(source: Float64Array, from: number, taps: number, step: number): number {
  const end = (from + taps * step) | 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let i = from | 0; i < end; i = (i + step) | 0) best = Math.max(best, source[i]!);
  return best;
}
