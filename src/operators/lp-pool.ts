/**
 * Lp pooling: each output is the p-norm of its window, (sum |x|^p)^(1/p); channels are unchanged, padding contributes zeros. A window of K cells
 * takes K powers, K − 1 additions and one root; the root is a square root where p is 2 and a power otherwise.
 * Source: ONNX operator LpPool, version 22. Absolute values are taken, so odd p is a norm too; PyTorch's LPPool leaves them out and differs there.
 */

import * as z from 'zod';
import { lpPool as poolNorms } from '../kernels/pool-window.ts';
import type { TensorType } from '../tensor/shape.ts';
import { floatingType, ofType } from './element-types.ts';
import type { Example, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { inferPool, poolAliases, poolAttributes, poolCells, poolExtents, poolSymbols } from './pool.ts';
import { ceilMode, dilation, kernelSymbols, windowExtentRule, windowOf } from './window-attributes.ts';
import { poolGeometry } from './window-geometry.ts';

/** Exponent of a p-norm, with its other spelling. */
export const normType = z.number().positive().max(1024).default(2).describe('Exponent p of the norm, greater than 0.');

/** Whether the root is a square root. */
export function isEuclidean(attributes: { readonly norm_type: number }): boolean {
  return attributes.norm_type === 2;
}

function lpPool(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  const kernelText = kernelSymbols(rank);
  return defineOperator({
    type: `lp_pool${rank}d`,
    family: 'lp_pool',
    summary: `p-norm of each window over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}, (sum |x|^p)^(1/p); channels are unchanged.`,
    source: `ONNX LpPool-22; PyTorch LPPool${rank}d, which takes no absolute values and has no padding`,
    aliases,
    rankedAliases: ['LpPool'],
    attributes: {
      norm_type: normType,
      ...poolAttributes(rank),
      dilation: dilation(rank),
      ceil_mode: ceilMode,
    },
    attributeAliases: { ...poolAliases, p: 'norm_type' },
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const output = inferPool(a, rank, inputs[0] as TensorType, layer);
      return [ofType(output, floatingType(output.dtype, layer))];
    },
    symbols: (a, _inputs, outputs) => poolSymbols(a.kernel_size, rank, outputs),
    counts: [
      count('add', `(${kernelText} − 1)·e`),
      count('sqrt', 'e', 'norm_type 2', isEuclidean),
      count('pow', `${kernelText}·e`, 'norm_type 2', isEuclidean),
      count('pow', `(${kernelText} + 1)·e`),
    ],
    shape: `[n, c, spatial]; ${windowExtentRule}; stride is kernel_size where absent`,
    extents: poolExtents,
    examples,
    kernel: {
      run: (a, { input }, output) => ({
        values: poolNorms(input.data, poolGeometry(windowOf(a, input.shape.slice(2)), input.shape, output), a.norm_type),
      }),
      paddedCells: poolCells,
    },
  });
}

export const lpPoolOperators: readonly Operator[] = [
  lpPool(
    1,
    ['LPPool1d'],
    [
      // One window of two cells: two squares, their sum, its square root.
      {
        layer: { type: 'lp_pool1d', kernel_size: 2 },
        inputs: [{ shape: [1, 1, 2] }],
        outputs: [[1, 1, 1]],
        parameters: 0,
        operations: { pow: 2, add: 1, sqrt: 1 },
      },
    ],
  ),
  lpPool(
    2,
    ['LPPool2d'],
    [
      // Four windows of four cells: four cubes, three additions and a cube root each.
      {
        layer: { type: 'lp_pool2d', norm_type: 3, kernel_size: 2 },
        inputs: [{ shape: [1, 1, 4, 4] }],
        outputs: [[1, 1, 2, 2]],
        parameters: 0,
        operations: { pow: 20, add: 12 },
      },
    ],
  ),
  lpPool(
    3,
    ['LPPool3d'],
    [
      // One window of eight cells.
      {
        layer: { type: 'lp_pool3d', kernel_size: 2 },
        inputs: [{ shape: [1, 1, 2, 2, 2] }],
        outputs: [[1, 1, 1, 1, 1]],
        parameters: 0,
        operations: { pow: 8, add: 7, sqrt: 1 },
      },
    ],
  ),
];
