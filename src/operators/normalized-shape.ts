/** `normalized_shape`: the last axes of the input that are normalised together, for layer_norm and rms_norm. */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf, productOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { requireAxes } from './feature-map-input.ts';
import type { LayerContext } from './operator.ts';

type NormalizedShape = number | readonly number[] | undefined;

export const normalizedShape = z
  .union([positiveInteger, z.array(positiveInteger).min(1).max(64)])
  .optional()
  .describe('Extents of the last axes, which are normalised together: a number or a list; the last axis where absent.');

/** How many axes of the input it takes. */
function depthOf(given: NormalizedShape): number {
  return typeof given === 'object' ? given.length : 1;
}

/** Refuses extents that are not those of the input's last axes. */
export function checkNormalizedShape(given: NormalizedShape, input: TensorType, layer: LayerContext): void {
  const { shape } = input;
  requireAxes(input, 1, Number.POSITIVE_INFINITY, layer);
  if (given === undefined) return;
  if (typeof given === 'number') {
    if (given !== shape[shape.length - 1]) throw new Refusal(['normalized_shape'], 'shape_mismatch', mismatch(given, input, layer));
    return;
  }
  const start = shape.length - given.length;
  if (start < 0) throw new Refusal(['normalized_shape'], 'wrong_rank', mismatch(given, input, layer));
  for (let axis = 0; axis < given.length; axis++) {
    if (given[axis] !== shape[start + axis]) throw new Refusal(['normalized_shape', axis], 'shape_mismatch', mismatch(given, input, layer));
  }
}

function mismatch(given: number | readonly number[], input: TensorType, layer: LayerContext): string {
  const extents = typeof given === 'number' ? [given] : given;
  return `normalized_shape ${formatShape(extents)} must be the extents of the last axes, but ${layer.producer(0)} gives ${formatShape(input.shape)}`;
}

/** Shape of the normalised axes, which is that of the weights. */
export function normalizedAxes(given: NormalizedShape, input: TensorType): Shape {
  return typeof given === 'object' ? given : input.shape.slice(-1);
}

/** Elements `e`, length `L` of a slice of the last axes, `rows` such slices. */
export function trailingSymbols(given: NormalizedShape, input: TensorType): Symbols {
  const e = elementsOf(input.shape);
  const L = productOf(input.shape, input.shape.length - depthOf(given));
  return { e, L, rows: e / L };
}
