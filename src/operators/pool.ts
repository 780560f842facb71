/** What every pooling over sliding windows shares: its attributes, its shape rule, the symbols of its formulas. */

import { Refusal } from '../issue.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { spanOf } from '../tensor/window.ts';
import { spread } from './attributes.ts';
import { requireRank } from './feature-map-input.ts';
import type { AttributeAlias, Extent, LayerContext } from './operator.ts';
import type { WindowAttributes } from './window-attributes.ts';
import {
  axisName,
  kernelSize,
  padding,
  stride,
  windowAliases,
  windowExtentFormulas,
  windowExtents,
  windowOf,
} from './window-attributes.ts';
import { paddedCells } from './window-geometry.ts';

export function poolAttributes(rank: number) {
  return {
    kernel_size: kernelSize(rank),
    stride: stride(rank)
      .nullable()
      .optional()
      .describe('Step of the window in cells, one number or one per axis; kernel_size where absent or null.'),
    padding: padding(rank),
  };
}

export const poolAliases: Readonly<Record<string, string | AttributeAlias>> = { ...windowAliases, pool_size: 'kernel_size' };

/** Output of a pooling: batch and channels kept, each spatial extent by the window rule. */
export function inferPool(attributes: WindowAttributes, rank: number, input: TensorType, layer: LayerContext): TensorType {
  requireRank(input, rank, layer);
  const map = featureMapOf(input.shape);
  const window = windowOf(attributes, map.spatial);
  for (let axis = 0; axis < rank; axis++) {
    const span = spanOf(window.kernel[axis] ?? 1, window.dilation[axis] ?? 1);
    const [before, after] = window.padding[axis] ?? [0, 0];
    if (before >= span || after >= span) {
      throw new Refusal(
        ['padding', axis],
        'padding_too_large',
        `padding ${Math.max(before, after)} of ${axisName(rank, axis)} must be smaller than the kernel, which spans ${span}; a window would hold padding only`,
      );
    }
  }
  return { shape: shapeOf({ batch: map.batch, channels: map.channels, spatial: windowExtents(window, map.spatial) }), dtype: input.dtype };
}

/** Kernel extents `k0 …` and output elements `e`. */
export function poolSymbols(kernel_size: number | readonly number[], rank: number, outputs: readonly TensorType[]): Symbols {
  const [k0 = 1, k1 = 1, k2 = 1] = spread(kernel_size, rank);
  return { k0, k1, k2, e: elementsOf((outputs[0] as TensorType).shape) };
}

export function poolExtents(
  attributes: WindowAttributes,
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
): readonly Extent[] {
  const spatial = (inputs[0] as TensorType).shape.slice(2);
  return windowExtentFormulas(windowOf(attributes, spatial), attributes.padding, spatial, (outputs[0] as TensorType).shape.slice(2));
}

/** Cells of one image with its padding; pooling lays none out, but its tables and windows grow with them. */
export function poolCells(attributes: WindowAttributes, input: Shape): number {
  return paddedCells(windowOf(attributes, input.slice(2)).padding, input);
}
