/**
 * Group normalisation: the channels of a sample are cut into groups of neighbours, each normalised over its channels and all spatial axes; then a learned
 * scale and shift per channel. A slice is one group of one sample.
 * Source: Wu & He, arXiv:1803.08494; PyTorch GroupNorm; ONNX operator GroupNormalization, version 21.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { ofType } from './element-types.ts';
import { checkChannels, requireAxes } from './feature-map-input.ts';
import {
  affineWeights,
  bias,
  eps,
  hasScale,
  hasShift,
  normalizationAliases,
  normalizedType,
  scale,
  sliceCounts,
  sliceSymbols,
} from './normalization.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const groupNorm = defineOperator({
  type: 'group_norm',
  family: 'group_norm',
  summary: 'Normalises groups of channels of each sample over channels and spatial axes: batch × channels (× any axes), shape kept.',
  source: 'PyTorch GroupNorm; ONNX GroupNormalization-21; arXiv:1803.08494',
  aliases: ['GroupNorm', 'GroupNormalization'],
  attributes: {
    num_groups: positiveInteger.describe('Groups that the channels are cut into; divides the channels.'),
    num_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
    eps,
    affine: z.boolean().default(true).describe('Learns a scale and a shift per channel.'),
    scale,
    bias,
  },
  attributeAliases: { ...normalizationAliases, groups: 'num_groups' },
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  normalizes: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 2, Number.POSITIVE_INFINITY, layer);
    const channels = input.shape[1] as number;
    checkChannels('num_channels', a.num_channels, channels, layer);
    if (channels % a.num_groups !== 0) {
      throw new Refusal(
        ['num_groups'],
        'groups_do_not_divide',
        `num_groups ${a.num_groups} does not divide the ${channels} channels from ${layer.producer(0)}`,
      );
    }
    return [ofType(input, normalizedType(input, a.affine, layer))];
  },
  weights: (a, inputs) => affineWeights([(inputs[0] as TensorType).shape[1] as number], hasScale.applies(a), hasShift.applies(a)),
  parameters: [
    { text: 'c', ...hasScale },
    { text: 'c', bias: true, ...hasShift },
  ],
  // Slices are the groups: n·num_groups of them.
  symbols: (a, inputs) => sliceSymbols(inputs[0] as TensorType, ((inputs[0] as TensorType).shape[0] as number) * a.num_groups),
  counts: sliceCounts(hasScale, hasShift),
  shape: 'the shape of the input',
  examples: [
    // 2·2 groups of L = 3·2·2 = 12 values: 12 squares and 12 scalings; 11 + 12 + 11 + 1 + 12 = 47 additions; 12 + 2 divisions; a root each.
    {
      layer: { type: 'group_norm', num_groups: 2 },
      inputs: [{ shape: [2, 6, 2, 2] }],
      outputs: [[2, 6, 2, 2]],
      parameters: 12,
      operations: { mul: 96, add: 188, div: 56, sqrt: 4 },
    },
  ],
});

export const groupNormOperators: readonly Operator[] = [groupNorm];
