/**
 * The loops that spend the time. Operands are packed into panels of doubles; a tile of three filters by two outputs is summed at once, so
 * that five numbers loaded serve six products. Larger tiles load less, but V8 then keeps sums in memory and is slower.
 * The panels are constants of this module because V8 then compiles their address and length into the loop (a quarter faster than panels
 * passed in; an exported variable is not constant to it, hence two names for one panel). They hold nothing from one call to the next, and
 * a kernel never yields while it uses them.
 */

import type { FloatArray, Triple } from './geometry.ts';

const x = new Float64Array(2 ** 19);
const w = new Float64Array(2 ** 18);
const s = new Float64Array(2 ** 16);
const o = new Int32Array(2 ** 15);

/** Input cells: for each pair of outputs, tap by tap, the cell under the tap of the first and of the second. */
export const cells = x;
/** Output channels that are summed at once. */
export const lanes = 3;
/** Weights, tap by tap, three output channels abreast. */
export const filters = w;
/** For each pair of outputs the sums of three channels: both outputs of the first channel, of the second, … */
export const sums = s;
/** Where the taps lie, for `sumOne`. */
export const offsets = o;

/** Cells and filters into sums, `pairs` pairs of outputs by three channels over `taps` taps. */
export function multiply(pairs: number, taps: number, cellsFrom: number, filtersFrom: number, sumsFrom: number): void {
  const last = (filtersFrom + lanes * taps) | 0;
  let at = cellsFrom | 0;
  let to = sumsFrom | 0;
  for (let pair = 0; pair < pairs; pair++) {
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    for (let i = filtersFrom | 0; i < last; i = (i + 3) | 0) {
      const a = x[at]!;
      const b = x[(at + 1) | 0]!;
      const w0 = w[i]!;
      a0 += w0 * a;
      b0 += w0 * b;
      const w1 = w[(i + 1) | 0]!;
      a1 += w1 * a;
      b1 += w1 * b;
      const w2 = w[(i + 2) | 0]!;
      a2 += w2 * a;
      b2 += w2 * b;
      at = (at + 2) | 0;
    }
    s[to] = a0;
    s[(to + 1) | 0] = b0;
    s[(to + 2) | 0] = a1;
    s[(to + 3) | 0] = b1;
    s[(to + 4) | 0] = a2;
    s[(to + 5) | 0] = b2;
    to = (to + 6) | 0;
  }
}

/** Which outputs to sum: `count` along each axis, their windows `read` cells apart in the image, their places `write` apart in the result. */
export interface Sweep {
  readonly count: Triple;
  readonly readFrom: number;
  readonly read: Triple;
  readonly writeFrom: number;
  readonly write: Triple;
}

/**
 * One output channel over an image that lies in `cells`, its taps in `offsets` and its weights in `filters`: four neighbouring outputs at
 * once; where fewer are left the last four overlap and the same sums are written again.
 */
export function sumOne(taps: number, bias: number, y: FloatArray, sweep: Sweep): void {
  const { count, read, write } = sweep;
  const [depth, height, width] = count;
  const second = Math.min(1, width - 1);
  const third = Math.min(2, width - 1);
  const fourth = Math.min(3, width - 1);
  const x1 = (second * read[2]) | 0;
  const x2 = (third * read[2]) | 0;
  const x3 = (fourth * read[2]) | 0;
  for (let d = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      const from = (sweep.readFrom + d * read[0] + h * read[1]) | 0;
      const to = (sweep.writeFrom + d * write[0] + h * write[1]) | 0;
      for (let column = 0; column < width; column += 4) {
        const first = Math.max(0, Math.min(column, width - 4));
        const base = (from + first * read[2]) | 0;
        let p0 = bias;
        let p1 = bias;
        let p2 = bias;
        let p3 = bias;
        for (let t = 0; t < taps; t++) {
          const at = (base + o[t]!) | 0;
          const weight = w[t]!;
          p0 += weight * x[at]!;
          p1 += weight * x[(at + x1) | 0]!;
          p2 += weight * x[(at + x2) | 0]!;
          p3 += weight * x[(at + x3) | 0]!;
        }
        const out = (to + first * write[2]) | 0;
        y[out] = p0;
        y[(out + second * write[2]) | 0] = p1;
        y[(out + third * write[2]) | 0] = p2;
        y[(out + fourth * write[2]) | 0] = p3;
      }
    }
  }
}

/**
 * The same for one channel under a kernel of 3 × 3 that moves and spreads by single cells along the width, with `offsets` for its three rows:
 * four outputs share six cells of a row. At least four outputs wide.
 */
export function sumThreeByThree(bias: number, y: FloatArray, sweep: Sweep): void {
  const { count, read, write } = sweep;
  const [depth, height, width] = count;
  const second = o[1]!;
  const third = o[2]!;
  const w0 = w[0]!;
  const w1 = w[1]!;
  const w2 = w[2]!;
  const w3 = w[3]!;
  const w4 = w[4]!;
  const w5 = w[5]!;
  const w6 = w[6]!;
  const w7 = w[7]!;
  const w8 = w[8]!;
  for (let d = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      const from = (sweep.readFrom + d * read[0] + h * read[1]) | 0;
      const to = (sweep.writeFrom + d * write[0] + h * write[1]) | 0;
      for (let column = 0; column < width; column += 4) {
        const first = Math.min(column, width - 4);
        let p0 = bias;
        let p1 = bias;
        let p2 = bias;
        let p3 = bias;
        let at = (from + first) | 0;
        let x0 = x[at]!;
        let x1 = x[(at + 1) | 0]!;
        let x2 = x[(at + 2) | 0]!;
        let x3 = x[(at + 3) | 0]!;
        let x4 = x[(at + 4) | 0]!;
        let x5 = x[(at + 5) | 0]!;
        p0 += w0 * x0 + w1 * x1 + w2 * x2;
        p1 += w0 * x1 + w1 * x2 + w2 * x3;
        p2 += w0 * x2 + w1 * x3 + w2 * x4;
        p3 += w0 * x3 + w1 * x4 + w2 * x5;
        at = (from + first + second) | 0;
        x0 = x[at]!;
        x1 = x[(at + 1) | 0]!;
        x2 = x[(at + 2) | 0]!;
        x3 = x[(at + 3) | 0]!;
        x4 = x[(at + 4) | 0]!;
        x5 = x[(at + 5) | 0]!;
        p0 += w3 * x0 + w4 * x1 + w5 * x2;
        p1 += w3 * x1 + w4 * x2 + w5 * x3;
        p2 += w3 * x2 + w4 * x3 + w5 * x4;
        p3 += w3 * x3 + w4 * x4 + w5 * x5;
        at = (from + first + third) | 0;
        x0 = x[at]!;
        x1 = x[(at + 1) | 0]!;
        x2 = x[(at + 2) | 0]!;
        x3 = x[(at + 3) | 0]!;
        x4 = x[(at + 4) | 0]!;
        x5 = x[(at + 5) | 0]!;
        p0 += w6 * x0 + w7 * x1 + w8 * x2;
        p1 += w6 * x1 + w7 * x2 + w8 * x3;
        p2 += w6 * x2 + w7 * x3 + w8 * x4;
        p3 += w6 * x3 + w7 * x4 + w8 * x5;
        const out = (to + first) | 0;
        y[out] = p0;
        y[(out + 1) | 0] = p1;
        y[(out + 2) | 0] = p2;
        y[(out + 3) | 0] = p3;
      }
    }
  }
}
