/** Numbers of a tensor laid out by strides: what moves them is a walk over offsets. */

import { productOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import { broadcast } from '../../../tensor/shape.ts';

/** Row-major strides. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

/** Offsets of the cells of `shape`, row-major: cell (i, j, …) lies at `base` + i · strides[0] + j · strides[1] + …. */
export function offsetsOf(shape: Shape, strides: readonly number[], base = 0): number[] {
  const count = productOf(shape);
  const offsets = new Array<number>(count);
  const cell = new Array<number>(shape.length).fill(0);
  let offset = base;
  for (let index = 0; index < count; index++) {
    offsets[index] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      const next = (cell[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        cell[axis] = next;
        offset += stride;
        break;
      }
      cell[axis] = 0;
      offset -= (next - 1) * stride;
    }
  }
  return offsets;
}

/** The numbers that lie there. */
export function strided(values: readonly number[], shape: Shape, strides: readonly number[], base = 0): number[] {
  return offsetsOf(shape, strides, base).map((offset) => values[offset] as number);
}

/** `values` of the shape `own` stretched to `shape`, which it broadcasts to. */
export function stretched(values: readonly number[], own: Shape, shape: Shape): readonly number[] {
  const count = productOf(shape);
  if (values.length === count) return values;
  if (values.length === 1) return new Array<number>(count).fill(values[0] as number);
  const added = shape.length - own.length;
  const strides = stridesOf(own);
  const widened = shape.map((_, axis) => (axis < added || own[axis - added] === 1 ? 0 : (strides[axis - added] as number)));
  return strided(values, shape, widened);
}

/** The common shape of several tensors; undefined where they have none. */
export function broadcastAll(shapes: readonly Shape[]): Shape | undefined {
  let common: Shape | undefined = [];
  for (const shape of shapes) common = common === undefined ? undefined : broadcast(common, shape);
  return common;
}
