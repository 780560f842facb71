/**
 * Local response normalisation: each element is divided by (k + alpha/size · sum of squares over `size` neighbouring channels)^beta.
 * Every square is taken once (1 multiplication an element); a sum over `size` channels takes size − 1 additions, channels beyond the borders
 * counted as padding is; then one multiplication by alpha/size, one addition of k, one power and one division.
 * Source: Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012), section 3.3; ONNX operator LRN,
 * version 13; PyTorch documentation of LocalResponseNorm.
 */

import * as z from 'zod';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { floatingType, ofType } from './element-types.ts';
import { requireAxes } from './feature-map-input.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const localResponseNorm = defineOperator({
  type: 'local_response_norm',
  family: 'local_response_norm',
  summary: 'Divides each element by a power of the sum of squares over neighbouring channels; the shape is kept.',
  source: 'PyTorch LocalResponseNorm; ONNX LRN-13; Krizhevsky et al. 2012, section 3.3',
  aliases: ['LocalResponseNorm', 'LRN', 'CrossMapLRN2d'],
  attributes: {
    size: positiveInteger.describe('Channels in the sum.'),
    alpha: z.number().default(0.0001).describe('Factor of the sum, divided by size; shapes and counts are the same.'),
    beta: z.number().default(0.75).describe('Exponent; shapes and counts are the same.'),
    k: z.number().default(1).describe('Constant added to the sum; shapes and counts are the same.'),
  },
  attributeAliases: { local_size: 'size', bias: 'k' },
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  infer(_a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 3, Number.POSITIVE_INFINITY, layer);
    return [ofType(input, floatingType(input.dtype, layer))];
  },
  symbols: (a, _inputs, outputs) => ({ size: a.size, e: elementsOf((outputs[0] as TensorType).shape) }),
  counts: [count('mul', '2·e'), count('add', 'size·e'), count('div', 'e'), count('pow', 'e')],
  shape: 'the shape of the input',
  examples: [
    // The first of AlexNet: 96·55·55 = 290,400 elements, five channels to a sum.
    {
      layer: { type: 'local_response_norm', size: 5, k: 2 },
      inputs: [{ shape: [1, 96, 55, 55] }],
      outputs: [[1, 96, 55, 55]],
      parameters: 0,
      operations: { mul: 580800, add: 1452000, div: 290400, pow: 290400 },
    },
  ],
});

export const localResponseNormOperators: readonly Operator[] = [localResponseNorm];
