/**
 * 3 × 3 convolution of stride 1 by Winograd's F(4 × 4, 3 × 3) in doubles, with float32 results.
 * Its sums cancel more than direct ones do: an output that is tiny beside its inputs (a small number next to a mask of −1e9) would lose digits
 * that a direct sum keeps. So an output below `doubtful` of what its tile could have summed to is summed again directly.
 */

import type { ConvGeometry, FloatArray } from './geometry.ts';
import type { Image } from './pack.ts';
import { fillImage, imageOf, largest } from './pack.ts';
import { cells, filters, lanes, multiply, sums } from './panels.ts';
import type { TilePlace } from './winograd.ts';
import { transformFilter, transformInput, transformSums } from './winograd.ts';

/** The transforms may lose 7 bits of 53; of a sum above this fraction 28 are left, 4 more than float32 holds. */
const doubtful = 2 ** -18;
/** Part of the outputs that may be summed again before tiles are quicker for the whole layer. */
const mostAgain = 1 / 64;

export function fitsWinograd(geometry: ConvGeometry): boolean {
  const { kernel, stride, dilation, input, output, before } = geometry;
  if (kernel[0] !== 1 || kernel[1] !== 3 || kernel[2] !== 3 || before[0] !== 0 || input[0] !== output[0]) return false;
  if (Math.max(...stride, ...dilation) > 1) return false;
  const inChannels = geometry.inChannels / geometry.groups;
  const outChannels = geometry.outChannels / geometry.groups;
  if (36 * sliceOf(lanes * inChannels) > filters.length) return false;
  const tiles = output[0] * Math.ceil(output[1] / 4) * Math.ceil(output[2] / 4);
  const direct = 9 * inChannels * outChannels * output[0] * output[1] * output[2];
  // In products' worth of time: 36 products a tile, its transforms in and out, and those of the filters.
  return tiles * (36 * inChannels * outChannels + 150 * (inChannels + outChannels)) + 100 * inChannels * outChannels < direct;
}

/**
 * False, with `y` half done, where an infinity or NaN would spread over its tile, or where too many outputs are in doubt (a flat map under an
 * edge filter).
 */
export function convolveWinograd(
  input: Float32Array,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
  y: Float32Array,
): boolean {
  const { batch, groups, output, before } = geometry;
  const top = largest(input);
  const inChannels = geometry.inChannels / groups;
  const outChannels = geometry.outChannels / groups;
  const [depth, height, width] = output;
  const image = imageOf([depth, 4 * Math.ceil(height / 4) + 2, 4 * Math.ceil(width / 4) + 2]);
  const values = new Float64Array(inChannels * image.channel);
  const inPlane = geometry.input[0] * geometry.input[1] * geometry.input[2];
  const tiles = tilesOf(image, depth, height, width);
  const block = 2 * mostPairs(inChannels);
  const again = { left: 16 + Math.floor(y.length * mostAgain) };
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      fillImage(values, image, before, input, (n * groups + g) * inChannels * inPlane, inChannels, geometry.input);
      for (let from = 0; from < tiles.length; from += block) {
        const some = tiles.slice(from, from + block);
        const slice = transformTiles(values, image, inChannels, some);
        for (let c = 0; c < outChannels; c += lanes) {
          const done = sumTiles({ values, image, weight, inChannels, top, again }, some, slice, y, (lane) => {
            if (c + lane >= outChannels) return undefined;
            const channel = g * outChannels + c + lane;
            return {
              channel,
              bias: bias === undefined ? 0 : bias[channel]!,
              at: (n * geometry.outChannels + channel) * depth * height * width,
            };
          });
          if (!done) return false;
        }
      }
    }
  }
  return true;
}

/** An odd number of cache lines, so that the 36 elements of a tile do not meet in one set. */
function sliceOf(doubles: number): number {
  return imageOf([1, 1, doubles]).channel;
}

/** Pairs of tiles whose transforms fit the panels, with the odd lines between slices. */
function mostPairs(channels: number): number {
  return Math.max(1, Math.min(Math.floor((cells.length / 36 - 16) / (2 * channels)), Math.floor((sums.length / 36 - 16) / (2 * lanes))));
}

interface Tile extends TilePlace {
  /** Its first cell in a channel of the image. */
  readonly from: number;
}

