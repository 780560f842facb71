/** Normalisations. Where scale and shift are no stored tensors of the layer's own, they are multiplied and added by rows of their own. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Shape, TensorType } from '../../../tensor/shape.ts';
import type { Part } from '../../node-rows.ts';
import type { Value } from '../../value.ts';
import { isKnown } from '../../value.ts';
import type { Call } from '../call.ts';
import type { Lowerings } from './index.ts';
import { addReshaped, reshapeTo } from './reshaped.ts';
import { uncostedWhenRead } from './uncosted.ts';

/** Learned scale and shift of a normalisation. */
export interface Affine {
  readonly scale: Value | undefined;
  readonly shift: Value | undefined;
  /** Shape that the native layer holds them in, and that in which they stretch to its input. */
  readonly held: Shape;
  readonly beside: Shape;
}

/**
 * Adds the row of a normalisation, under the node's name or another. `layer` says what it is with scale and shift, `plain` what it is without; further parts
 * (running statistics) belong to both.
 */
export function addNormalization(
  call: Call,
  name: string,
  input: Value,
  layers: { readonly affine: Posted; readonly plain: Posted },
  { scale: wanted, shift: moved, held, beside }: Affine,
  statistics: readonly Part[] = [],
): Value {
  const isNeutral = isFilling(wanted, 1) && isFilling(moved, 0);
  const [scale, shift] = isNeutral ? [undefined, undefined] : [wanted, moved];
  const elements = productOf(held);
  const fits = [scale, shift].every((value) => value?.shape === undefined || productOf(value.shape) === elements);
  const parts: readonly Part[] = [
    ...(scale === undefined ? [] : [{ role: 'weight', value: scale, shape: held }]),
    ...(shift === undefined ? [] : [{ role: 'bias', value: shift, shape: held }]),
    ...statistics,
  ];
  const layer = scale === undefined && shift === undefined ? layers.plain : layers.affine;
  if (fits) {
    const owning = call.addOwning({ ...layer, name }, [input], parts);
    if (owning !== undefined) return owning[0] as Value;
  }
  const steps: [string, Value][] = [
    ...(scale === undefined ? [] : ([['multiply', scale]] as [string, Value][])),
    ...(shift === undefined ? [] : ([['add', shift]] as [string, Value][])),
  ];
  const plain = { ...layers.plain, name: steps.length === 0 ? name : `${name}/normalized` };
  let value = (call.addOwning(plain, [input], statistics) ?? call.add(plain, [input], 1))[0] as Value;
  for (const [index, [type, operand]] of steps.entries()) {
    const stretched = fits ? addReshaped(call, `${type}_operand`, operand, beside) : operand;
    value = call.add({ type, name: index === steps.length - 1 ? name : `${name}/scaled` }, [value, stretched], 1)[0] as Value;
  }
  return value;
}

/** Whether a node of the graph makes it of one number only: exporters write a scale of ones and a shift of zeros where a layer has none. */
function isFilling(value: Value | undefined, number: number): boolean {
  if (value?.values === undefined || value.weight?.at.includes('initializer') === true) return false;
  return value.values.every((own) => own === number);
}

/** A vector of channels so that it stretches along axis 1 of a tensor of this rank. */
function besideChannels(channels: number, rank: number): Shape {
  return [channels, ...new Array<number>(Math.max(rank - 2, 0)).fill(1)];
}

/**
 * ONNX BatchNormalization-15. A file of a network in training (`training_mode`, before opset 14 more outputs than one) is measured in inference as well, by
 * the running statistics that it holds; only where it holds none the batch is measured.
 */
