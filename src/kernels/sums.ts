/** Sums of windows in double precision; an empty window sums to 0. */

import type { Reduction } from './separable.ts';
import type { AxisWindows } from './windows.ts';

export const sums: Reduction = {
  rows(target, source, outer, inner, windows) {
    const { cells, first, taps } = windows;
    const step = windows.step * inner;
    let to = 0;
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < first.length; j++, to += inner) {
        const from = (o * cells + first[j]!) * inner;
        const count = taps[j]!;
        if (count > 2) threeRows(target, to, source, from, from + step, from + 2 * step, inner);
        else if (count === 2) twoRows(target, to, source, from, from + step, inner);
        else if (count === 1) target.set(source.subarray(from, from + inner), to);
        else target.fill(0, to, to + inner);
        for (let tap = 3; tap < count; tap++) oneMoreRow(target, to, source, from + tap * step, inner);
      }
    }
  },

  columns(target, source, outer, windows) {
    const { cells, first, step, run } = windows;
    const length = run.end - run.start;
    for (let o = 0; o < outer; o++) {
      const row = o * cells;
      const to = o * first.length;
      const from = row + first[run.start]!;
      cutWindows(target, to, source, row, windows, 0, run.start);
      if (run.taps === 3) threeCells(target, to + run.start, source, from, run.stride, step, length);
      else if (run.taps === 2) twoCells(target, to + run.start, source, from, run.stride, step, length);
      else cutWindows(target, to, source, row, windows, run.start, run.end);
      cutWindows(target, to, source, row, windows, run.end, first.length);
    }
  },
};

function threeRows(target: Float64Array, to: number, source: Float64Array, a: number, b: number, c: number, length: number): void {
  for (let x = 0; x < length; x = (x + 1) | 0) {
    target[(to + x) | 0] = source[(a + x) | 0]! + source[(b + x) | 0]! + source[(c + x) | 0]!;
  }
}

function twoRows(target: Float64Array, to: number, source: Float64Array, a: number, b: number, length: number): void {
  for (let x = 0; x < length; x = (x + 1) | 0) target[(to + x) | 0] = source[(a + x) | 0]! + source[(b + x) | 0]!;
}

function oneMoreRow(target: Float64Array, to: number, source: Float64Array, a: number, length: number): void {
  for (let x = 0; x < length; x = (x + 1) | 0) target[(to + x) | 0]! += source[(a + x) | 0]!;
}

function threeCells(
  target: Float64Array,
  to: number,
  source: Float64Array,
  from: number,
  stride: number,
  step: number,
  length: number,
): void {
  for (let x = 0, i = from | 0; x < length; x = (x + 1) | 0, i = (i + stride) | 0) {
    target[(to + x) | 0] = source[i]! + source[(i + step) | 0]! + source[(i + 2 * step) | 0]!;
  }
}

function twoCells(
  target: Float64Array,
  to: number,
  source: Float64Array,
  from: number,
  stride: number,
  step: number,
  length: number,
): void {
  for (let x = 0, i = from | 0; x < length; x = (x + 1) | 0, i = (i + stride) | 0) {
    target[(to + x) | 0] = source[i]! + source[(i + step) | 0]!;
  }
}

/** Windows `start` up to `end` of the row of cells from `row` on, of any size. */
function cutWindows(
  target: Float64Array,
  to: number,
  source: Float64Array,
  row: number,
  windows: AxisWindows,
  start: number,
  end: number,
): void {
  const { step, first, taps } = windows;
  for (let j = start; j < end; j++) {
    const from = (row + first[j]!) | 0;
    const last = (from + taps[j]! * step) | 0;
    let total = 0;
    for (let i = from; i < last; i = (i + step) | 0) total += source[i]!;
    target[to + j] = total;
  }
}
