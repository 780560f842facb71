/**
 * Branches and loops. A branch that is taken for certain, and the steps of a loop whose number is certain, are walked in place; rows are called
 * `<node>/<inner>` and `<node>/<step>/<inner>`. What hangs on data is a `custom` row, with the shapes that hold in any case.
 */

import { quote } from '../../../architecture/names.ts';
import type { TensorType } from '../../../tensor/shape.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import { constant, isKnown, sequence } from '../../value.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import { cut } from '../evaluate/movement.ts';
import type { OnnxGraph, ValueInfo } from '../model.ts';
import { mostParts } from '../shape-rules.ts';
import type { Lowerings } from './index.ts';
import { cellOf } from './picking.ts';
import { commonType, stackAlong } from './sequences.ts';
import { openReason } from './shaping.ts';
import { whenRead } from './uncosted.ts';

/** The graph that an attribute holds; refused where it is missing. */
function bodyOf(call: Call, name: string): OnnxGraph {
  const graph = call.graph(name);
  if (graph === undefined) throw call.refusal('missing_key', `${call.type} without ${quote(name)}`);
  return graph;
}

function walk(call: Call, name: string, prefix: string, bind: readonly (Value | undefined)[]): readonly (Value | undefined)[] {
  return call.translation.subgraph(call, bodyOf(call, name), [...call.attributeAt(name), 'g'], prefix, bind);
}

/** ONNX If-25. */
function branch(call: Call): readonly (Value | undefined)[] {
  const condition = call.input(0);
  if (isKnown(condition)) return walk(call, condition.values[0] === 0 ? 'else_branch' : 'then_branch', `${call.name}/`, []);
  const trial = call.translation.isRehearsal ? call : call.rehearsal();
  const [yes, no] = ['then_branch', 'else_branch'].map((name) => walk(trial, name, `${call.name}/`, []));
  const types = call.node.outputs.map((_, index) => commonType([yes?.[index], no?.[index]]));
  return opaque(call, ['then_branch', 'else_branch'], types, openReason(call, 'whose branch is chosen'));
}

/** A `custom` row in place of graphs that are not walked: reads what they read, and gives `types` where they are all known. */
function opaque(call: Call, graphs: readonly string[], types: readonly (TensorType | undefined)[], reason: string): readonly Value[] {
  const whole = call.node.outputs.map((name, index) => {
    const stated = call.scope.stated(name);
    return types[index] ?? (stated?.shape === undefined ? undefined : { shape: stated.shape, dtype: stated.dtype ?? 'float32' });
  });
  const known = whole.every((type): type is TensorType => type !== undefined)
    ? { output_shapes: whole.map(({ shape }) => shape), output_dtypes: whole.map(({ dtype }) => dtype) }
    : {};
  const read = new Set<Value>(call.inputs.flatMap((value) => value?.items ?? value ?? []));
  for (const name of graphs) addCaptured(call, bodyOf(call, name), read);
  const outputs = call.add(
    { type: 'custom', operator: call.type, ...known },
    [...read].filter((value) => !value.constant),
    call.node.outputs.length,
  );
  call.translation.draft.note('not_costed', 'warning', outputs[0]?.tensor().text, call.at, reason);
  return outputs;
}

/** Adds what a graph reads of the names around it. */
function addCaptured(call: Call, graph: OnnxGraph, read: Set<Value>, around: ReadonlySet<string> = new Set()): void {
  call.translation.budget.spend(graph.nodes.length, call.at);
  const own = new Set([...around, ...graph.inputs.map(({ name }) => name), ...graph.initializers.map(({ name }) => name)]);
  for (const node of graph.nodes) for (const name of node.outputs) own.add(name);
  const add = (name: string): void => {
    const value = own.has(name) ? undefined : call.scope.get(name);
    for (const item of value?.items ?? (value === undefined ? [] : [value])) read.add(item);
  };
  for (const { name } of graph.outputs) add(name);
  for (const node of graph.nodes) {
    node.inputs.forEach(add);
    for (const { g, graphs } of node.attributes)
      for (const inner of [...(g === undefined ? [] : [g]), ...(graphs ?? [])]) addCaptured(call, inner, read, own);
  }
}

/** What came out of the steps of a loop. */
interface Steps {
  readonly states: readonly (Value | undefined)[];
  /** For each output that is collected, what every step gave. */
  readonly collected: readonly (readonly (Value | undefined)[])[];
}