function batchNorm(call: Call): readonly (Value | undefined)[] {
  const shape = call.shape(0);
  const channels = shape[1] ?? 1;
  const eps = epsOf(call);
  const [scale, shift, mean, variance] = [call.input(1), call.input(2), call.input(3), call.input(4)];
  // Statistics of every cell, which opset 7 and 8 may ask for by `spatial`, are those of channels of a map without space.
  const perCell = call.opset < 9 && call.int('spatial', 1) === 0;
  const held: Shape = [perCell ? productOf(shape, 1) : channels];
  const training = call.opset >= 14 ? call.int('training_mode', 0) !== 0 : call.outputs > 1;
  const measuring = training && (mean.weight === undefined || variance.weight === undefined);
  if (training && !measuring)
    call.translation.noteOnce(
      'training_mode',
      'info',
      call.at,
      'the file is of a network in training; batch normalisation is measured as in inference, by its running statistics',
    );
  const input = perCell ? addReshaped(call, 'flatten', call.input(0), [shape[0] ?? 1, held[0] as number]) : call.input(0);
  const affine = { scale, shift, held, beside: perCell ? held : besideChannels(channels, shape.length) };
  const statistics: readonly Part[] = measuring
    ? []
    : [
        { role: 'running_mean', value: mean, shape: held },
        { role: 'running_var', value: variance, shape: held },
      ];
  const measures = measuring ? { track_running_stats: false } : {};
  const layer = { type: 'batch_norm', ...eps, ...measures };
  const layers = { affine: layer, plain: { ...layer, affine: false } };
  const name = perCell && shape.length > 2 ? `${call.name}/batch_norm` : call.name;
  const row = addNormalization(call, name, input, layers, affine, statistics);
  const output = name === call.name ? row : (call.add(reshapeTo(shape), [row], 1)[0] as Value);
  const reason = `the running statistics that ${call.name} brings up to date in training are not costed`;
  const more = ['mean', 'variance', 'saved_mean', 'saved_variance'].slice(0, call.outputs - 1);
  return [output, ...more.map((part) => uncostedWhenRead(call, part, { shape: held, dtype: mean.dtype }, reason))];
}

function epsOf(call: Call, usual = 1e-5): Posted {
  const eps = call.float('epsilon', usual);
  return eps === 1e-5 || !(eps >= 0) ? {} : { eps };
}

/** Whether a tensor stands in a node and holds one number throughout. */
function isFilledWith(value: Value, number: number): boolean {
  return isKnown(value) && value.weight?.literal === true && value.values.every((held) => held === number);
}

/** ONNX InstanceNormalization-22. */
function instanceNorm(call: Call): readonly Value[] {
  const shape = call.shape(0);
  const channels = shape[1] ?? 1;
  const layer = { type: 'instance_norm', ...epsOf(call) };
  // What an exporter makes up where the layer has neither scale nor shift.
  if (isFilledWith(call.input(1), 1) && isFilledWith(call.input(2), 0)) return call.add(layer);
  const affine = { scale: call.input(1), shift: call.input(2), held: [channels], beside: besideChannels(channels, shape.length) };
  return [addNormalization(call, call.name, call.input(0), { affine: { ...layer, affine: true }, plain: layer }, affine)];
}

/** ONNX GroupNormalization-21; in opset 18 to 20 scale and shift are those of the groups. */
function groupNorm(call: Call): readonly Value[] {
  const shape = call.shape(0);
  const [batch = 1, channels = 1] = shape;
  const groups = call.int('num_groups', 1);
  const [scale, shift] = [call.input(1), call.input(2)];
  if (scale.shape?.[0] === channels || scale.shape?.[0] !== groups) {
    const layer = { type: 'group_norm', num_groups: groups, ...epsOf(call) };
    const affine = { scale, shift, held: [channels], beside: besideChannels(channels, shape.length) };
    return [addNormalization(call, call.name, call.input(0), { affine: layer, plain: { ...layer, affine: false } }, affine)];
  }
  const grouped: Shape = [batch, groups, productOf(shape, 1) / groups];
  const layer = { type: 'instance_norm', ...epsOf(call) };
  const affine = { scale, shift, held: [groups], beside: [groups, 1] };
  const input = addReshaped(call, 'groups', call.input(0), grouped);
  const row = addNormalization(call, `${call.name}/normalization`, input, { affine: { ...layer, affine: true }, plain: layer }, affine);
  return call.add(reshapeTo(shape), [row], 1);
}

