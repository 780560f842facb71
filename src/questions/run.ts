/**
 * What `/v1/run` asks: one layer on one posted tensor. A plan is made from shapes alone, and refuses what cannot run or costs too much before anything is
 * allocated; executing it is a call of the operator's kernel, here or in a worker.
 */

import { countOperations } from '../analysis/compute.ts';
import type { Operations } from '../analysis/conventions.ts';
import { conventions } from '../analysis/conventions.ts';
import type { InferredLayer } from '../analysis/infer-shapes.ts';
import { quote } from '../architecture/names.ts';
import type { LayerSpec, Posted } from '../architecture/read-layer.ts';
import { readLayer, typeAdvice } from '../architecture/read-layer.ts';
import { spelledPath, spellingOf } from '../architecture/spelled-path.ts';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, Refusal, throwIfAny } from '../issue.ts';
import { operatorOf, operators, rankedOperators } from '../operators/index.ts';
import type { Attributes, LayerContext, Operator, Weight } from '../operators/operator.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';

/** A posted tensor as far as a plan needs it. */
export interface OperandType {
  readonly shape: Shape;
  readonly dtype: 'float32' | 'float64';
}

export interface RunOperands {
  readonly input: OperandType;
  readonly weight?: OperandType | undefined;
  readonly bias?: OperandType | undefined;
}

export interface RunLimits {
  /** Multiply-accumulates, or for pooling operations of any class. */
  readonly maxMacs: number;
  /** Elements of the output, and cells of one padded image. */
  readonly maxElements: number;
}

export interface RunPlan {
  readonly type: string;
  readonly attributes: Attributes;
  readonly output: Shape;
  readonly dtype: 'float32' | 'float64';
  readonly compute: { readonly macs: number; readonly flops: number; readonly operations: Operations };
  /** Operations of every class, elements in and out, cells laid out: what the call takes. */
  readonly work: number;
}

/** Fields of a layer in a network that say nothing about a layer that is run alone. */
const foreignFields = ['inputs', 'shares', 'activation', 'trainable', 'dtype', 'weight_dtype', 'bias_dtype'];

/** Types that can be run. */
export function runnableTypes(): readonly string[] {
  return operators.filter(({ kernel }) => kernel !== undefined).map(({ type }) => type);
}

/**
 * Plans one call. Throws `InvalidArchitecture` with paths into the body `{ layer, input, weight, bias }`: what is wrong with the layer, a weight that does
 * not fit, a cost above the limits (with both numbers).
 */
export function planRun(layer: unknown, operands: RunOperands, limits: RunLimits): RunPlan {
  const { input, weight, bias } = operands;
  const posted = checkedLayer(layer);
  const operator = runnable(posted, input);
  const issues: Issue[] = [];
  if (operator.weights === undefined) {
    for (const key of ['weight', 'bias'] as const) {
      if (operands[key] !== undefined) issues.push({ path: [key], code: 'unknown_key', detail: `${operator.type} has no ${key}` });
    }
  } else if (weight === undefined) issues.push({ path: [], code: 'missing_key', detail: `${operator.type} needs a weight tensor` });
  throwIfAny(issues);
  const spec = readLayer(completed(posted, operator, operands), ['layer'], false, issues);
  throwIfAny(issues);
  if (spec === undefined) throw new Error('a layer was refused without a reason');

  const inferred = infer(spec, layer, input);
  checkWeights(inferred.weights, operands, spec, bias !== undefined);
  const output = inferred.outputs[0]?.shape ?? [];
  const operations = countOperations(inferred);
  if (operations === undefined) throw new Error(`${operator.type} has a kernel but no cost`);
  const all = Object.values(operations).reduce((sum, count) => sum + count, 0);
  const cells = operator.kernel?.paddedCells(spec.attributes, input.shape, output) ?? 0;
  const refusal = costRefusal(output, cells, operations.mac, all, limits);
  if (refusal !== undefined) refuse(pathOf(refusal, spec, layer), refusal.code, refusal.message);
  return {
    type: operator.type,
    attributes: spec.attributes,
    output,
    dtype: input.dtype,
    compute: { macs: operations.mac, flops: conventions.standard.flops(operations), operations },
    work: all + elementsOf(input.shape) + elementsOf(output) + cells,
  };
}

function refuse(path: Path, code: string, detail: string): never {
  throw new InvalidArchitecture([{ path, code, detail }]);
}

function checkedLayer(layer: unknown): Posted {
  if (layer === undefined) return refuse([], 'missing_key', 'the body needs a layer');
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer))
    return refuse(['layer'], 'invalid_value', `layer must be an object; given ${quote(layer)}`);
  const posted = layer as Posted;
  throwIfAny(
    foreignFields
      .filter((key) => Object.hasOwn(posted, key))
      .map((key) => ({ path: ['layer', key], code: 'unknown_key', detail: `a layer that is run has no ${key}` })),
  );
  if (posted.data_format === 'channels_last')
    return refuse(['layer', 'data_format'], 'invalid_value', 'layers are run channels first only');
  return posted;
}

