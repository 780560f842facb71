/**
 * Max pooling: each output is the largest value in its window; channels are unchanged, padding never wins. A window of K cells takes K − 1 comparisons.
 * Source: PyTorch documentation of MaxPool1d, MaxPool2d, MaxPool3d; ONNX operator MaxPool, version 22. Padding may be anything smaller than the dilated
 * kernel, which is ONNX's rule (PyTorch stops at half the kernel).
 */

import * as z from 'zod';
import { maxPoolWithIndices, maxPool as poolMaxima } from '../kernels/pool-window.ts';
import type { TensorType } from '../tensor/shape.ts';
import type { Example, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { inferPool, poolAliases, poolAttributes, poolCells, poolExtents, poolSymbols } from './pool.ts';
import { ceilMode, dilation, kernelSymbols, windowExtentRule, windowOf } from './window-attributes.ts';
import { poolGeometry } from './window-geometry.ts';

function maxPool(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  return defineOperator({
    type: `max_pool${rank}d`,
    family: 'max_pool',
    summary: `Largest value in each window over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}; with return_indices also its position in the plane (int64).`,
    source: `PyTorch MaxPool${rank}d; ONNX MaxPool-22`,
    aliases,
    rankedAliases: ['MaxPool'],
    attributes: {
      ...poolAttributes(rank),
      dilation: dilation(rank),
      ceil_mode: ceilMode,
      return_indices: z.boolean().default(false).describe('Adds a second output: the flat position of each maximum within its plane.'),
    },
    attributeAliases: poolAliases,
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const output = inferPool(a, rank, inputs[0] as TensorType, layer);
      return a.return_indices ? [output, { shape: output.shape, dtype: 'int64' }] : [output];
    },
    symbols: (a, _inputs, outputs) => poolSymbols(a.kernel_size, rank, outputs),
    counts: [count('cmp', `(${kernelSymbols(rank)} − 1)·e`)],
    shape: `[n, c, spatial]; ${windowExtentRule}; stride is kernel_size where absent`,
    extents: poolExtents,
    examples,
    kernel: {
      run(a, { input }, output) {
        const geometry = poolGeometry(windowOf(a, input.shape.slice(2)), input.shape, output);
        return a.return_indices ? maxPoolWithIndices(input.data, geometry) : { values: poolMaxima(input.data, geometry) };
      },
      paddedCells: poolCells,
    },
  });
}

export const maxPoolOperators: readonly Operator[] = [
  maxPool(
    1,
    ['MaxPool1d', 'MaxPool1D', 'MaxPooling1D'],
    [
      // Two channels of ⌊(9 − 3)/3⌋ + 1 = 3 windows with 2 comparisons each.
      {
        layer: { type: 'max_pool1d', kernel_size: 3 },
        inputs: [{ shape: [1, 2, 9] }],
        outputs: [[1, 2, 3]],
        parameters: 0,
        operations: { cmp: 12 },
      },
    ],
  ),
  maxPool(
    2,
    ['MaxPool2d', 'MaxPool2D', 'MaxPooling2D'],
    [
      // 64·56·56 windows of 9 cells, 8 comparisons each.
      {
        layer: { type: 'max_pool2d', kernel_size: 3, stride: 2, padding: 1 },
        inputs: [{ shape: [1, 64, 112, 112] }],
        outputs: [[1, 64, 56, 56]],
        parameters: 0,
        operations: { cmp: 1605632 },
      },
      // ceil_mode: ⌈(6 − 3)/2⌉ + 1 = 3 windows an axis, the last one with two of its three columns present.
      {
        layer: { type: 'max_pool2d', kernel_size: 3, stride: 2, ceil_mode: true },
        inputs: [{ shape: [1, 1, 6, 6] }],
        outputs: [[1, 1, 3, 3]],
        parameters: 0,
        operations: { cmp: 72 },
      },
    ],
  ),
  maxPool(
    3,
    ['MaxPool3d', 'MaxPool3D', 'MaxPooling3D'],
    [
      // Eight windows of 8 cells, 7 comparisons each.
      {
        layer: { type: 'max_pool3d', kernel_size: 2 },
        inputs: [{ shape: [1, 1, 4, 4, 4] }],
        outputs: [[1, 1, 2, 2, 2]],
        parameters: 0,
        operations: { cmp: 56 },
      },
    ],
  ),
];
