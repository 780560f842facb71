/** Dense layers, activations as layers, and what only changes shapes. */

import { isObject } from '../../../architecture/document.ts';
import { isInteger } from '../../../tensor/dtype.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { DraftTensor } from '../../draft.ts';
import { activationOf } from '../activations.ts';
import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';
import { activated, applyInner, layerAsActivation, unknownFunction } from './activated.ts';

const dense: Rule = (call) => {
  const { config } = call;
  if (config.has('lora_rank')) return withAdapter(call);
  return activated(call, 'linear', { out_features: config.count('units'), bias: config.flag('use_bias', true) });
};

/** A low-rank adapter beside the kernel: two small products more, added to the layer's own. */
function withAdapter(call: Call): DraftTensor {
  const { config } = call;
  const units = config.count('units');
  const own = call.row('linear', { out_features: units, bias: config.flag('use_bias', true) }, [call.input], 'kernel');
  const low = call.row('linear', { out_features: config.count('lora_rank'), bias: false }, [call.input], 'lora_a');
  return activated(call, 'add', {}, [own, call.row('linear', { out_features: units, bias: false }, [low], 'lora_b')]);
}

const activation: Rule = (call) => {
  const value = call.config.raw('activation');
  const layer = layerAsActivation(call, value);
  if (layer !== undefined) return applyInner(call, layer, call.input, call.name);
  const found = activationOf(value);
  if (found === undefined) return call.row('identity');
  return found.layer === undefined
    ? unknownFunction(call, found.name, call.input)
    : call.row(found.layer.type as string, rest(found.layer));
};

function rest({ type: _, ...attributes }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return attributes;
}

/** Indices of another type are cast, as Keras does. */
export function indicesOf(call: Call, input = call.input, part = 'indices'): DraftTensor {
  return isInteger(input.dtype) ? input : call.row('cast', { dtype: 'int32' }, [input], part);
}

function embeddingRow(call: Call): DraftTensor {
  const { config } = call;
  const attributes = { num_embeddings: config.count('input_dim'), embedding_dim: config.count('output_dim') };
  return call.row('embedding', attributes, [indicesOf(call)]);
}

/** Looks tokens up, or with `reverse` projects back to them: on the same table, or on one of its own. */
const reversibleEmbedding: Rule = (call) => {
  const { config } = call;
  const shape = [config.count('output_dim'), config.count('input_dim')];
  const own = config.flag('tie_weights', true) ? undefined : call.parameter('reverse_embeddings', shape);
  if (call.argument(1, 'reverse') !== true) return embeddingRow(call);
  if (own !== undefined) return call.row('matmul', {}, [call.input, own]);
  return call.row('linear', { out_features: shape[1], bias: false });
};

const flatten: Rule = (call) => (call.shape().length === 1 ? call.row('unsqueeze', { dim: 1 }) : call.row('flatten', { start_dim: 1 }));

/** `target_shape` leaves the batch axis out; one extent may be −1, the batch axis then stands as a number. */
const reshape: Rule = (call) => {
  const target = call.config.integers('target_shape');
  const shape = call.shape();
  return call.row('reshape', { shape: [-1, ...resolved(call, target, productOf(shape, 1))] });
};

function resolved(call: Call, target: readonly number[], elements: number): Shape {
  const free = target.indexOf(-1);
  const given = target.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  const fits = target.every((extent) => extent === -1 || extent > 0) && target.indexOf(-1, free + 1) < 0;
  if (!fits && free >= 0) call.config.refuse('target_shape', 'extents of at least 1, one of which may be -1');
  if (given < 1 || (free < 0 ? given !== elements : elements % given !== 0))
    call.config.refuse('target_shape', `a shape of the ${elements} elements that a sample has`);
  return free < 0 ? target : target.map((extent) => (extent === -1 ? elements / given : extent));
}

