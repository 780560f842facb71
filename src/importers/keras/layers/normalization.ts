/** Normalisations. Native ones normalise channels or the last axes; for other axes the tensor is turned before and back after. */

import type { Shape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';

/** Axes that `axis` names, counted from the front, in order. */
function axesOf(call: Call, key: string, rank: number, fallback: readonly number[]): readonly number[] {
  const axes = call.config.integers(key, fallback).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.some((axis, index) => axis < 1 || axis >= rank || axes.indexOf(axis) !== index))
    call.config.refuse(key, `different axes of the ${rank}, the batch axis apart`);
  return axes.toSorted((a, b) => a - b);
}

/** Adds a row on the input with `axes` brought to the end; the last row is the layer's own and lies as the input does. */
function onLastAxes(call: Call, axes: readonly number[], add: (input: DraftTensor, part: string | undefined) => DraftTensor): DraftTensor {
  const rank = call.shape().length;
  if (axes.every((axis, index) => axis === rank - axes.length + index)) return add(call.input, undefined);
  const order = [...Array(rank).keys()].filter((axis) => !axes.includes(axis)).concat(axes);
  const turned = call.row('permute', { dims: order }, [call.input], 'permute');
  const normal = add(turned, 'norm');
  return call.row('permute', { dims: order.map((_, axis) => order.indexOf(axis)) }, [normal]);
}

function affine({ config }: Call): Readonly<Record<string, unknown>> {
  return {
    ...(config.has('epsilon') ? { eps: config.number('epsilon') } : {}),
    ...(config.flag('scale', true) ? {} : { scale: false }),
    ...(config.flag('center', true) ? {} : { bias: false }),
  };
}

const batchNorm: Rule = (call) => {
  const shape = call.shape(2);
  const axes = axesOf(call, 'axis', shape.length, [-1]);
  if (axes.length > 1) return overSeveral(call, shape, axes);
  const attributes = affine(call);
  const [axis] = axes;
  if (axis === shape.length - 1) return call.row('batch_norm', { ...attributes, ...call.layout(true) });
  if (axis === 1) return call.row('batch_norm', { ...attributes, ...call.layout(false) });
  return onLastAxes(call, axes, (input, part) => call.row('batch_norm', { ...attributes, ...call.layout(true) }, [input], part));
};

/** Several axes have one statistic for each of their positions: merged, they are channels. */
function overSeveral(call: Call, shape: Shape, axes: readonly number[]): DraftTensor {
  return onLastAxes(call, axes, (input, part) => {
    const start = shape.length - axes.length;
    const merged = call.row('flatten', { start_dim: start }, [input], 'flatten');
    const normal = call.row('batch_norm', { ...affine(call), ...call.layout(true) }, [merged], 'channels');
    return call.row('reshape', { shape: [-1, ...call.shapeOf(input).slice(1)] }, [normal], part);
  });
}

const layerNorm: Rule = (call) => {
  const shape = call.shape();
  const axes = axesOf(call, 'axis', shape.length, [-1]);
  const normalized_shape = axes.map((axis) => shape[axis]);
  // RMS scaling learns a scale only.
  const attributes = call.config.flag('rms_scaling', false) ? { ...affine(call), bias: false, scale: true } : affine(call);
  return onLastAxes(call, axes, (input, part) => call.row('layer_norm', { normalized_shape, ...attributes }, [input], part));
};

const rmsNorm: Rule = (call) => {
  const shape = call.shape();
  const axes = axesOf(call, 'axis', shape.length, [-1]);
  const normalized_shape = axes.map((axis) => shape[axis]);
  const eps = call.config.has('epsilon') ? { eps: call.config.number('epsilon') } : {};
  return onLastAxes(call, axes, (input, part) => call.row('rms_norm', { normalized_shape, ...eps }, [input], part));
};

const groupNorm: Rule = (call) => {
  const shape = call.shape(2);
  const axes = axesOf(call, 'axis', shape.length, [-1]);
  const axis = axes[0] as number;
  const groups = call.config.integer('groups', 32);
  const attributes = { num_groups: groups === -1 ? shape[axis] : groups, ...affine(call) };
  if (axis === 1 && axis !== shape.length - 1) return call.row('group_norm', { ...attributes, ...call.layout(false) });
  return onLastAxes(call, axes, (input, part) => call.row('group_norm', { ...attributes, ...call.layout(true) }, [input], part));
};

const unitNorm: Rule = (call) => {
  const axes = call.config.integers('axis', [-1]);
  return call.row('unit_norm', { dim: axes.length === 1 ? axes[0] : axes });
};

/** Keeps mean, variance and a count that `adapt` has found; stated ones are numbers of the configuration. */
const standardize: Rule = (call) => {
  const { config } = call;
  const shape = call.shape();
  const axes = config.raw('axis') === null ? [] : axesOf(call, 'axis', shape.length, [-1]);
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? extent : 1)).slice(1);
  if (!config.has('mean')) return call.row('standardize', { shape: kept });
  const mean = call.constant('mean', kept);
  const centred = call.row('subtract', {}, [call.input, mean], 'centred');
  return call.row('divide', {}, [centred, call.constant('deviation', kept)]);
};

export const normalizationRules: Readonly<Record<string, Rule>> = {
  BatchNormalization: batchNorm,
  BatchNormalizationV1: batchNorm,
  BatchNormalizationV2: batchNorm,
  SyncBatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  RMSNormalization: rmsNorm,
  GroupNormalization: groupNorm,
  UnitNormalization: unitNorm,
  Normalization: standardize,
};