function runnable(posted: Posted, input: OperandType): Operator {
  const { type } = posted;
  if (type === undefined) return refuse(['layer'], 'missing_key', 'a layer needs a type');
  if (typeof type !== 'string') return refuse(['layer', 'type'], 'invalid_value', `type must be text; given ${quote(type)}`);
  const operator = operatorOf(type) ?? rankedOperators(type)?.[input.shape.length - 2];
  if (operator?.kernel !== undefined) return operator;
  const known = operator !== undefined || type === 'block' || rankedOperators(type) !== undefined;
  if (known)
    return refuse(
      ['layer', 'type'],
      'not_run',
      `${type} on ${input.shape.length} axes is not run; convolutions and poolings are: ${runnableTypes().join(', ')}`,
    );
  return refuse(['layer', 'type'], 'unknown_type', `unknown layer type ${quote(type)}${typeAdvice(type)}`);
}

/** The layer with what follows from the tensors: out_channels and kernel_size from the weight, no bias where none is sent. */
function completed(posted: Posted, operator: Operator, { weight, bias }: RunOperands): Posted {
  if (weight === undefined) return posted;
  const groups = stated(posted, operator, 'groups');
  const rank = (operator.featureMap as number) + 2;
  if (weight.shape.length !== rank)
    return refuse(['weight'], 'wrong_rank', `a weight of ${operator.type} has ${rank} axes; given ${formatShape(weight.shape)}`);
  const derived: Record<string, unknown> = {
    ...operator.kernel?.fromWeight?.(weight.shape, typeof groups === 'number' && groups > 0 ? groups : 1),
    bias: bias !== undefined,
  };
  if (bias === undefined && stated(posted, operator, 'bias') === true)
    return refuse([], 'missing_key', 'the layer says bias: true, but no bias tensor is sent');
  if (bias !== undefined && stated(posted, operator, 'bias') === false)
    return refuse(['bias'], 'mismatch', 'the layer says bias: false, but a bias tensor is sent');
  for (const name of Object.keys(derived)) if (stated(posted, operator, name) !== undefined) delete derived[name];
  return { ...posted, ...derived };
}

/** What the layer says of an attribute, under whichever spelling. */
function stated(posted: Posted, operator: Operator, name: string): unknown {
  const spelling = spellingOf(posted, operator, name);
  return spelling === undefined ? undefined : posted[spelling];
}

function infer(spec: LayerSpec, layer: unknown, input: OperandType): InferredLayer {
  const { operator, attributes } = spec;
  const context: LayerContext = { dtype: undefined, modelDtype: input.dtype, weightDtype: input.dtype, producer: () => 'input' };
  try {
    const inputs: readonly TensorType[] = [input];
    const outputs = operator.infer(attributes, inputs, context);
    operator.kernel?.refuse?.(attributes);
    const empty = outputs.find(({ shape }) => shape.some((extent) => !(extent >= 1)));
    if (empty !== undefined) refuse(['layer'], 'empty_output', `the output ${formatShape(empty.shape)} has an axis below 1`);
    return { node: 0, name: operator.type, spec, inputs, outputs, weights: operator.weights?.(attributes, inputs) ?? [], opaque: false };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refuse(pathOf(error, spec, layer), error.code, error.message);
  }
}

function pathOf({ at }: Refusal, spec: LayerSpec, layer: unknown): Path {
  return at[0] === 'inputs' ? ['input'] : spelledPath({ layer } as Posted, spec, at);
}

function checkWeights(weights: readonly Weight[], operands: RunOperands, spec: LayerSpec, hasBias: boolean): void {
  const issues: Issue[] = [];
  for (const { name, shape } of weights) {
    const sent = name === 'bias' ? operands.bias : operands.weight;
    if (sent === undefined || sameShape(sent.shape, shape)) continue;
    const key = name === 'bias' ? 'bias' : 'weight';
    issues.push({
      path: [key],
      code: 'shape_mismatch',
      detail: `${key} has shape ${formatShape(sent.shape)}; ${spec.operator.type} on this input needs ${formatShape(shape)}`,
    });
  }
  if (hasBias && !weights.some(({ name }) => name === 'bias'))
    issues.push({ path: ['bias'], code: 'unknown_key', detail: `${spec.operator.type} has no bias here` });
  throwIfAny(issues);
}

/** Why the call costs too much, if it does; for poolings every operation counts like a multiply-accumulate. */
function costRefusal(output: Shape, cells: number, macs: number, all: number, limits: RunLimits): Refusal | undefined {
  const { maxMacs, maxElements } = limits;
  const elements = elementsOf(output);
  if (elements > maxElements)
    return new Refusal([], 'too_large', `the output ${formatShape(output)} has ${elements} elements; at most ${maxElements} are computed`);
  if (cells > 4 * maxElements)
    return new Refusal(['padding'], 'too_large', `${cells} cells are laid out at a time, padding included; at most ${4 * maxElements} are`);
  const cost = macs > 0 ? macs : all;
  if (cost <= maxMacs) return undefined;
  return new Refusal(
    [],
    'too_costly',
    `the call takes ${cost} ${macs > 0 ? 'multiply-accumulates' : 'operations'}; at most ${maxMacs} are run`,
  );
}
