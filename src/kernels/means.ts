/** Means of windows: their sums over the number of their cells. The mean of no cells is 0, as PyTorch has it. */

import type { FloatArray } from './geometry.ts';
import { poolPlanes } from './separable.ts';
import { sums } from './sums.ts';
import type { TapCounts, Windows } from './windows.ts';
import { outputsOf } from './windows.ts';

/** The divisor of a window is the product of its three counts in `divisors`. */
export function meanWindows(input: FloatArray, result: FloatArray, planes: number, windows: Windows, divisors: TapCounts): void {
  if (input instanceof Float32Array && result instanceof Float32Array && isTwoByTwo(windows)) {
    meanOfFour(input, result, planes, windows, divisors[0][0]! * divisors[1][0]! * divisors[2][0]!);
    return;
  }
  poolPlanes(planes, windows, {
    ...sums,
    input,
    result,
    finish: (totals, length) => divide(totals, length / outputsOf(windows), divisors),
  });
}

function divide(totals: Float64Array, planes: number, [depth, height, width]: TapCounts): void {
  let at = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (const d of depth) {
      for (const h of height) {
        for (let x = 0; x < width.length; x = (x + 1) | 0) {
          totals[at] = totals[at]! / Math.max(d * h * width[x]!, 1);
          at = (at + 1) | 0;
        }
      }
    }
  }
}

/** Whether every window is two whole rows of two cells in a flat map, the commonest pooling, so that all have one divisor. */
function isTwoByTwo([depth, height, width]: Windows): boolean {
  const whole = [height, width].every(({ run, first }) => run.taps === 2 && run.start === 0 && run.end === first.length);
  return whole && depth.cells === 1 && depth.first.length === 1 && depth.taps[0] === 1;
}

/** Both axes in one pass, straight from input to result. */
function meanOfFour(input: Float32Array, result: Float32Array, planes: number, [, height, width]: Windows, divisor: number): void {
  const length = width.first.length;
  const below = height.step * width.cells;
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let j = 0; j < height.first.length; j++, to += length) {
      const from = (plane * height.cells + height.first[j]!) * width.cells + width.first[0]!;
      rowOfFours(result, to, input, from, below, width.run.stride, width.step, length, divisor);
    }
  }
}

function rowOfFours(
  target: Float32Array,
  to: number,
  source: Float32Array,
  from: number,
  below: number,
  stride: number,
  step: number,
  length: number,
  divisor: number,
): void {
  const corner = (below + step) | 0;
  for (let x = 0, i = from | 0; x < length; x = (x + 1) | 0, i = (i + stride) | 0) {
    const upper = source[i]! + source[(i + step) | 0]!;
    const lower = source[(i + below) | 0]! + source[(i + corner) | 0]!;
    target[(to + x) | 0] = (upper + lower) / divisor;
  }
}