/** ONNX Loop-25: at most M steps, as long as the condition holds; carried values, then outputs that are collected. */
function loop(call: Call): readonly (Value | undefined)[] {
  const trial = call.translation.isRehearsal ? undefined : call.rehearsal();
  const steps = trial === undefined || loopSteps(trial) !== undefined ? loopSteps(call) : undefined;
  if (steps === undefined) return opaque(call, ['body'], invariantTypes(call), openReason(call, 'whose number of steps is decided'));
  return [...steps.states, ...collect(call, 'body', steps.collected, [], [], call.inputs.length - 1)];
}

/** Walks the steps; undefined where data decides whether there is one more. */
function loopSteps(call: Call): Steps | undefined {
  const { translation, inputs } = call;
  const [limit, condition] = inputs;
  if ((limit !== undefined && !isKnown(limit)) || (condition !== undefined && !isKnown(condition))) return undefined;
  const most = limit?.values[0] ?? Number.POSITIVE_INFINITY;
  let goesOn: Value = condition ?? call.translation.numbers({ shape: [], dtype: 'bool', values: [1] }, `${call.name}/condition`, call.at);
  let states: readonly (Value | undefined)[] = inputs.slice(2);
  const collected = bodyOf(call, 'body')
    .outputs.slice(1 + states.length)
    .map((): (Value | undefined)[] => []);
  for (let step = 0; step < most && goesOn.values?.[0] !== 0; step++) {
    const number = translation.numbers({ shape: [], dtype: 'int64', values: [step] }, `${call.name}/${step}/step`, call.at);
    const [again, ...outputs] = walk(call, 'body', `${call.name}/${step}/`, [number, goesOn, ...states]);
    states = outputs.slice(0, states.length);
    for (const [index, list] of collected.entries()) list.push(outputs[states.length + index]);
    if (step + 1 >= most) break;
    if (!isKnown(again)) return undefined;
    goesOn = again;
  }
  return { states, collected };
}

/** Types of carried values that a step leaves as they are, and so any number of steps. */
function invariantTypes(call: Call): readonly (TensorType | undefined)[] {
  const trial = call.translation.isRehearsal ? call : call.rehearsal();
  const flow = (type: TensorType): Value => ({ ...type, constant: false, tensor: () => ({ text: 'outside', ...type }) });
  const before = trial.inputs
    .slice(2)
    .map((value) => (value?.shape === undefined ? undefined : { shape: value.shape, dtype: value.dtype }));
  const scalar = flow({ shape: [], dtype: 'int64' });
  const bind = [scalar, flow({ shape: [], dtype: 'bool' }), ...before.map((type) => type && flow(type))];
  const [, ...after] = walk(trial, 'body', `${call.name}/`, bind);
  return before.map((type, index) => {
    const value = after[index];
    return type !== undefined && value?.shape !== undefined && value.dtype === type.dtype && sameShape(value.shape, type.shape)
      ? type
      : undefined;
  });
}

/** Outputs that every step adds to, each stacked along its axis; of one step and more as a row, which is made where something reads it. */
function collect(
  call: Call,
  body: string,
  lists: readonly (readonly (Value | undefined)[])[],
  axes: readonly number[],
  directions: readonly number[],
  first: number,
): readonly (Value | undefined)[] {
  return lists.map((list, index) => {
    const items = list.filter((value): value is Value => value !== undefined);
    const type = commonType(items);
    const info = bodyOf(call, body).outputs.at(index - lists.length);
    if (items.length === 0) return emptyOutput(call, info);
    const isWhole = items.every(({ shape }) => shape !== undefined);
    if (isWhole && type === undefined)
      throw call.refusal('shape_mismatch', `the steps give output ${first + index} in different shapes, which do not stack`);
    if (items.length > mostParts)
      throw call.refusal('out_of_range', `${items.length} steps are stacked; at most ${mostParts} are measured`);
    const ordered = (directions[index] ?? 0) === 0 ? items : items.toReversed();
    const name = lists.length === 1 ? call.name : `${call.name}/${info?.name ?? index}`;
    const given = axes[index] ?? 0;
    const axis = type === undefined ? given : call.axis(given, type.shape.length + 1);
    if (type === undefined || items.every(isKnown)) return stackAlong(call, ordered, axis, name)[0];
    const shape = type.shape.toSpliced(axis, 0, items.length);
    return whenRead({ shape, dtype: type.dtype }, () => stackAlong(call, ordered, axis, name)[0] as Value);
  });
}

