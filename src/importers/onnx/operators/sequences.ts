/** Lists of tensors, and values that may be absent: followed element by element, so that a row is added only where a tensor is made. */

import { quote } from '../../../architecture/names.ts';
import type { TensorType } from '../../../tensor/shape.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { Known, Value } from '../../value.ts';
import { isKnown, sequence } from '../../value.ts';
import { mostValues } from '../budget.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import { cut, joined } from '../evaluate/movement.ts';
import type { Entry, Lowerings } from './index.ts';
import { cutInto, joinAlong, openReason } from './shaping.ts';
import { addUncosted } from './uncosted.ts';

/** An optional value that is absent. */
const nothing: Value = sequence([], 'float32');

/** Elements of a list, where they are known one by one. */
function itemsOf(call: Call, index = 0): readonly Value[] | undefined {
  return call.inputs[index]?.items;
}

function sequenceConstruct(call: Call): readonly Value[] {
  const items = call.inputs.filter((value): value is Value => value !== undefined);
  return [sequence(items, items[0]?.dtype ?? 'float32')];
}

function sequenceEmpty(call: Call): readonly Value[] {
  return [sequence([], dtypeOf(call.int('dtype', 1)) ?? 'float32')];
}

/** A position in a list, negative counting from the end; refused where there is none. `last` is where an insertion may go at most. */
function place(call: Call, index: number, last: number): number {
  const given = call.known(index)?.[0] ?? last;
  const found = given < 0 ? given + (itemsOf(call)?.length ?? 0) : given;
  if (!(found >= 0 && found <= last))
    throw call.refusal('out_of_range', `position ${given} is not in a list of ${itemsOf(call)?.length ?? 0}`);
  return found;
}

/** ONNX SequenceAt-11. At a position that depends on data, elements of one type still tell the type. */
function sequenceAt(call: Call): readonly Value[] {
  const items = itemsOf(call);
  if (items === undefined) return call.addCustom();
  if (!call.isOpen(1)) return [items[place(call, 1, items.length - 1)]] as readonly Value[];
  const type = commonType(items);
  const reason = openReason(call, 'whose element is chosen');
  return type === undefined ? call.addCustom(reason) : addUncosted(call, [type], reason);
}

/** The type that all of them have. */
export function commonType(values: readonly (Value | undefined)[]): TensorType | undefined {
  const [first] = values;
  const shape = first?.shape;
  if (first === undefined || shape === undefined) return undefined;
  const same = values.every((value) => value?.shape !== undefined && value.dtype === first.dtype && sameShape(value.shape, shape));
  return same ? { shape, dtype: first.dtype } : undefined;
}

/** ONNX SequenceInsert-11: at the end where no position is given. */
function sequenceInsert(call: Call): readonly Value[] {
  const items = itemsOf(call);
  if (items === undefined || call.isOpen(2)) return call.addCustom(openReason(call, 'whose order is decided'));
  spendOn(call, items);
  return [sequence(items.toSpliced(place(call, 2, items.length), 0, call.input(1)), call.input(1).dtype)];
}

/** ONNX SequenceErase-11: the last one where no position is given. */
function sequenceErase(call: Call): readonly Value[] {
  const items = itemsOf(call);
  if (items === undefined || call.isOpen(1)) return call.addCustom(openReason(call, 'whose elements are chosen'));
  spendOn(call, items);
  return [sequence(items.toSpliced(place(call, 1, items.length - 1), 1), call.input(0).dtype)];
}

/** A list is copied whole, and a loop may do so at every step. */
function spendOn(call: Call, items: readonly Value[]): void {
  call.translation.budget.spendOn(items.length, call.at);
}

function sequenceLength(call: Call): readonly Value[] {
  const items = itemsOf(call);
  if (items === undefined) return call.addCustom();
  return [call.translation.numbers({ shape: [], dtype: 'int64', values: [items.length] }, call.name, call.at)];
}

/** ONNX SplitToSequence-24: parts of one cell where no sizes are given, then without their axis unless `keepdims`. */
function splitToSequence(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'its parts are decided'));
  const input = call.input(0);
  const axis = call.axis(call.int('axis', 0), call.rank(0));
  const extent = call.shape(0)[axis] as number;
  const given = call.whole(1);
  const size = given === undefined ? 1 : call.rank(1) === 0 ? given[0] : undefined;
  if (size !== undefined && !(size >= 1)) throw call.refusal('out_of_range', `parts of ${size} cells`);
  const parts = size === undefined ? (given?.length ?? 0) : Math.ceil(extent / size);
  if (parts > mostValues) throw call.refusal('out_of_range', `a list of ${parts} parts; at most ${mostValues} are followed`);
  const sizes = size === undefined ? given : evenParts(extent, size);
  if (sizes === undefined || sizes.reduce((sum, cells) => sum + cells, 0) !== extent)
    throw call.refusal('mismatch', `the parts do not make the ${extent} cells of axis ${axis}`);
  call.translation.budget.spend(sizes.length, call.at);
  const keeps = given !== undefined || call.int('keepdims', 1) !== 0;
  if (isKnown(input) && input.weight === undefined) return [sequence(knownParts(call, input, axis, sizes, keeps), input.dtype)];
  const views = cutInto(call, sizes, axis);
  const items = keeps ? views : views.map((part, index) => call.addPart(`${index}`, { type: 'squeeze', dim: axis }, [part]));
  return [sequence(items, input.dtype)];
}

