/**
 * Adaptive pooling: the output extent o is given, and window j of an axis of i cells runs from ⌊j·i/o⌋ up to ⌈(j + 1)·i/o⌉, so windows differ in
 * size and may overlap. Their sizes sum to i + o − gcd(i, o): i cells, and one more for each of the o − gcd(i, o) inner borders that do not
 * fall between two cells, which then belongs to both sides. Over several axes the sums multiply. A mean of K cells takes K − 1 additions and a
 * division, a maximum K − 1 comparisons, so all windows together take that many cells less one per output element.
 * Source: PyTorch documentation of AdaptiveAvgPool2d and AdaptiveMaxPool2d; window rule of aten/src/ATen/native/AdaptivePooling.h.
 */

import * as z from 'zod';
import { adaptiveAveragePool, adaptiveMaxPool as adaptiveMaximum, adaptiveMaxPoolWithIndices } from '../kernels/pool-window.ts';
import type { AdaptiveGeometry } from '../kernels/windows.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf, productOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { floatingType, ofType } from './element-types.ts';
import { requireRank } from './feature-map-input.ts';
import type { Example, LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { triple } from './window-geometry.ts';

type OutputSize = number | readonly (number | null)[];

/** Cells of all windows together; `gcd` is that of an axis's input and output extents. */
export function adaptiveCells(rank: number): string {
  return `n·c${['·(i0 + o0 − gcd0)', '·(i1 + o1 − gcd1)', '·(i2 + o2 − gcd2)'].slice(0, rank).join('')}`;
}

/** Values of the symbols in `adaptiveCells`, and output elements `e`; an absent axis counts as 1 to 1. */
export function adaptiveSymbols(input: Shape, output: Shape): Symbols {
  const [n = 1, c = 1, i0 = 1, i1 = 1, i2 = 1] = input;
  const [, , o0 = 1, o1 = 1, o2 = 1] = output;
  return { n, c, i0, i1, i2, o0, o1, o2, gcd0: divisorOf(i0, o0), gcd1: divisorOf(i1, o1), gcd2: divisorOf(i2, o2), e: elementsOf(output) };
}

/** Greatest common divisor, by Euclid. */
function divisorOf(a: number, b: number): number {
  let large = a;
  let small = b;
  while (small > 0) {
    const rest = large % small;
    large = small;
    small = rest;
  }
  return large;
}

function outputSize(rank: number) {
  return z
    .union([positiveInteger, z.array(positiveInteger.nullable()).length(rank)])
    .describe('Extent of the output in cells, one number or one per axis; null keeps the extent of an axis.');
}

function inferAdaptive(size: OutputSize, rank: number, input: TensorType, layer: LayerContext): TensorType {
  requireRank(input, rank, layer);
  const map = featureMapOf(input.shape);
  const spatial = map.spatial.map((extent, axis) => (typeof size === 'number' ? size : (size[axis] ?? extent)));
  return { shape: shapeOf({ batch: map.batch, channels: map.channels, spatial }), dtype: input.dtype };
}

const symbolsOf = (_attributes: unknown, inputs: readonly TensorType[], outputs: readonly TensorType[]): Symbols =>
  adaptiveSymbols((inputs[0] as TensorType).shape, (outputs[0] as TensorType).shape);

const shape = '[n, c, output_size]; null keeps the extent of the input';
const windows = 'Window j of an axis of i cells runs from ⌊j·i/o⌋ up to ⌈(j + 1)·i/o⌉; gcd is the greatest common divisor of i and o.';

/** A map without padding. */
export function unpadded(_attributes: unknown, input: Shape): number {
  return productOf(input, 1);
}

function adaptiveGeometry(input: Shape, output: Shape): AdaptiveGeometry {
  return { batch: input[0] ?? 1, channels: input[1] ?? 1, input: triple(input.slice(2)), output: triple(output.slice(2)) };
}

function adaptiveAvgPool(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  return defineOperator({
    type: `adaptive_avg_pool${rank}d`,
    family: 'adaptive_pool',
    summary: `Means of as many windows as the output has cells, over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}. ${windows}`,
    source: `PyTorch AdaptiveAvgPool${rank}d`,
    aliases,
    attributes: { output_size: outputSize(rank) },
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    infer(a, inputs, layer) {
      const output = inferAdaptive(a.output_size, rank, inputs[0] as TensorType, layer);
      return [ofType(output, floatingType(output.dtype, layer))];
    },
    symbols: symbolsOf,
    counts: [count('add', `${adaptiveCells(rank)} − e`), count('div', 'e')],
    shape,
    examples,
    kernel: {
      run: (_a, { input }, output) => ({ values: adaptiveAveragePool(input.data, adaptiveGeometry(input.shape, output)) }),
      paddedCells: unpadded,
    },
  });
}

function adaptiveMaxPool(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  return defineOperator({
    type: `adaptive_max_pool${rank}d`,
    family: 'adaptive_pool',
    summary: `Largest values of as many windows as the output has cells, over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}; with return_indices also their positions in the plane (int64). ${windows}`,
    source: `PyTorch AdaptiveMaxPool${rank}d`,
    aliases,
    attributes: {
      output_size: outputSize(rank),
      return_indices: z.boolean().default(false).describe('Adds a second output: the flat position of each maximum within its plane.'),
    },
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    infer(a, inputs, layer) {
      const output = inferAdaptive(a.output_size, rank, inputs[0] as TensorType, layer);
      return a.return_indices ? [output, { shape: output.shape, dtype: 'int64' }] : [output];
    },
    symbols: symbolsOf,
    counts: [count('cmp', `${adaptiveCells(rank)} − e`)],
    shape,
    examples,
    kernel: {
      run(a, { input }, output) {
        const geometry = adaptiveGeometry(input.shape, output);
        return a.return_indices ? adaptiveMaxPoolWithIndices(input.data, geometry) : { values: adaptiveMaximum(input.data, geometry) };
      },
      paddedCells: unpadded,
    },
  });
}

export const adaptivePoolOperators: readonly Operator[] = [
  adaptiveAvgPool(
    1,
    ['AdaptiveAvgPool1d', 'AdaptiveAveragePooling1D'],
    [
      // 5 cells to 3: windows of cells 0–1, 1–3 and 3–4, 2 + 3 + 2 = 7 cells (5 + 3 − 1); 7 − 3 additions a channel.
      {
        layer: { type: 'adaptive_avg_pool1d', output_size: 3 },
        inputs: [{ shape: [1, 2, 5] }],
        outputs: [[1, 2, 3]],
        parameters: 0,
        operations: { add: 8, div: 6 },
      },
    ],
  ),
  adaptiveAvgPool(
    2,
    ['AdaptiveAvgPool2d', 'AdaptiveAveragePooling2D'],
    [
      // 14 × 14 to 7 × 7: 512·49 windows of 4 cells, 3 additions each.
      {
        layer: { type: 'adaptive_avg_pool2d', output_size: 7 },
        inputs: [{ shape: [1, 512, 14, 14] }],
        outputs: [[1, 512, 7, 7]],
        parameters: 0,
        operations: { add: 75264, div: 25088 },
      },
      // Rows are kept; 3 columns to 5: windows of 1, 2, 1, 2, 1 cells (3 + 5 − 1), so 2·7 cells and 2·5 outputs.
      {
        layer: { type: 'adaptive_avg_pool2d', output_size: [null, 5] },
        inputs: [{ shape: [1, 1, 2, 3] }],
        outputs: [[1, 1, 2, 5]],
        parameters: 0,
        operations: { add: 4, div: 10 },
      },
    ],
  ),
  adaptiveAvgPool(
    3,
    ['AdaptiveAvgPool3d', 'AdaptiveAveragePooling3D'],
    [
      // One window of 8 cells.
      {
        layer: { type: 'adaptive_avg_pool3d', output_size: 1 },
        inputs: [{ shape: [1, 1, 2, 2, 2] }],
        outputs: [[1, 1, 1, 1, 1]],
        parameters: 0,
        operations: { add: 7, div: 1 },
      },
    ],
  ),
  adaptiveMaxPool(
    1,
    ['AdaptiveMaxPool1d', 'AdaptiveMaxPooling1D'],
    [
      // As above: 7 cells in 3 windows.
      {
        layer: { type: 'adaptive_max_pool1d', output_size: 3 },
        inputs: [{ shape: [1, 2, 5] }],
        outputs: [[1, 2, 3]],
        parameters: 0,
        operations: { cmp: 8 },
      },
    ],
  ),
  adaptiveMaxPool(
    2,
    ['AdaptiveMaxPool2d', 'AdaptiveMaxPooling2D'],
    [
      // 5 + 3 − 1 = 7 cells an axis, 49 in nine windows.
      {
        layer: { type: 'adaptive_max_pool2d', output_size: 3 },
        inputs: [{ shape: [1, 1, 5, 5] }],
        outputs: [[1, 1, 3, 3]],
        parameters: 0,
        operations: { cmp: 40 },
      },
    ],
  ),
  adaptiveMaxPool(
    3,
    ['AdaptiveMaxPool3d', 'AdaptiveMaxPooling3D'],
    [
      // One window of 8 cells.
      {
        layer: { type: 'adaptive_max_pool3d', output_size: 1 },
        inputs: [{ shape: [1, 1, 2, 2, 2] }],
        outputs: [[1, 1, 1, 1, 1]],
        parameters: 0,
        operations: { cmp: 7 },
      },
    ],
  ),
];
