/** Keras's activation functions as native layers. */

import { isObject } from '../../architecture/document.ts';
import type { Posted } from '../../architecture/read-layer.ts';

/** By Keras's names, of both versions; undefined is the linear one. */
const activations: Readonly<Record<string, Posted | undefined>> = {
  linear: undefined,
  identity: undefined,
  relu: { type: 'relu' },
  relu6: { type: 'relu6' },
  leaky_relu: { type: 'leaky_relu', negative_slope: 0.2 },
  elu: { type: 'elu' },
  selu: { type: 'selu' },
  celu: { type: 'celu' },
  gelu: { type: 'gelu' },
  gelu_new: { type: 'gelu', approximate: 'tanh' },
  glu: { type: 'glu', dim: -1 },
  silu: { type: 'silu' },
  swish: { type: 'silu' },
  mish: { type: 'mish' },
  hard_silu: { type: 'hardswish' },
  hard_swish: { type: 'hardswish' },
  hard_sigmoid: { type: 'hardsigmoid' },
  hardsigmoid: { type: 'hardsigmoid' },
  hard_tanh: { type: 'hardtanh' },
  sigmoid: { type: 'sigmoid' },
  tanh: { type: 'tanh' },
  softmax: { type: 'softmax', dim: -1 },
  softmax_v2: { type: 'softmax', dim: -1 },
  log_softmax: { type: 'log_softmax', dim: -1 },
  // TensorFlow.js
  logsoftmax: { type: 'log_softmax', dim: -1 },
  softplus: { type: 'softplus' },
  softsign: { type: 'softsign' },
  exponential: { type: 'exp' },
  exp: { type: 'exp' },
  log_sigmoid: { type: 'logsigmoid' },
  tanh_shrink: { type: 'tanhshrink' },
  hard_shrink: { type: 'hardshrink' },
  soft_shrink: { type: 'softshrink' },
  squareplus: { type: 'squareplus' },
  sparse_plus: { type: 'sparse_plus' },
  sparse_sigmoid: { type: 'sparse_sigmoid' },
  sparsemax: { type: 'sparsemax', dim: -1 },
  threshold: { type: 'threshold', threshold: 0, value: 0 },
};

export interface Activation {
  /** Keras's name for it. */
  readonly name: string;
  /** The native layer; undefined where the function is not known. */
  readonly layer: Posted | undefined;
}

/** The activation that a value of a configuration names; undefined for none. */
export function activationOf(value: unknown): Activation | undefined {
  if (value === undefined || value === null) return undefined;
  const name = nameOf(value);
  if (!Object.hasOwn(activations, name)) return { name, layer: undefined };
  const layer = activations[name];
  return layer && { name, layer };
}

/** Functions come as text, or as an object whose config is the name; a layer may stand in place of a function. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return value.toLowerCase();
  if (!isObject(value)) return String(value);
  const { class_name, config, registered_name } = value;
  if (typeof config === 'string') return config.toLowerCase();
  const name = typeof registered_name === 'string' ? registered_name : class_name;
  return snake(typeof name === 'string' ? name : 'unknown');
}

/** `HardSigmoid` as `hard_sigmoid`; `ReLU` and its kin as one word. */
function snake(name: string): string {
  const plain = name.replace(/ReLU/g, 'Relu').replace(/^[A-Z]+$/, (word) => word.toLowerCase());
  return plain.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
