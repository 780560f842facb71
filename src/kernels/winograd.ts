/**
 * The three transforms of Winograd's F(4 × 4, 3 × 3): 36 products a channel in place of 144 for 4 × 4 outputs of a 3 × 3 kernel.
 * Filters are scaled by 24 on each axis, which makes all three matrices whole: sums of small whole numbers come out exact, a flat input under
 * an edge filter as exactly 0. The output transform takes the 576 back.
 * Source: Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks" (arXiv:1509.09308).
 */

import type { FloatArray } from './geometry.ts';
import { cells, filters, sums } from './panels.ts';

const x = cells;
const w = filters;
const s = sums;
/** A tile between its two passes. */
const half = new Float64Array(36);

/** Bᵀ·d·B of the 6 × 6 cells of `image` at `from`; element e goes to `to + e·slice` in the panel of cells. */
export function transformInput(image: Float64Array, from: number, row: number, to: number, slice: number): void {
  for (let column = 0; column < 6; column++) {
    let at = (from + column) | 0;
    const d0 = image[at]!;
    at = (at + row) | 0;
    const d1 = image[at]!;
    at = (at + row) | 0;
    const d2 = image[at]!;
    at = (at + row) | 0;
    const d3 = image[at]!;
    at = (at + row) | 0;
    const d4 = image[at]!;
    at = (at + row) | 0;
    const d5 = image[at]!;
    const a = d4 - 4 * d2;
    const b = d3 - 4 * d1;
    const c = d4 - d2;
    const e = 2 * (d3 - d1);
    half[column] = 4 * d0 - 5 * d2 + d4;
    half[column + 6] = a + b;
    half[column + 12] = a - b;
    half[column + 18] = c + e;
    half[column + 24] = c - e;
    half[column + 30] = 4 * d1 - 5 * d3 + d5;
  }
  let put = to | 0;
  for (let at = 0; at < 36; at += 6) {
    const d0 = half[at]!;
    const d1 = half[at + 1]!;
    const d2 = half[at + 2]!;
    const d3 = half[at + 3]!;
    const d4 = half[at + 4]!;
    const d5 = half[at + 5]!;
    const a = d4 - 4 * d2;
    const b = d3 - 4 * d1;
    const c = d4 - d2;
    const e = 2 * (d3 - d1);
    x[put] = 4 * d0 - 5 * d2 + d4;
    put = (put + slice) | 0;
    x[put] = a + b;
    put = (put + slice) | 0;
    x[put] = a - b;
    put = (put + slice) | 0;
    x[put] = c + e;
    put = (put + slice) | 0;
    x[put] = c - e;
    put = (put + slice) | 0;
    x[put] = 4 * d1 - 5 * d3 + d5;
    put = (put + slice) | 0;
  }
}

/** 24·G · g · 24·Gᵀ of the 3 × 3 weights at `from`; element e goes to `to + e·slice` in the panel of filters. Returns the sum of their magnitudes. */
export function transformFilter(weight: FloatArray, from: number, to: number, slice: number): number {
  let magnitude = 0;
  for (let column = 0; column < 3; column++) {
    const g0 = weight[(from + column) | 0]!;
    const g1 = weight[(from + column + 3) | 0]!;
    const g2 = weight[(from + column + 6) | 0]!;
    magnitude += Math.abs(g0) + Math.abs(g1) + Math.abs(g2);
    const outer = -4 * (g0 + g2);
    const wide = g0 + 4 * g2;
    half[column] = 6 * g0;
    half[column + 3] = outer - 4 * g1;
    half[column + 6] = outer + 4 * g1;
    half[column + 9] = wide + 2 * g1;
    half[column + 12] = wide - 2 * g1;
    half[column + 15] = 24 * g2;
  }
  let put = to | 0;
  for (let at = 0; at < 18; at += 3) {
    const g0 = half[at]!;
    const g1 = half[at + 1]!;
    const g2 = half[at + 2]!;
    const outer = -4 * (g0 + g2);
    const wide = g0 + 4 * g2;
    w[put] = 6 * g0;
    put = (put + slice) | 0;
    w[put] = outer - 4 * g1;
    put = (put + slice) | 0;
    w[put] = outer + 4 * g1;
    put = (put + slice) | 0;
    w[put] = wide + 2 * g1;
    put = (put + slice) | 0;
    w[put] = wide - 2 * g1;
    put = (put + slice) | 0;
    w[put] = 24 * g2;
    put = (put + slice) | 0;
  }
  return magnitude;
}

/** Where the 4 × 4 outputs of a tile go: the first one's place, the length of a row, and how many of them exist. */
export interface TilePlace {
  readonly at: number;
  readonly row: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Aᵀ·m·A / 576 + bias of the 36 sums at `from + e·slice`, into `y`. Returns one bit for each of the 16 outputs that exist and are smaller
 * than `limit` before the bias.
 */
export function transformSums(
  from: number,
  slice: number,
  bias: number,
  y: Float32Array,
  channelAt: number,
  place: TilePlace,
  limit: number,
): number {
  const six = (6 * slice) | 0;
  for (let column = 0; column < 6; column++) {
    let at = (from + column * slice) | 0;
    const m0 = s[at]!;
    at = (at + six) | 0;
    const m1 = s[at]!;
    at = (at + six) | 0;
    const m2 = s[at]!;
    at = (at + six) | 0;
    const m3 = s[at]!;
    at = (at + six) | 0;
    const m4 = s[at]!;
    at = (at + six) | 0;
    const p = m1 + m2;
    const q = m1 - m2;
    const r = m3 + m4;
    const u = m3 - m4;
    half[column] = m0 + p + r;
    half[column + 6] = q + 2 * u;
    half[column + 12] = p + 4 * r;
    half[column + 18] = q + 8 * u + s[at]!;
  }
  const { row, rows, columns } = place;
  let to = (channelAt + place.at) | 0;
  let doubts = 0;
  for (let line = 0; line < rows; line++) {
    const at = (6 * line) | 0;
    const m1 = half[(at + 1) | 0]!;
    const m2 = half[(at + 2) | 0]!;
    const m3 = half[(at + 3) | 0]!;
    const m4 = half[(at + 4) | 0]!;
    const p = m1 + m2;
    const q = m1 - m2;
    const r = m3 + m4;
    const u = m3 - m4;
    const y0 = (half[at]! + p + r) * (1 / 576);
    const y1 = (q + 2 * u) * (1 / 576);
    const y2 = (p + 4 * r) * (1 / 576);
    const y3 = (q + 8 * u + half[(at + 5) | 0]!) * (1 / 576);
    y[to] = y0 + bias;
    if (Math.abs(y0) < limit) doubts |= 1 << (4 * line);
    if (columns > 1) {
      y[(to + 1) | 0] = y1 + bias;
      if (Math.abs(y1) < limit) doubts |= 2 << (4 * line);
    }
    if (columns > 2) {
      y[(to + 2) | 0] = y2 + bias;
      if (Math.abs(y2) < limit) doubts |= 4 << (4 * line);
    }
    if (columns > 3) {
      y[(to + 3) | 0] = y3 + bias;
      if (Math.abs(y3) < limit) doubts |= 8 << (4 * line);
    }
    to = (to + row) | 0;
  }
  return doubts;
}
