/**
 * Scaling by tensors that belong to the layer, stretched to the input as NumPy does, aligned at the end; shape kept. `scale` multiplies by a learned tensor and
 * may add another: 1 multiplication, 1 addition. `standardize` subtracts a mean and divides by a deviation that were found before training and are kept as
 * buffers, mean, variance and a count: 1 subtraction, 1 division; the root of the variance is taken once and not counted.
 * Source: Touvron et al., arXiv:2103.17239 (LayerScale); Caffe Scale; Keras Normalization.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { broadcast, formatShape, sameShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { floatingType, ofType } from './element-types.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const ownShape = z.array(positiveInteger).max(64);

/** The input; refuses a tensor of the layer that does not stretch to it. */
function stretchedTo(shape: Shape, inputs: readonly TensorType[], layer: LayerContext): TensorType {
  const input = inputs[0] as TensorType;
  const common = broadcast(shape, input.shape);
  if (common !== undefined && sameShape(common, input.shape)) return input;
  throw new Refusal(
    ['shape'],
    'shape_mismatch',
    `shape ${formatShape(shape)} must stretch to ${formatShape(input.shape)} from ${layer.producer(0)}: aligned at the end, extents agree or are 1`,
  );
}

function symbols(a: { readonly shape: Shape }, inputs: readonly TensorType[]) {
  return { own: elementsOf(a.shape), e: elementsOf((inputs[0] as TensorType).shape) };
}

const hasBias = (a: { readonly bias: boolean }): boolean => a.bias;

const scale = defineOperator({
  type: 'scale',
  family: 'scale',
  summary: 'The input times a learned tensor, and plus another where bias is true; shape kept.',
  source: 'torchvision LayerScale; Caffe Scale; arXiv:2103.17239',
  aliases: ['LayerScale', 'layer_scale'],
  attributes: {
    shape: ownShape.describe('Shape of the learned tensor, aligned with the input at the end, to which it stretches.'),
    bias: z.boolean().default(false).describe('Adds a learned tensor of the same shape.'),
    init: z.number().default(1).describe('Value that training starts from.'),
  },
  attributeAliases: { bias_term: 'bias', use_bias: 'bias' },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = stretchedTo(a.shape, inputs, layer);
    return [ofType(input, promote(input.dtype, layer.weightDtype))];
  },
  weights(a) {
    const weight = { name: 'weight', shape: a.shape, kind: 'parameter' as const };
    return a.bias ? [weight, { name: 'bias', shape: a.shape, kind: 'parameter', bias: true }] : [weight];
  },
  parameters: [{ text: 'own' }, { text: 'own', bias: true, when: 'bias', applies: hasBias }],
  symbols,
  counts: [count('mul', 'e'), count('add', 'e', 'bias', hasBias)],
  shape: 'the shape of the input',
  examples: [
    // The first block of ConvNeXt-Tiny: 96 scales, a multiplication for each of 96·56·56 elements.
    {
      layer: { type: 'scale', shape: [96, 1, 1] },
      inputs: [{ shape: [1, 96, 56, 56] }],
      outputs: [[1, 96, 56, 56]],
      parameters: 96,
      operations: { mul: 301056 },
    },
  ],
});

const standardize = defineOperator({
  type: 'standardize',
  family: 'scale',
  summary: 'The input less a mean, over a deviation, both found on the data beforehand and kept with a count as buffers; shape kept.',
  source: 'Keras Normalization',
  aliases: [],
  attributes: { shape: ownShape.describe('Shape of mean and variance, aligned with the input at the end, to which they stretch.') },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = stretchedTo(a.shape, inputs, layer);
    return [ofType(input, floatingType(input.dtype, layer))];
  },
  weights: (a) => [
    { name: 'mean', shape: a.shape, kind: 'buffer' },
    { name: 'variance', shape: a.shape, kind: 'buffer' },
    { name: 'count', shape: [], kind: 'buffer' },
  ],
  symbols,
  counts: [count('add', 'e'), count('div', 'e')],
  shape: 'the shape of the input',
  examples: [
    // Mean and variance of 5 features: a subtraction and a division for each of 2·5 elements.
    {
      layer: { type: 'standardize', shape: [5] },
      inputs: [{ shape: [2, 5] }],
      outputs: [[2, 5]],
      parameters: 0,
      operations: { add: 10, div: 10 },
    },
  ],
});

export const scaleOperators: readonly Operator[] = [scale, standardize];
