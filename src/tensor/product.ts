/** Products of extents. A tensor's size is exact or refused; a count beyond 2^53 - 1 is a double and correct to about 16 digits. */

import type { Shape } from './shape.ts';

/** Elements of a tensor of this shape; 1 for a scalar. Exact whenever the result is at most 2^53 - 1. */
export function elementsOf(shape: Shape): number {
  let product = 1;
  for (let axis = 0; axis < shape.length; axis++) product *= shape[axis] ?? 1;
  return product;
}

/** Product of the extents from axis `start` up to, not including, axis `end`. */
export function productOf(shape: Shape, start = 0, end = shape.length): number {
  let product = 1;
  for (let axis = start; axis < end; axis++) product *= shape[axis] ?? 1;
  return product;
}
