/** Operands of operations on tensors: tensors, and numbers that become constants. */

import { isFloating } from '../../../tensor/dtype.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Argument } from '../arguments.ts';
import type { Call } from '../call.ts';
import { isTensor } from '../call.ts';

/** Shape of a nested list of numbers; undefined for what is none. */
export function literalShape(value: Argument<DraftTensor>, depth = 0): readonly number[] | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return [];
  if (!Array.isArray(value) || value.length === 0 || depth > 8) return undefined;
  const inner = value.map((entry) => literalShape(entry, depth + 1));
  const [first] = inner;
  if (first === undefined || inner.some((shape) => shape?.join() !== first.join())) return undefined;
  return [value.length, ...first];
}

/** Tensors among these arguments, numbers as constants of the tensors' type where they fit in it. */
export function operandsOf(call: Call, values: readonly Argument<DraftTensor>[]): readonly DraftTensor[] {
  const tensors = values.filter(isTensor);
  const type = tensors.find(({ dtype }) => isFloating(dtype))?.dtype ?? tensors[0]?.dtype;
  return values.map((value, index) => {
    if (isTensor(value)) return value;
    const shape = literalShape(value);
    if (shape === undefined) return call.refuse('unsupported_argument', `argument ${index} is neither a tensor nor a number`);
    const fits = type !== undefined && (isFloating(type) || Number.isInteger(value));
    return call.constant(values.length === 2 ? 'constant' : `constant_${index}`, shape, fits ? type : undefined);
  });
}

/** The first of several names that has a value, by position or in the configuration. */
export function plainOf(call: Call, position: number, ...names: readonly string[]): Argument<DraftTensor> | undefined {
  for (const name of names) {
    const value = call.plain(position, name) ?? undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

export function wholeOf(call: Call, position: number, ...names: readonly string[]): number | undefined {
  const value = plainOf(call, position, ...names);
  if (value === undefined) return undefined;
  return Number.isSafeInteger(value) ? (value as number) : call.refuse('unsupported_argument', `${names[0]} must be a whole number`);
}

/** A list of whole numbers, or one of them as a list. */
export function wholesOf(call: Call, position: number, ...names: readonly string[]): readonly number[] | undefined {
  const value = plainOf(call, position, ...names);
  if (value === undefined) return undefined;
  const list = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  if (list.every((entry) => Number.isSafeInteger(entry))) return list as number[];
  return call.refuse('unsupported_argument', `${names[0]} must be whole numbers`);
}