/** ONNX LayerNormalization-17 with mean and inverse deviation as outputs, which training reads. */
function layerNorm(call: Call): readonly (Value | undefined)[] {
  const row = addLayerNorm(call, call.name, call.input(0), call.input(1), call.inputs[2]);
  return [row, ...statisticsOf(call, 2)];
}

/** A layer normalisation of the axes from `axis` on; `rms` leaves the mean in. */
export function addLayerNorm(
  call: Call,
  name: string,
  input: Value,
  scale: Value | undefined,
  shift: Value | undefined,
  rms = false,
): Value {
  const shape = input.shape ?? [];
  const held = shape.slice(call.axis(call.int('axis', -1), shape.length));
  const normalized_shape = held.length === 1 ? held[0] : held;
  const layer = { type: rms ? 'rms_norm' : 'layer_norm', normalized_shape, ...(rms ? rmsEps(call) : epsOf(call)) };
  const affine = { ...layer, ...(shift === undefined && !rms ? { bias: false } : {}) };
  return addNormalization(
    call,
    name,
    input,
    { affine, plain: { ...layer, elementwise_affine: false } },
    { scale, shift, held, beside: held },
  );
}

function rmsEps(call: Call): Posted {
  const eps = call.float('epsilon', 1e-5);
  return eps >= 0 ? { eps } : {};
}

/** Mean and inverse deviation of every slice: by-products of the normalisation, of which no row tells the cost again. */
export function statisticsOf(call: Call, count: number, axis = call.int('axis', -1)): readonly Value[] {
  const shape = call.shape(0);
  const first = call.axis(axis, shape.length);
  const kept = shape.map((extent, index) => (index < first ? extent : 1));
  const types: TensorType = { shape: kept, dtype: 'float32' };
  const parts = ['mean', 'inverse_deviation'].slice(0, Math.min(count, call.outputs - 1));
  return parts.map((part) => uncostedWhenRead(call, part, types, `the ${part.replace('_', ' ')} that ${call.name} puts out is not costed`));
}

/** ONNX RMSNormalization-23. */
function rmsNorm(call: Call): readonly Value[] {
  return [addLayerNorm(call, call.name, call.input(0), call.input(1), undefined, true)];
}

/** ONNX LRN-13. */
function localResponseNorm(call: Call): readonly Value[] {
  const size = call.int('size');
  if (size === undefined) throw call.refusal('missing_key', 'LRN needs size');
  const layer = {
    type: 'local_response_norm',
    size,
    alpha: call.float('alpha', 1e-4),
    beta: call.float('beta', 0.75),
    k: call.float('bias', 1),
  };
  return call.add(layer, [call.input(0)]);
}

/** ONNX LpNormalization-22: over the norm along an axis. */
function lpNorm(call: Call): readonly Value[] {
  const p = call.int('p', 2);
  return call.add({ type: 'lp_normalize', ...(p === 2 ? {} : { p }), dim: call.axis(call.int('axis', -1), call.rank(0)) }, [call.input(0)]);
}

/** ONNX MeanVarianceNormalization-13: over the batch and all but the channels, or over other axes. */
function meanVarianceNorm(call: Call): readonly Value[] {
  const axes = (call.ints('axes') ?? [0, 2, 3]).map((axis) => call.axis(axis, call.rank(0)));
  return call.add({ type: 'mean_variance_norm', dim: [...new Set(axes)].sort((a, b) => a - b) }, [call.input(0)]);
}

export const normalizationLowerings: Lowerings = {
  BatchNormalization: batchNorm,
  GroupNormalization: groupNorm,
  InstanceNormalization: instanceNorm,
  LRN: localResponseNorm,
  LayerNormalization: layerNorm,
  LpNormalization: lpNorm,
  MeanVarianceNormalization: meanVarianceNorm,
  RMSNormalization: rmsNorm,
};
