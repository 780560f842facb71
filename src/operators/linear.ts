/**
 * Fully connected layers. `linear` maps the last axis: y = x·Wᵀ + b, rows of in_features to rows of out_features; every other axis is kept.
 * Each output element takes in_features multiply-accumulates. `bilinear` combines two inputs: y_o = x1ᵀ·A_o·x2 + b_o, costed as the pairwise
 * contraction from left to right: x1·A (in1·in2·out a row), then with x2 (in2·out a row).
 * Source: PyTorch documentation of Linear and Bilinear.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { biasWeight } from './conv.ts';
import { checkChannels, requireAxes } from './feature-map-input.ts';
import { addsBias, checkOperands, orFromInputs, ownsWeights, weightedInputs, weightType } from './operand-weights.ts';
import type { Operator, Weight } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const bias = z.boolean().default(true).describe('Adds one learned number per output feature.');
const outFeatures = positiveInteger.describe('Extent of the last axis of the output.');
const hasBias = (attributes: { readonly bias: boolean }): boolean => attributes.bias;
const outExtent = formula('f_out');

function lastExtent(tensor: TensorType): number {
  return tensor.shape[tensor.shape.length - 1] ?? 1;
}

interface LinearAttributes {
  readonly out_features: number;
  readonly bias: boolean;
}

function tensorsOf(a: LinearAttributes, features: number): readonly Weight[] {
  const weight = { name: 'weight', shape: [a.out_features, features], kind: 'parameter' as const };
  return a.bias ? [weight, biasWeight(a.out_features)] : [weight];
}

const linear = defineOperator({
  type: 'linear',
  family: 'linear',
  summary: `Fully connected layer on the last axis: … × f_in to … × f_out. ${orFromInputs}`,
  source: 'PyTorch Linear',
  aliases: ['Linear', 'Dense', 'InnerProduct'],
  attributes: {
    in_features: positiveInteger.optional().describe('Extent of the last axis of the input; inferred, and checked where given.'),
    out_features: outFeatures,
    bias,
  },
  attributeAliases: { units: 'out_features', num_output: 'out_features', use_bias: 'bias', bias_term: 'bias' },
  inputs: weightedInputs,
  textbook: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 2, Number.POSITIVE_INFINITY, layer);
    checkChannels('in_features', a.in_features, lastExtent(input), layer);
    if (!ownsWeights(inputs)) checkOperands(a.bias, tensorsOf(a, lastExtent(input)), inputs, layer);
    return [{ shape: [...input.shape.slice(0, -1), a.out_features], dtype: promote(input.dtype, weightType(inputs, layer)) }];
  },
  weights: (a, inputs) => (ownsWeights(inputs) ? tensorsOf(a, lastExtent(inputs[0] as TensorType)) : []),
  parameters: [{ text: 'f_in·f_out0' }, { text: 'f_out0', bias: true, when: 'bias', applies: hasBias }],
  symbols(a, inputs) {
    const f_in = lastExtent(inputs[0] as TensorType);
    const rows = elementsOf((inputs[0] as TensorType).shape) / f_in;
    const f_out = a.out_features;
    return { f_in, f_out, f_out0: ownsWeights(inputs) ? f_out : 0, f_out1: addsBias(a.bias, inputs) ? f_out : 0, rows };
  },
  counts: [count('mac', 'f_in·f_out·rows'), count('add', 'f_out1·rows', 'bias', hasBias)],
  shape: 'all axes but the last are kept; the last becomes f_out',
  extents: (a, inputs) => [
    { output: 0, axis: (inputs[0] as TensorType).shape.length - 1, formula: outExtent, symbols: { f_out: a.out_features } },
  ],
  examples: [
    // The last layer of VGG-16: 4096·1000 weights and 1000 biases.
    {
      layer: { type: 'linear', out_features: 1000 },
      inputs: [{ shape: [1, 4096] }],
      outputs: [[1, 1000]],
      parameters: 4097000,
      operations: { mac: 4096000, add: 1000 },
    },
    // Two batches of five rows: 10 rows of 3·4 products.
    {
      layer: { type: 'linear', out_features: 4, bias: false },
      inputs: [{ shape: [2, 5, 3] }],
      outputs: [[2, 5, 4]],
      parameters: 12,
      operations: { mac: 120 },
    },
  ],
});

const bilinear = defineOperator({
  type: 'bilinear',
  family: 'linear',
  summary: 'Bilinear form of two inputs on their last axes: … × f_in1 and … × f_in2 to … × f_out.',
  source: 'PyTorch Bilinear',
  aliases: ['Bilinear'],
  attributes: {
    in1_features: positiveInteger.optional().describe('Extent of the last axis of the first input; inferred, and checked where given.'),
    in2_features: positiveInteger.optional().describe('Extent of the last axis of the second input; inferred, and checked where given.'),
    out_features: outFeatures,
    bias,
  },
  inputs: { min: 2, max: 2, names: ['input1', 'input2'] },
  infer(a, inputs, layer) {
    const [first, second] = inputs as [TensorType, TensorType];
    requireAxes(first, 2, Number.POSITIVE_INFINITY, layer);
    checkChannels('in1_features', a.in1_features, lastExtent(first), layer, 0);
    checkChannels('in2_features', a.in2_features, lastExtent(second), layer, 1);
    const kept = first.shape.slice(0, -1);
    if (formatShape(kept) !== formatShape(second.shape.slice(0, -1))) {
      throw new Refusal(
        ['inputs', 1],
        'shape_mismatch',
        `all axes but the last must agree: ${layer.producer(0)} gives ${formatShape(first.shape)}, ${layer.producer(1)} gives ${formatShape(second.shape)}`,
      );
    }
    return [{ shape: [...kept, a.out_features], dtype: promote(promote(first.dtype, second.dtype), layer.weightDtype) }];
  },
  weights(a, inputs) {
    const weight = {
      name: 'weight',
      shape: [a.out_features, lastExtent(inputs[0] as TensorType), lastExtent(inputs[1] as TensorType)],
      kind: 'parameter' as const,
    };
    return a.bias ? [weight, { name: 'bias', shape: [a.out_features], kind: 'parameter', bias: true }] : [weight];
  },
  parameters: [{ text: 'f_in1·f_in2·f_out' }, { text: 'f_out', bias: true, when: 'bias', applies: hasBias }],
  symbols(a, inputs) {
    const f_in1 = lastExtent(inputs[0] as TensorType);
    return {
      f_in1,
      f_in2: lastExtent(inputs[1] as TensorType),
      f_out: a.out_features,
      rows: elementsOf((inputs[0] as TensorType).shape) / f_in1,
    };
  },
  counts: [count('mac', '(f_in1 + 1)·f_in2·f_out·rows'), count('add', 'f_out·rows', 'bias', hasBias)],
  shape: 'all axes but the last are kept; the last becomes f_out',
  examples: [
    // 4·2·3 weights and 4 biases; a row takes 2·3·4 products for x1·A and 3·4 for the second contraction.
    {
      layer: { type: 'bilinear', out_features: 4 },
      inputs: [{ shape: [5, 2] }, { shape: [5, 3] }],
      outputs: [[5, 4]],
      parameters: 28,
      operations: { mac: 180, add: 20 },
    },
  ],
});

export const linearOperators: readonly Operator[] = [linear, bilinear];
