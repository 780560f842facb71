/** A shape is a read-only list of extents, batch axis first. Pure arithmetic on shapes; no operator is named here. */

import type { DType } from './dtype.ts';

export type Shape = readonly number[];

/** A tensor as far as architecture knows it: no values. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Largest extent of one axis. */
export const maxExtent = 2 ** 31 - 1;

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * The common shape of two tensors by NumPy's broadcasting rule: axes are aligned at the end, an extent of 1 stretches.
 * Undefined where an axis has two different extents, neither of them 1.
 */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result: number[] = new Array(rank);
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    result[axis] = left === 1 ? right : left;
  }
  return result;
}

/** The axis that `dim` names among `rank` axes, negative counting from the end; undefined when there is none. */
export function axisOf(dim: number, rank: number): number | undefined {
  if (dim < -rank || dim >= rank) return undefined;
  return dim < 0 ? dim + rank : dim;
}
