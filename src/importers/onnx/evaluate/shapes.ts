/** Operators whose output is known from the shapes of what they read. */

import { productOf } from '../../../tensor/product.ts';
import type { Known } from '../../value.ts';
import { isKnown } from '../../value.ts';
import type { Call } from '../call.ts';

function shape(call: Call): readonly Known[] | undefined {
  const extents = call.inputs[0]?.shape;
  if (extents === undefined) return undefined;
  // Opset 15 brought start and end, which clamp.
  const values = extents.slice(call.int('start', 0), call.int('end', extents.length));
  return [{ shape: [values.length], dtype: 'int64', values }];
}

function size(call: Call): readonly Known[] | undefined {
  const extents = call.inputs[0]?.shape;
  return extents === undefined ? undefined : [{ shape: [], dtype: 'int64', values: [productOf(extents)] }];
}

/** The type of its second input is all that it takes from it. */
function castLike(call: Call): readonly Known[] | undefined {
  const [value, other] = call.inputs;
  if (!isKnown(value) || value.weight !== undefined || other === undefined) return undefined;
  return [{ shape: value.shape, dtype: other.dtype, values: value.values }];
}

/** By operator type; undefined where the shapes are not known. */
export const shapeEvaluators: ReadonlyMap<string, (call: Call) => readonly Known[] | undefined> = new Map([
  ['Shape', shape],
  ['Size', size],
  ['CastLike', castLike],
]);
