/** A number as an operand: where an elementwise operator takes one as an attribute, no row stands for it. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { operatorOf } from '../../../operators/index.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import type { Value } from '../../value.ts';
import { isKnown } from '../../value.ts';
import type { Call } from '../call.ts';
import { decimal } from '../decimal.ts';

/** Operators whose two inputs may change places. */
const commutative: ReadonlySet<string> = new Set(['add', 'multiply', 'maximum', 'minimum', 'equal', 'not_equal']);

/** Adds an elementwise row; the last of its inputs is an attribute where it is a number that is no learned tensor. */
export function addElementwise(call: Call, layer: Posted, inputs: readonly Value[]): Value[] {
  const type = String(layer.type);
  if (inputs.length < 2 || operatorOf(type)?.scalar !== 'other') return call.add(layer, inputs);
  const last = inputs[inputs.length - 1] as Value;
  const number = numberIn(last, inputs[0] as Value);
  if (number !== undefined) return call.add({ ...layer, other: number }, inputs.slice(0, -1));
  if (inputs.length === 2 && commutative.has(type)) {
    const first = numberIn(inputs[0] as Value, last);
    if (first !== undefined) return call.add({ ...layer, other: first }, [last]);
  }
  return call.add(layer, inputs);
}

/** The one number of `value`, where it broadcasts to `other` without adding an axis. */
function numberIn(value: Value, other: Value): number | undefined {
  if (!isKnown(value) || value.values.length !== 1) return undefined;
  // A tensor of one number among the initializers may be learned; one in a node is a factor.
  if (value.weight !== undefined && value.shape.length > 0 && !value.weight.literal && isFloating(value.dtype)) return undefined;
  if (other.constant || other.shape === undefined || value.shape.length > other.shape.length) return undefined;
  const [number] = value.values;
  return number !== undefined && Number.isFinite(number) ? decimal(number) : undefined;
}
