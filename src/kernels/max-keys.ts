/**
 * Maxima of float32 where a window is a few rows high, as most are. They are found on keys, integers in the order of the values: integers have
 * a select without a branch, where a comparison of data is a guess that is wrong half the time. The rows of a window go straight from the
 * input's bits into one row of keys, and that into the result's bits, so that nothing between leaves the first-level cache.
 */

import type { AxisWindows, Windows } from './windows.ts';

/**
 * Bits of a float are a sign and a magnitude; with those of a negative number turned over, its sign aside, they count upwards as integers. The
 * NaNs that carry a sign are then at the bottom, 0x7fffff of them. Moving every key down by as many takes them round to the top, where the other
 * NaNs are, so that a NaN of either sign wins.
 */
function keyOf(bits: number): number {
  return ((bits ^ ((bits >> 31) >>> 1)) - 0x7fffff) | 0;
}

function bitsOf(key: number): number {
  const turned = (key + 0x7fffff) | 0;
  return turned ^ ((turned >> 31) >>> 1);
}

/** The key of −Infinity, which an empty window gives. */
const lowest = -0x80000000;

/** The larger integer: where that is `b`, the bits in which the two differ are turned over. */
function larger(a: number, b: number): number {
  return a ^ ((a ^ b) & -Number(b > a));
}

const fewRows = 16;

/** Also, the windows must reach about every cell of a row: those that a stride skips would be looked at for nothing. */
export function hasFewRows([depth, height, width]: Windows): boolean {
  return depth.run.taps * height.run.taps <= fewRows && width.cells <= 2 * width.first.length * width.run.taps;
}

/** `result` and `input` are bits of float32. */
export function maxOfFewRows(result: Int32Array, input: Int32Array, planes: number, windows: Windows): void {
  const [depth, height, width] = windows;
  const keys = new Int32Array(width.cells);
  const rows = new Int32Array(fewRows);
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let l = 0; l < depth.first.length; l++) {
      for (let k = 0; k < height.first.length; k++, to += width.first.length) {
        const count = findRows(rows, plane * depth.cells, depth, l, height, k, width.cells);
        gatherRows(keys, input, rows, count);
        gatherCells(result, to, keys, width);
      }
    }
  }
}

/** Where the rows of window `l`, `k` start. */
function findRows(rows: Int32Array, map: number, depth: AxisWindows, l: number, height: AxisWindows, k: number, length: number): number {
  let count = 0;
  for (let a = 0; a < depth.taps[l]!; a++) {
    const row = (map + depth.first[l]! + a * depth.step) * height.cells + height.first[k]!;
    for (let b = 0; b < height.taps[k]!; b++) rows[count++] = (row + b * height.step) * length;
  }
  return count;
}

function gatherRows(keys: Int32Array, input: Int32Array, rows: Int32Array, count: number): void {
  if (count > 2) threeRows(keys, input, rows[0]!, rows[1]!, rows[2]!);
  // A single row is its own second.
  else if (count > 0) twoRows(keys, input, rows[0]!, rows[count - 1]!);
  else keys.fill(lowest);
  for (let more = 3; more < count; more++) oneMoreRow(keys, input, rows[more]!);
}

function threeRows(keys: Int32Array, input: Int32Array, a: number, b: number, c: number): void {
  const length = keys.length;
  let x = 0;
  for (; x < length - 1; x = (x + 2) | 0) {
    const i = (a + x) | 0;
    const j = (b + x) | 0;
    const k = (c + x) | 0;
    keys[x] = larger(larger(keyOf(input[i]!), keyOf(input[j]!)), keyOf(input[k]!));
    keys[(x + 1) | 0] = larger(larger(keyOf(input[(i + 1) | 0]!), keyOf(input[(j + 1) | 0]!)), keyOf(input[(k + 1) | 0]!));
  }
  if (x < length) keys[x] = larger(larger(keyOf(input[a + x]!), keyOf(input[b + x]!)), keyOf(input[c + x]!));
}

function twoRows(keys: Int32Array, input: Int32Array, a: number, b: number): void {
  const length = keys.length;
  let x = 0;
  for (; x < length - 1; x = (x + 2) | 0) {
    const i = (a + x) | 0;
    const j = (b + x) | 0;
    keys[x] = larger(keyOf(input[i]!), keyOf(input[j]!));
    keys[(x + 1) | 0] = larger(keyOf(input[(i + 1) | 0]!), keyOf(input[(j + 1) | 0]!));
  }
  if (x < length) keys[x] = larger(keyOf(input[a + x]!), keyOf(input[b + x]!));
}

function oneMoreRow(keys: Int32Array, input: Int32Array, a: number): void {
  const length = keys.length;
  for (let x = 0; x < length; x = (x + 1) | 0) keys[x] = larger(keys[x]!, keyOf(input[(a + x) | 0]!));
}

function gatherCells(result: Int32Array, to: number, keys: Int32Array, windows: AxisWindows): void {
  const { first, step, run } = windows;
  const few = run.taps === 2 || run.taps === 3;
  const from = first[run.start]!;
  const length = run.end - run.start;
  anyCells(result, to, keys, windows, 0, few ? run.start : run.end);
  if (run.taps === 3) threeCells(result, to + run.start, keys, from, run.stride, step, length);
  if (run.taps === 2) twoCells(result, to + run.start, keys, from, run.stride, step, length);
  anyCells(result, to, keys, windows, run.end, first.length);
}

function threeCells(result: Int32Array, to: number, keys: Int32Array, from: number, stride: number, step: number, length: number): void {
  for (let x = 0, i = from | 0; x < length; x = (x + 1) | 0, i = (i + stride) | 0) {
    result[(to + x) | 0] = bitsOf(larger(larger(keys[i]!, keys[(i + step) | 0]!), keys[(i + 2 * step) | 0]!));
  }
}

function twoCells(result: Int32Array, to: number, keys: Int32Array, from: number, stride: number, step: number, length: number): void {
  for (let x = 0, i = from | 0; x < length; x = (x + 1) | 0, i = (i + stride) | 0) {
    result[(to + x) | 0] = bitsOf(larger(keys[i]!, keys[(i + step) | 0]!));
  }
}

/** Windows `start` up to `end`, of any size. */
function anyCells(result: Int32Array, to: number, keys: Int32Array, windows: AxisWindows, start: number, end: number): void {
  const { step, first, taps } = windows;
  for (let j = start; j < end; j++) {
    const from = first[j]!;
    const last = (from + taps[j]! * step) | 0;
    let best = lowest;
    for (let i = from; i < last; i = (i + step) | 0) best = larger(best, keys[i]!);
    result[to + j] = bitsOf(best);
  }
}