function tilesOf(image: Image, depth: number, height: number, width: number): Tile[] {
  const tiles: Tile[] = [];
  for (let d = 0; d < depth; d++) {
    for (let h = 0; h < height; h += 4) {
      for (let w = 0; w < width; w += 4) {
        tiles.push({
          from: d * image.plane + h * image.row + w,
          at: (d * height + h) * width + w,
          row: width,
          rows: Math.min(4, height - h),
          columns: Math.min(4, width - w),
        });
      }
    }
  }
  return tiles;
}

/** Fills the panel of cells; returns the distance between the elements of a transform. */
function transformTiles(values: Float64Array, image: Image, channels: number, tiles: readonly Tile[]): number {
  const slice = sliceOf(2 * channels * ((tiles.length + 1) >> 1));
  for (let tile = 0; tile < tiles.length; tile++) {
    const { from } = tiles[tile]!;
    const to = (tile >> 1) * 2 * channels + (tile & 1);
    for (let c = 0; c < channels; c++) transformInput(values, from + c * image.channel, image.row, to + 2 * c, slice);
  }
  return slice;
}

interface Source {
  readonly values: Float64Array;
  readonly image: Image;
  readonly weight: FloatArray;
  readonly inChannels: number;
  /** Largest magnitude of the input. */
  readonly top: number;
  /** Outputs that may still be summed again. */
  readonly again: { left: number };
}

interface Lane {
  readonly channel: number;
  readonly bias: number;
  readonly at: number;
}

/** Three output channels over all tiles of the panel; false where a number is none or `again` runs out. */
function sumTiles(
  source: Source,
  tiles: readonly Tile[],
  slice: number,
  y: Float32Array,
  laneOf: (lane: number) => Lane | undefined,
): boolean {
  const { weight, inChannels, top } = source;
  const pairs = (tiles.length + 1) >> 1;
  const filterSlice = sliceOf(lanes * inChannels);
  const sumSlice = sliceOf(2 * lanes * pairs);
  const present: (Lane & { bound: number })[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const one = laneOf(lane);
    if (one === undefined) break;
    let magnitude = 0;
    for (let c = 0; c < inChannels; c++)
      magnitude += transformFilter(weight, (one.channel * inChannels + c) * 9, lanes * c + lane, filterSlice);
    if (!Number.isFinite(magnitude * top)) return false;
    present.push({ ...one, bound: doubtful * magnitude });
  }
  for (let e = 0; e < 36; e++) multiply(pairs, inChannels, e * slice, e * filterSlice, e * sumSlice);
  for (let tile = 0; tile < tiles.length; tile++) {
    const place = tiles[tile]!;
    for (let lane = 0; lane < present.length; lane++) {
      const { bound, bias, at, channel } = present[lane]!;
      const from = (tile >> 1) * 2 * lanes + 2 * lane + (tile & 1);
      const doubts = transformSums(from, sumSlice, bias, y, at, place, bound * top);
      if (doubts === 0) continue;
      const still = transformSums(from, sumSlice, bias, y, at, place, bound * topOf(source, place.from));
      for (let i = 0; i < 16; i++) {
        if (((still >> i) & 1) === 0) continue;
        if (--source.again.left < 0) return false;
        y[at + place.at + (i >> 2) * place.row + (i & 3)] =
          bias + sumAgain(source, place.from + (i >> 2) * source.image.row + (i & 3), channel);
      }
    }
  }
  return true;
}

/** Largest magnitude under a tile. */
function topOf({ values, image, inChannels }: Source, from: number): number {
  let most = 0;
  for (let c = 0; c < inChannels; c++) {
    for (let h = 0; h < 6; h++) {
      for (let w = 0; w < 6; w++) most = Math.max(most, Math.abs(values[from + c * image.channel + h * image.row + w]!));
    }
  }
  return most;
}

/** One output straight from the definition. */
function sumAgain({ values, image, weight, inChannels }: Source, from: number, channel: number): number {
  let sum = 0;
  let tap = channel * inChannels * 9;
  for (let c = 0; c < inChannels; c++) {
    for (let h = 0; h < 3; h++) {
      for (let w = 0; w < 3; w++) sum += weight[tap++]! * values[from + c * image.channel + h * image.row + w]!;
    }
  }
  return sum;
}
