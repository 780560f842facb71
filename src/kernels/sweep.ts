/** Sums many output channels over one image: gathers blocks of outputs into panels, by a table of taps, and multiplies them. */

import type { FloatArray } from './geometry.ts';
import type { Sweep } from './panels.ts';
import { cells, filters, lanes, multiply, sums } from './panels.ts';

/** Taps that fit the panels. */
export const mostTaps = Math.floor(filters.length / lanes);
/** Doubles of a block of outputs: half a megabyte, so that it stays in the cache while all filters pass. */
const blockCells = 2 ** 16;
const mostPairs = 1024;

/** Output channels of one group: how many, where the first one's result starts and how far apart they are. */
export interface Channels {
  readonly first: number;
  readonly count: number;
  readonly stride: number;
}

/** Puts the weights of channels `from` … `from + 2` into `filters`, abreast. */
export type PackFilters = (from: number, last: number) => void;

export function sumMany(
  x: FloatArray,
  taps: Int32Array,
  pack: PackFilters,
  bias: FloatArray | undefined,
  y: FloatArray,
  channels: Channels,
  sweep: Sweep,
): void {
  const outputs = sweep.count[0] * sweep.count[1] * sweep.count[2];
  const block = 2 * Math.max(1, Math.min(mostPairs, Math.floor(blockCells / (2 * taps.length))));
  const last = channels.first + channels.count - 1;
  for (let from = 0; from < outputs; from += block) {
    const size = Math.min(block, outputs - from);
    const pairs = (size + 1) >> 1;
    gather(x, taps, sweep, from, size);
    for (let c = channels.first; c <= last; c += lanes) {
      pack(c, last);
      multiply(pairs, taps.length, 0, 0, 0);
      for (let lane = 0; lane < lanes && c + lane <= last; lane++) {
        store(y, sweep, from, size, lane, bias === undefined ? 0 : bias[c + lane]!, (c + lane) * channels.stride);
      }
    }
  }
}

/** The cells under every tap of outputs `from` … `from + size − 1`, two outputs abreast; an odd last one stands beside itself. */
function gather(x: FloatArray, taps: Int32Array, sweep: Sweep, from: number, size: number): void {
  const { count, read, readFrom } = sweep;
  const n = taps.length;
  const [, height, width] = count;
  let w = from % width;
  let h = Math.floor(from / width) % height;
  let d = Math.floor(from / (width * height));
  let first = 0;
  for (let output = 0; output < size; output++) {
    const base = (readFrom + d * read[0] + h * read[1] + w * read[2]) | 0;
    if (++w === width) {
      w = 0;
      if (++h === height) {
        h = 0;
        d++;
      }
    }
    if ((output & 1) === 0) {
      first = base;
      if (output < size - 1) continue;
    }
    let at = ((output >> 1) * 2 * n) | 0;
    for (let t = 0; t < n; t++) {
      const tap = taps[t]!;
      cells[at] = x[(first + tap) | 0]!;
      cells[(at + 1) | 0] = x[(base + tap) | 0]!;
      at = (at + 2) | 0;
    }
  }
}

function store(y: FloatArray, sweep: Sweep, from: number, size: number, lane: number, bias: number, channelFrom: number): void {
  const { count, write } = sweep;
  const [, height, width] = count;
  let w = from % width;
  let h = Math.floor(from / width) % height;
  let d = Math.floor(from / (width * height));
  let row = (channelFrom + sweep.writeFrom + d * write[0] + h * write[1]) | 0;
  for (let output = 0; output < size; output++) {
    y[(row + w * write[2]) | 0] = bias + sums[((output >> 1) * 2 * lanes + 2 * lane + (output & 1)) | 0]!;
    if (++w < width) continue;
    w = 0;
    if (++h === height) {
      h = 0;
      d++;
    }
    row = (channelFrom + sweep.writeFrom + d * write[0] + h * write[1]) | 0;
  }
}
