/**
 * What the recurrent layers share: attributes, shapes, weights in PyTorch's names and order, the symbols of their formulas. Stacked layers, each in one
 * direction or two; the first reads f_in features, the others directions·out, `out` being what one direction puts out.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import type { Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { checkChannels, requireAxes } from './feature-map-input.ts';
import type { Extent, LayerContext, Weight } from './operator.ts';

export interface RecurrentAttributes {
  readonly input_size?: number | undefined;
  readonly hidden_size: number;
  readonly num_layers: number;
  readonly bias: boolean;
  readonly recurrent_bias: boolean;
  readonly bidirectional: boolean;
  readonly proj_size?: number;
  readonly peepholes?: boolean;
}

export const recurrentAttributes = {
  input_size: positiveInteger.optional().describe('Features of the input at each step; inferred, and checked where given.'),
  hidden_size: positiveInteger.describe('Features of the state of one layer and direction.'),
  num_layers: z.int().min(1).max(4096).default(1).describe('Layers on top of each other.'),
  bias: z
    .boolean()
    .default(true)
    .describe('Adds learned vectors to the gates of each layer and direction: two, or one without recurrent_bias.'),
  recurrent_bias: z
    .boolean()
    .default(true)
    .describe('Keeps a second vector for what the state adds to the gates, as PyTorch does; Keras mostly has one.'),
  batch_first: z.literal(true).default(true).describe('The input is batch × steps × features; there is no other order here.'),
  dropout: z.number().min(0).max(1).default(0).describe('Probability of dropping an element between layers; training only.'),
  bidirectional: z.boolean().default(false).describe('Reads the steps in both directions and puts the results side by side.'),
};

/** Keras and ONNX. */
export const recurrentAliases = {
  units: 'hidden_size',
  num_output: 'hidden_size',
  use_bias: 'bias',
  direction: {
    attribute: 'bidirectional',
    read: (value: unknown) => (value === 'forward' ? false : value === 'bidirectional' ? true : undefined),
    form: '"forward" or "bidirectional"',
  },
};

interface Biased {
  readonly bias: boolean;
  readonly recurrent_bias: boolean;
}

export const hasTwoBiases = (a: Biased): boolean => a.bias && a.recurrent_bias;
export const hasOneBias = (a: Biased): boolean => a.bias && !a.recurrent_bias;
export const hasPeepholes = (a: { readonly peepholes?: boolean }): boolean => a.peepholes === true;
export const hasProjection = (a: { readonly proj_size?: number }): boolean => (a.proj_size ?? 0) > 0;
const outputExtent = formula('directions·out');
const stateExtent = formula('layers·directions');

/** Width of what one direction of one layer puts out. */
function outOf(a: RecurrentAttributes): number {
  return a.proj_size === undefined || a.proj_size === 0 ? a.hidden_size : a.proj_size;
}

function directionsOf(a: RecurrentAttributes): number {
  return a.bidirectional ? 2 : 1;
}

/** Output and final states; refuses initial states of another shape. `states` is 1 (h) or 2 (h and c). */
export function inferRecurrent(
  a: RecurrentAttributes,
  inputs: readonly TensorType[],
  layer: LayerContext,
  states: 1 | 2,
): readonly TensorType[] {
  const input = inputs[0] as TensorType;
  requireAxes(input, 3, 3, layer);
  const [batch = 1, steps = 1, features = 1] = input.shape;
  checkChannels('input_size', a.input_size, features, layer);
  const out = outOf(a);
  const stacked = a.num_layers * directionsOf(a);
  const hidden: Shape = [stacked, batch, out];
  const cell: Shape = out === a.hidden_size ? hidden : [stacked, batch, a.hidden_size];
  if (inputs.length > 1) {
    requireState(hidden, 'h_0', inputs[1] as TensorType, layer, 1);
    if (states === 2) requireState(cell, 'c_0', inputs[2], layer, 2);
  }
  const dtype = promote(input.dtype, layer.weightDtype);
  const output = { shape: [batch, steps, directionsOf(a) * out], dtype };
  return states === 1 ? [output, { shape: hidden, dtype }] : [output, { shape: hidden, dtype }, { shape: cell, dtype }];
}

function requireState(wanted: Shape, name: string, state: TensorType | undefined, layer: LayerContext, index: number): void {
  if (state === undefined)
    throw new Refusal(['inputs'], 'wrong_input_count', `initial states come in a pair, h_0 and c_0; given h_0 alone`);
  if (sameShape(state.shape, wanted)) return;
  throw new Refusal(
    ['inputs', index],
    'shape_mismatch',
    `${name} must be ${formatShape(wanted)} (layers·directions × batch × features), but ${layer.producer(index)} gives ${formatShape(state.shape)}`,
  );
}

/** Tensors layer by layer, forward before reverse; the rows of the gates are stacked. */
export function recurrentWeights(a: RecurrentAttributes, inputs: readonly TensorType[], gates: number): readonly Weight[] {
  const out = outOf(a);
  const directions = directionsOf(a);
  const rows = gates * a.hidden_size;
  const tensors: Weight[] = [];
  for (let level = 0; level < a.num_layers; level++) {
    const features = level === 0 ? ((inputs[0] as TensorType).shape[2] ?? 1) : directions * out;
    for (let direction = 0; direction < directions; direction++) {
      const suffix = direction === 0 ? `l${level}` : `l${level}_reverse`;
      tensors.push(
        { name: `weight_ih_${suffix}`, shape: [rows, features], kind: 'parameter' },
        { name: `weight_hh_${suffix}`, shape: [rows, out], kind: 'parameter' },
      );
      if (a.bias) tensors.push({ name: `bias_ih_${suffix}`, shape: [rows], kind: 'parameter', bias: true });
      if (hasTwoBiases(a)) tensors.push({ name: `bias_hh_${suffix}`, shape: [rows], kind: 'parameter', bias: true });
      if (hasProjection(a)) tensors.push({ name: `weight_hr_${suffix}`, shape: [out, a.hidden_size], kind: 'parameter' });
      // PyTorch has no peepholes and so no name for them.
      if (hasPeepholes(a)) tensors.push({ name: `weight_peephole_${suffix}`, shape: [3 * a.hidden_size], kind: 'parameter' });
    }
  }
  return tensors;
}

export function recurrentSymbols(a: RecurrentAttributes, inputs: readonly TensorType[], gates: number): Symbols {
  const [n = 1, steps = 1, f_in = 1] = (inputs[0] as TensorType).shape;
  return { gates, hidden: a.hidden_size, out: outOf(a), f_in, layers: a.num_layers, directions: directionsOf(a), steps, n };
}

export function recurrentExtents(a: RecurrentAttributes): readonly Extent[] {
  const directions = directionsOf(a);
  return [
    { output: 0, axis: 2, formula: outputExtent, symbols: { directions, out: outOf(a) } },
    { output: 1, axis: 0, formula: stateExtent, symbols: { layers: a.num_layers, directions } },
  ];
}
