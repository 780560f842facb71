/** Operators that move every number of a stored tensor and neither drop nor repeat one: the tensor's shape afterwards. */

import type { TensorType } from '../../../tensor/shape.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';

/** By operator type; undefined where the shape cannot be told. */
export const reshapings: ReadonlyMap<string, (call: Call) => TensorType | undefined> = new Map([
  ['Identity', same],
  ['Transpose', transposed],
  ['Cast', (call: Call) => ({ ...same(call), dtype: dtypeOf(call.int('to', 1)) ?? call.input(0).dtype })],
]);

function same(call: Call): TensorType {
  return { shape: call.shape(0), dtype: call.input(0).dtype };
}

function transposed(call: Call): TensorType | undefined {
  const shape = call.shape(0);
  const perm = call.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  const turned = perm.map((axis) => shape[axis]);
  return turned.length === shape.length && turned.every((extent) => extent !== undefined)
    ? { shape: turned as number[], dtype: call.input(0).dtype }
    : undefined;
}
