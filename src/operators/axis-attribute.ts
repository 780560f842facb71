/** Attributes that name axes of the input, counted with the batch axis as 0 and from the end where negative. */

import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';
import type { Shape } from '../tensor/shape.ts';
import { axisOf, formatShape } from '../tensor/shape.ts';
import type { AttributeAlias, LayerContext } from './operator.ts';

/** Keras and ONNX say `axis` or `axes`. */
export const dimAliases: Readonly<Record<string, string | AttributeAlias>> = { axis: 'dim', axes: 'dim' };

/** Keras and ONNX say `keepdims`; ONNX's 0 and 1 are no booleans here, as for every other attribute. */
export const keepdimAliases: Readonly<Record<string, string | AttributeAlias>> = { keepdims: 'keepdim' };

/** The axis that `dim` names in `shape`; as in PyTorch, a tensor without axes has one to name. `at` is where the attribute stands. */
export function resolveAxis(dim: number, shape: Shape, at: Path, layer: LayerContext): number {
  const rank = Math.max(shape.length, 1);
  const axis = axisOf(dim, rank);
  if (axis !== undefined) return axis;
  throw new Refusal(
    at,
    'out_of_range',
    `${at[0]} ${dim} is not from ${-rank} to ${rank - 1}: ${layer.producer(0)} gives ${formatShape(shape)}`,
  );
}

/** `shape` with the extent of one axis replaced. */
export function withExtent(shape: Shape, axis: number, extent: number): Shape {
  const result = shape.slice();
  if (axis < result.length) result[axis] = extent;
  return result;
}
