/**
 * Average pooling: each output is the mean of its window; channels are unchanged. A window of K cells takes K − 1 additions and one division,
 * cells of padding counted with the rest, whether or not they count in the divisor (`count_include_pad`).
 * Source: PyTorch documentation of AvgPool1d, AvgPool2d, AvgPool3d; ONNX operator AveragePool, version 22, which has a dilation as well.
 */

import * as z from 'zod';
import { averagePool } from '../kernels/pool-window.ts';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { floatingType, ofType } from './element-types.ts';
import type { Example, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { inferPool, poolAliases, poolAttributes, poolCells, poolExtents, poolSymbols } from './pool.ts';
import { ceilMode, dilation, kernelSymbols, windowExtentRule, windowOf } from './window-attributes.ts';
import { poolGeometry } from './window-geometry.ts';

function avgPool(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  return defineOperator({
    type: `avg_pool${rank}d`,
    family: 'avg_pool',
    summary: `Mean of each window over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}; channels are unchanged.`,
    source: `PyTorch AvgPool${rank}d; ONNX AveragePool-22`,
    aliases,
    rankedAliases: ['AveragePool'],
    attributes: {
      ...poolAttributes(rank),
      dilation: dilation(rank),
      ceil_mode: ceilMode,
      count_include_pad: z.boolean().default(true).describe('Cells of padding count in the divisor; shapes and counts are the same.'),
      divisor_override: positiveInteger
        .nullable()
        .optional()
        .describe('Divisor in place of the number of cells; shapes and counts are the same.'),
    },
    attributeAliases: poolAliases,
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const output = inferPool(a, rank, inputs[0] as TensorType, layer);
      // Of the integers PyTorch averages int64 only, to int64; the mean of the others is a floating number.
      return [output.dtype === 'int64' ? output : ofType(output, floatingType(output.dtype, layer))];
    },
    symbols: (a, _inputs, outputs) => poolSymbols(a.kernel_size, rank, outputs),
    counts: [count('add', `(${kernelSymbols(rank)} − 1)·e`), count('div', 'e')],
    shape: `[n, c, spatial]; ${windowExtentRule}; stride is kernel_size where absent`,
    extents: poolExtents,
    examples,
    kernel: {
      run(a, { input }, output) {
        const geometry = poolGeometry(windowOf(a, input.shape.slice(2)), input.shape, output);
        return { values: averagePool(input.data, geometry, a.count_include_pad, a.divisor_override ?? undefined) };
      },
      paddedCells: poolCells,
    },
  });
}

export const avgPoolOperators: readonly Operator[] = [
  avgPool(
    1,
    ['AvgPool1d', 'AvgPool1D', 'AveragePooling1D'],
    [
      // Two channels of 3 windows with 2 additions and a division each.
      {
        layer: { type: 'avg_pool1d', kernel_size: 3 },
        inputs: [{ shape: [1, 2, 9] }],
        outputs: [[1, 2, 3]],
        parameters: 0,
        operations: { add: 12, div: 6 },
      },
    ],
  ),
  avgPool(
    2,
    ['AvgPool2d', 'AvgPool2D', 'AveragePooling2D'],
    [
      // The first pooling of LeNet-5: 6·14·14 windows of 4 cells, 3 additions and a division each.
      {
        layer: { type: 'avg_pool2d', kernel_size: 2 },
        inputs: [{ shape: [1, 6, 28, 28] }],
        outputs: [[1, 6, 14, 14]],
        parameters: 0,
        operations: { add: 3528, div: 1176 },
      },
    ],
  ),
  avgPool(
    3,
    ['AvgPool3d', 'AvgPool3D', 'AveragePooling3D'],
    [
      // Eight windows of 8 cells, 7 additions and a division each.
      {
        layer: { type: 'avg_pool3d', kernel_size: 2 },
        inputs: [{ shape: [1, 1, 4, 4, 4] }],
        outputs: [[1, 1, 2, 2, 2]],
        parameters: 0,
        operations: { add: 56, div: 8 },
      },
    ],
  ),
];