const permute: Rule = (call) => {
  const dims = call.config.integers('dims');
  if (dims.some((dim) => dim < 1)) call.config.refuse('dims', 'axes from 1, the batch axis left out');
  return call.row('permute', { dims: [0, ...dims] });
};

const repeatVector: Rule = (call) => {
  call.shape(2, 2);
  const raised = call.row('unsqueeze', { dim: 1 }, [call.input], 'unsqueeze');
  return call.row('tile', { repeats: [1, call.config.count('n'), 1] }, [raised]);
};

const identity: Rule = (call) => (call.tensors.length > 1 ? call.tensors : call.row('identity'));
const dropout: Rule = (call) => call.row('dropout', { p: Math.min(Math.max(call.config.number('rate', 0), 0), 1) });

const softmax: Rule = (call) => {
  const axes = call.config.integers('axis', [-1]);
  return axes.length === 1 ? call.row('softmax', { dim: axes[0] }) : jointSoftmax(call, axes);
};

/** Softmax over several axes at once: they are brought to the end, and merged for it. */
function jointSoftmax(call: Call, axes: readonly number[]): DraftTensor {
  const shape = call.shape();
  const rank = shape.length;
  const joint = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (joint.some((axis, index) => axis < 1 || axis >= rank || joint.indexOf(axis) !== index))
    call.config.refuse('axis', 'different axes after the batch axis');
  const order = [...shape.keys()].filter((axis) => !joint.includes(axis)).concat(joint);
  const turned = call.row('permute', { dims: order }, [call.input], 'permute');
  const merged = call.row('flatten', { start_dim: rank - joint.length }, [turned], 'flatten');
  const normal = call.row('softmax', { dim: -1 }, [merged], 'softmax');
  const apart = call.row('reshape', { shape: [-1, ...order.slice(1).map((axis) => shape[axis])] }, [normal], 'reshape');
  return call.row('permute', { dims: order.map((_, axis) => order.indexOf(axis)) }, [apart]);
}

const relu: Rule = (call) => {
  const { config } = call;
  const attributes = Object.fromEntries(
    ['max_value', 'negative_slope', 'threshold'].flatMap((key) => {
      const value = config.has(key) ? config.number(key) : 0;
      return value === 0 && !(key === 'max_value' && config.has(key)) ? [] : [[key, value]];
    }),
  );
  return call.row('relu', attributes);
};

const leakyRelu: Rule = (call) =>
  call.row('leaky_relu', { negative_slope: slopeOf(call, call.config.has('alpha') ? 'alpha' : 'negative_slope', 0.3) });

/** A number; the first versions wrote `{ "type": "ndarray", "value": 0.3 }`. */
function slopeOf({ config }: Call, key: string, fallback: number): number {
  const value = config.raw(key);
  return isObject(value) && typeof value.value === 'number' ? value.value : config.number(key, fallback);
}

/** One slope for each element of a sample, or for all that lie along a shared axis. */
const prelu: Rule = (call) => {
  const shape = call.shape(2).slice(1);
  const shared = call.config.has('shared_axes') ? call.config.integers('shared_axes') : [];
  return call.row('prelu', { weight_shape: shape.map((extent, axis) => (shared.includes(axis + 1) ? 1 : extent)), ...call.layout(false) });
};

export const coreRules: Readonly<Record<string, Rule>> = {
  Dense: dense,
  Activation: activation,
  Embedding: embeddingRow,
  ReversibleEmbedding: reversibleEmbedding,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  Masking: identity,
  Identity: identity,
  ActivityRegularization: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
  Dropout: dropout,
  SpatialDropout1D: dropout,
  SpatialDropout2D: dropout,
  SpatialDropout3D: dropout,
  Softmax: softmax,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  ELU: (call) => call.row('elu', { alpha: slopeOf(call, 'alpha', 1) }),
  ThresholdedReLU: (call) => call.row('thresholded_relu', { alpha: slopeOf(call, 'theta', 1) }),
};
