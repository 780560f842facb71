/**
 * Layer normalisation: the last axes are normalised together, then scaled and shifted element by element. A slice is one position of the axes before.
 * Source: Ba et al., arXiv:1607.06450; PyTorch LayerNorm; ONNX operator LayerNormalization, version 17.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import { ofType } from './element-types.ts';
import type { Condition } from './normalization.ts';
import { affineWeights, bias, eps, normalizationAliases, normalizedType, scale, sliceCounts } from './normalization.ts';
import { checkNormalizedShape, normalizedAxes, normalizedShape, trailingSymbols } from './normalized-shape.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

interface LayerNormAttributes {
  readonly elementwise_affine: boolean;
  readonly scale: boolean;
  readonly bias: boolean;
}

const hasScale: Condition<LayerNormAttributes> = { when: 'elementwise_affine and scale', applies: (a) => a.elementwise_affine && a.scale };
const hasShift: Condition<LayerNormAttributes> = { when: 'elementwise_affine and bias', applies: (a) => a.elementwise_affine && a.bias };

const layerNorm = defineOperator({
  type: 'layer_norm',
  family: 'layer_norm',
  summary: 'Normalises the last axes together, then scales and shifts each of their elements; shape kept.',
  source: 'PyTorch LayerNorm; ONNX LayerNormalization-17; arXiv:1607.06450',
  aliases: ['LayerNorm', 'LayerNormalization'],
  attributes: {
    normalized_shape: normalizedShape,
    eps,
    elementwise_affine: z.boolean().default(true).describe('Learns a scale and a shift per element of the normalised axes.'),
    scale,
    bias,
  },
  attributeAliases: normalizationAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  normalizes: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    checkNormalizedShape(a.normalized_shape, input, layer);
    return [ofType(input, normalizedType(input, a.elementwise_affine, layer))];
  },
  weights: (a, inputs) =>
    affineWeights(normalizedAxes(a.normalized_shape, inputs[0] as TensorType), hasScale.applies(a), hasShift.applies(a)),
  parameters: [
    { text: 'L', ...hasScale },
    { text: 'L', bias: true, ...hasShift },
  ],
  symbols: (a, inputs) => trailingSymbols(a.normalized_shape, inputs[0] as TensorType),
  counts: sliceCounts(hasScale, hasShift),
  shape: 'the shape of the input',
  examples: [
    // ViT-B/16: 768 scales and 768 shifts. Each of 197 tokens takes 2·768 multiplications; 767 + 768 + 767 + 1 + 768 = 3,071 additions; 770 divisions; a root.
    {
      layer: { type: 'layer_norm', normalized_shape: 768 },
      inputs: [{ shape: [1, 197, 768] }],
      outputs: [[1, 197, 768]],
      parameters: 1536,
      operations: { mul: 302592, add: 604987, div: 151690, sqrt: 197 },
    },
  ],
});

export const layerNormOperators: readonly Operator[] = [layerNorm];