/** What no step added to: its shape is what the body states, with no cell in front. */
function emptyOutput(call: Call, info: ValueInfo | undefined): Value {
  const inner = info?.dims?.map((dim) => (typeof dim === 'string' ? call.scope.dims.get(dim) : dim)) ?? [];
  const type = { shape: [0, ...inner.map((extent) => extent ?? 1)], dtype: dtypeOf(info?.elemType ?? 1) ?? 'float32' } as const;
  return constant({ ...type, values: [] }, () => call.addPart('empty', { type: 'constant', ...type }, []).tensor());
}

/** ONNX Scan-25: a step for each cell of the axes that are scanned. */
function scan(call: Call): readonly (Value | undefined)[] {
  if (call.opset < 9)
    return call.addCustom(`${quote(call.name)} is Scan of opset 8, whose batches are loops of their own; it is not measured`);
  const scanned = call.int('num_scan_inputs', 1);
  const count = call.inputs.length - scanned;
  if (count < 0 || scanned < 1) throw call.refusal('wrong_input_count', `Scan scans ${scanned} of its ${call.inputs.length} inputs`);
  if (call.inputs.slice(count).some((value) => value?.shape === undefined))
    return opaque(call, ['body'], [], openReason(call, 'whose number of steps is decided'));
  let states: readonly (Value | undefined)[] = call.inputs.slice(0, count);
  const axes = call.ints('scan_input_axes') ?? [];
  const along = call.inputs.slice(count).map((_, index) => call.axis(axes[index] ?? 0, call.rank(count + index)));
  const length = call.shape(count)[along[0] ?? 0] ?? 0;
  const uneven = along.findIndex((axis, index) => call.shape(count + index)[axis] !== length);
  if (uneven >= 0)
    throw call.refusal(
      'shape_mismatch',
      `Scan takes ${length} steps on its first input, but ${call.shape(count + uneven)[along[uneven] ?? 0]} on input ${uneven} of them`,
    );
  const collected = bodyOf(call, 'body')
    .outputs.slice(count)
    .map((): (Value | undefined)[] => []);
  const cells = call.inputs.slice(count).map((_, index) => cellsOf(call, count + index, along[index] ?? 0));
  const directions = call.ints('scan_input_directions') ?? [];
  for (let step = 0; step < length; step++) {
    const read = cells.map((cell, index) => cell(directions[index] === 1 ? length - 1 - step : step));
    const outputs = walk(call, 'body', `${call.name}/${step}/`, [...states, ...read]);
    states = outputs.slice(0, count);
    for (const [index, list] of collected.entries()) list.push(outputs[count + index]);
  }
  const outAxes = call.ints('scan_output_axes') ?? [];
  return [...states, ...collect(call, 'body', collected, outAxes, call.ints('scan_output_directions') ?? [], count)];
}

/** The cells of input `index` along an axis, without it: numbers, or views that are made when a step reads them. */
function cellsOf(call: Call, index: number, axis: number): (step: number) => Value {
  const value = call.input(index);
  const shape = call.shape(index).toSpliced(axis, 1);
  if (isKnown(value) && value.weight === undefined)
    return (step) =>
      call.translation.numbers({ ...cut(value, axis, step, 1), shape }, `${call.name}/${step}/${call.node.inputs[index]}`, call.at);
  return (step) =>
    whenRead({ shape, dtype: value.dtype }, () => {
      const part = `${step}/${call.node.inputs[index]}`;
      return call.addPart(part, { type: 'squeeze', dim: axis }, [cellOf(call, `${part}/`, value, axis, step)]);
    });
}

/** ONNX SequenceMap-17: the body once for each element of its lists; tensors are handed to every one. */
function sequenceMap(call: Call): readonly (Value | undefined)[] {
  const lists = call.inputs.filter((value) => value?.items !== undefined);
  const length = call.inputs[0]?.items?.length;
  if (length === undefined) return opaque(call, ['body'], [], openReason(call, 'whose list is made'));
  if (lists.some((value) => value?.items?.length !== length))
    throw call.refusal('shape_mismatch', 'SequenceMap reads lists of different lengths');
  const results = bodyOf(call, 'body').outputs.map((): Value[] => []);
  for (let step = 0; step < length; step++) {
    const bind = call.inputs.map((value) => (value?.items === undefined ? value : value.items[step]));
    for (const [index, value] of walk(call, 'body', `${call.name}/${step}/`, bind).entries())
      if (value !== undefined) results[index]?.push(value);
  }
  return results.map((items) => sequence(items, items[0]?.dtype ?? 'float32'));
}

export const controlFlowLowerings: Lowerings = {
  If: { lower: branch, reads: 'anything' },
  Loop: { lower: loop, reads: 'anything' },
  Scan: { lower: scan, reads: 'anything' },
  SequenceMap: { lower: sequenceMap, reads: 'anything' },
};
