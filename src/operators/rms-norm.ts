/**
 * Root mean square normalisation of the last axes: y = x/√(mean(x²) + ε)·γ. A slice of L values takes L squares, L − 1 additions, a division for the
 * mean, one addition of ε, one root and L divisions; γ takes one multiplication a value.
 * Source: Zhang & Sennrich, arXiv:1910.07467; PyTorch RMSNorm; ONNX operator RMSNormalization, version 23.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import { ofType } from './element-types.ts';
import { affineWeights, normalizedType } from './normalization.ts';
import { checkNormalizedShape, normalizedAxes, normalizedShape, trailingSymbols } from './normalized-shape.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const learns = (a: { readonly elementwise_affine: boolean }): boolean => a.elementwise_affine;

const rmsNorm = defineOperator({
  type: 'rms_norm',
  family: 'rms_norm',
  summary: 'Divides the last axes by their root mean square, then scales each of their elements; shape kept.',
  source: 'PyTorch RMSNorm; ONNX RMSNormalization-23; arXiv:1910.07467',
  aliases: ['RMSNorm', 'RMSNormalization'],
  attributes: {
    normalized_shape: normalizedShape,
    eps: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe('ε, added to the mean square, null for the smallest step of the type; changes no shape and no count.'),
    elementwise_affine: z.boolean().default(true).describe('Learns a scale per element of the normalised axes.'),
  },
  attributeAliases: { epsilon: 'eps' },
  inputs: { min: 1, max: 1, names: ['input'] },
  normalizes: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    checkNormalizedShape(a.normalized_shape, input, layer);
    return [ofType(input, normalizedType(input, a.elementwise_affine, layer))];
  },
  weights: (a, inputs) => affineWeights(normalizedAxes(a.normalized_shape, inputs[0] as TensorType), a.elementwise_affine, false),
  parameters: [{ text: 'L', when: 'elementwise_affine', applies: learns }],
  symbols: (a, inputs) => trailingSymbols(a.normalized_shape, inputs[0] as TensorType),
  counts: [
    count('mul', '2·e', 'elementwise_affine', learns),
    count('mul', 'e'),
    count('add', 'e'),
    count('div', '(L + 1)·rows'),
    count('sqrt', 'rows'),
  ],
  shape: 'the shape of the input',
  examples: [
    // 10 rows of L = 8: 8 squares and 8 scalings, 7 + 1 additions, 8 + 1 divisions and a root each.
    {
      layer: { type: 'rms_norm', normalized_shape: 8 },
      inputs: [{ shape: [2, 5, 8] }],
      outputs: [[2, 5, 8]],
      parameters: 8,
      operations: { mul: 160, add: 80, div: 90, sqrt: 10 },
    },
  ],
});

export const rmsNormOperators: readonly Operator[] = [rmsNorm];
