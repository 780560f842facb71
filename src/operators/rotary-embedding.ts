/**
 * Rotary position embedding: pairs of features (x1, x2) are turned by an angle that grows with the position, to x1·cos − x2·sin and x1·sin + x2·cos, so that a
 * feature that turns takes 2 multiplications and 1 addition. The tables of cosines and sines are fixed, or arrive as inputs; they are not counted.
 * Source: Su et al., arXiv:2104.09864; ONNX operator RotaryEmbedding, version 23.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { floatingType, ofType } from './element-types.ts';
import { requireAxes } from './feature-map-input.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const rotaryEmbedding = defineOperator({
  type: 'rotary_embedding',
  family: 'rotary_embedding',
  summary:
    'Turns pairs of features by angles that grow with the position; … × steps × features, shape kept. Tables may arrive as further inputs.',
  source: 'ONNX RotaryEmbedding-23; arXiv:2104.09864',
  aliases: ['RotaryEmbedding'],
  attributes: {
    rotary_dim: positiveInteger.optional().describe('Features of each head that turn, an even number; all of them where absent.'),
    num_heads: positiveInteger
      .default(1)
      .describe('Heads that lie side by side in the last axis; 1 where heads have an axis of their own.'),
    interleaved: z.boolean().default(false).describe('Pairs neighbours rather than the two halves; counted alike.'),
  },
  attributeAliases: { rotary_embedding_dim: 'rotary_dim' },
  inputs: { min: 1, max: 4, names: ['input', 'cos', 'sin', 'positions'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 2, Number.POSITIVE_INFINITY, layer);
    const features = input.shape.at(-1) as number;
    const given = `${layer.producer(0)} gives ${formatShape(input.shape)}`;
    if (features % a.num_heads !== 0)
      throw new Refusal(['num_heads'], 'not_divisible', `num_heads ${a.num_heads} does not divide ${features} features: ${given}`);
    const head = features / a.num_heads;
    const turned = a.rotary_dim ?? head;
    if (turned > head)
      throw new Refusal(['rotary_dim'], 'out_of_range', `rotary_dim ${turned} exceeds the ${head} features of a head: ${given}`);
    if (turned % 2 !== 0)
      throw new Refusal(
        ['rotary_dim'],
        'not_divisible',
        `features turn in pairs, and rotary_dim is ${turned}${a.rotary_dim === undefined ? `: ${given}` : ''}`,
      );
    return [ofType(input, floatingType(input.dtype, layer))];
  },
  symbols(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const head = (shape.at(-1) ?? 1) / a.num_heads;
    return { turned: (elementsOf(shape) / head) * (a.rotary_dim ?? head) };
  },
  counts: [count('mul', '2·turned'), count('add', 'turned')],
  shape: 'the shape of the input',
  examples: [
    // 8 heads of 64 features, of which 32 turn, over 10 steps: 2,560 features.
    {
      layer: { type: 'rotary_embedding', rotary_dim: 32 },
      inputs: [{ shape: [1, 8, 10, 64] }],
      outputs: [[1, 8, 10, 64]],
      parameters: 0,
      operations: { mul: 5120, add: 2560 },
    },
  ],
});

export const rotaryEmbeddingOperators: readonly Operator[] = [rotaryEmbedding];