function evenParts(extent: number, size: number): readonly number[] {
  return Array.from({ length: Math.ceil(extent / size) }, (_, part) => Math.min(size, extent - part * size));
}

function knownParts(call: Call, input: Known, axis: number, sizes: readonly number[], keeps: boolean): readonly Value[] {
  let start = 0;
  return sizes.map((cells, index) => {
    const part = cut(input, axis, start, cells);
    start += cells;
    const shape = keeps ? part.shape : part.shape.toSpliced(axis, 1);
    return call.translation.numbers({ ...part, shape }, `${call.name}/${index}`, call.at);
  });
}

/** ONNX ConcatFromSequence-11: along an axis, or side by side on a new one. */
function concatFromSequence(call: Call): readonly Value[] {
  const items = itemsOf(call);
  if (items === undefined) return call.addCustom();
  const [first] = items;
  if (first === undefined) throw call.refusal('empty_output', 'an empty list makes no tensor');
  if (items.some(({ shape }) => shape === undefined)) return call.addCustom();
  const rank = first.shape?.length ?? 0;
  const axis = call.int('axis', 0);
  return call.int('new_axis', 0) !== 0
    ? stackAlong(call, items, call.axis(axis, rank + 1))
    : concatAlong(call, items, call.axis(axis, rank));
}

function concatAlong(call: Call, items: readonly Value[], axis: number): readonly Value[] {
  const whole = areNumbers(items) ? joined(call, items, axis) : undefined;
  return whole === undefined ? joinAlong(call, items, axis) : [call.translation.numbers(whole, call.name, call.at)];
}

function areNumbers(items: readonly Value[]): items is readonly (Value & Known)[] {
  return items.every((item) => isKnown(item) && item.weight === undefined);
}

/** Tensors of one shape side by side along a new axis, as numbers or as the row `name`. */
export function stackAlong(call: Call, items: readonly Value[], axis: number, name = call.name): readonly Value[] {
  if (areNumbers(items)) {
    const whole = joined(
      call,
      items.map(({ shape, dtype, values }) => ({ shape: shape.toSpliced(axis, 0, 1), dtype, values })),
      axis,
    );
    if (whole !== undefined) return [call.translation.numbers(whole, name, call.at)];
  }
  return call.add({ type: 'stack', dim: axis, name }, items, 1);
}

/** ONNX Optional-15: its value, or nothing. */
function optional(call: Call): readonly Value[] {
  return [call.inputs[0] ?? nothing];
}

/** ONNX OptionalHasElement-18. */
function optionalHasElement(call: Call): readonly Value[] {
  const value = call.inputs[0];
  if (value !== undefined && value.items === undefined && value.shape === undefined)
    return addUncosted(call, [{ shape: [], dtype: 'bool' }], openReason(call, 'which is answered'));
  const has = value === undefined || value === nothing ? 0 : 1;
  return [call.translation.numbers({ shape: [], dtype: 'bool', values: [has] }, call.name, call.at)];
}

/** ONNX OptionalGetElement-18. */
function optionalGetElement(call: Call): readonly Value[] {
  const value = call.input(0);
  if (value === nothing) throw call.refusal('invalid_value', `${quote(call.name)} takes the value of an optional that is absent`);
  return [value];
}

const reading = (lower: Entry['lower']): Entry => ({ lower, reads: 'anything' });

export const sequenceLowerings: Lowerings = {
  SequenceConstruct: reading(sequenceConstruct),
  SequenceEmpty: reading(sequenceEmpty),
  SequenceAt: reading(sequenceAt),
  SequenceInsert: reading(sequenceInsert),
  SequenceErase: reading(sequenceErase),
  SequenceLength: reading(sequenceLength),
  SplitToSequence: splitToSequence,
  ConcatFromSequence: reading(concatFromSequence),
  Optional: reading(optional),
  OptionalHasElement: reading(optionalHasElement),
  OptionalGetElement: reading(optionalGetElement),
};
