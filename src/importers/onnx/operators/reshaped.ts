/** Tensors laid out anew on the way into or out of a node's row. */

import type { Shape } from '../../../tensor/shape.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';

/** `value` in another shape, by a row `<node>/<part>`; itself where it has that shape. */
export function addReshaped(call: Call, part: string, value: Value, shape: Shape): Value {
  return value.shape !== undefined && sameShape(value.shape, shape) ? value : call.addPart(part, reshapeTo(shape), [value]);
}

/** A reshape whose first axis follows from the others, so that the document holds for other batches. */
export function reshapeTo(shape: Shape): Readonly<Record<string, unknown>> {
  return { type: 'reshape', shape: shape.length === 0 ? [] : [-1, ...shape.slice(1)] };
}

/** `value` with its axes in another order, by a row `<node>/<part>`; itself where they stay. */
export function addPermuted(call: Call, part: string, value: Value, dims: readonly number[]): Value {
  return dims.every((axis, index) => axis === index) ? value : call.addPart(part, { type: 'permute', dims }, [value]);
}

/** `value` with its last two axes in each other's place, by a row `<node>/<part>`. */
export function addTransposed(call: Call, part: string, value: Value): Value {
  return call.addPart(part, { type: 'transpose', dim0: -2, dim1: -1 }, [value]);
}
