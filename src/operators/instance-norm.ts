/**
 * Instance normalisation: every channel of every sample is normalised over its spatial axes, so a slice is one plane. With running statistics
 * it folds in inference to one scale and one shift, as batch normalisation does.
 * Source: Ulyanov et al., arXiv:1607.08022; PyTorch InstanceNorm1d, InstanceNorm2d, InstanceNorm3d; ONNX operator InstanceNormalization, version 22.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { ofType } from './element-types.ts';
import { checkChannels, requireAxes } from './feature-map-input.ts';
import {
  addRunningStatistics,
  affineWeights,
  bias,
  eps,
  hasScale,
  hasShift,
  normalizationAliases,
  normalizedType,
  scale,
  sliceSymbols,
  trackedCounts,
} from './normalization.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const instanceNorm = defineOperator({
  type: 'instance_norm',
  family: 'instance_norm',
  summary: 'Normalises each channel of each sample over its spatial axes: batch × channels × spatial, shape kept.',
  source: 'PyTorch InstanceNorm1d, InstanceNorm2d, InstanceNorm3d; ONNX InstanceNormalization-22; arXiv:1607.08022',
  aliases: [
    'InstanceNorm',
    'InstanceNorm1d',
    'InstanceNorm2d',
    'InstanceNorm3d',
    'InstanceNormalization',
    'instance_norm1d',
    'instance_norm2d',
    'instance_norm3d',
  ],
  attributes: {
    num_features: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
    eps,
    momentum: z.number().default(0.1).describe('Weight of the newest batch in the running statistics, in training.'),
    affine: z.boolean().default(false).describe('Learns a scale and a shift per channel.'),
    scale,
    bias,
    track_running_stats: z
      .boolean()
      .default(false)
      .describe('Keeps running mean and variance per channel as buffers and normalises by them.'),
  },
  attributeAliases: normalizationAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  normalizes: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 3, Number.POSITIVE_INFINITY, layer);
    checkChannels('num_features', a.num_features, input.shape[1] as number, layer);
    return [ofType(input, normalizedType(input, a.affine || a.track_running_stats, layer))];
  },
  weights(a, inputs) {
    const channels = (inputs[0] as TensorType).shape[1] as number;
    const weights = affineWeights([channels], hasScale.applies(a), hasShift.applies(a));
    return a.track_running_stats ? addRunningStatistics(weights, channels) : weights;
  },
  parameters: [
    { text: 'c', ...hasScale },
    { text: 'c', bias: true, ...hasShift },
  ],
  // Slices are the planes: n·c of them.
  symbols(_a, inputs) {
    const input = inputs[0] as TensorType;
    return sliceSymbols(input, (input.shape[0] as number) * (input.shape[1] as number));
  },
  counts: trackedCounts,
  shape: 'the shape of the input',
  examples: [
    // 2·3 planes of L = 4·4 = 16 values: 16 squares; 15 + 16 + 15 + 1 = 47 additions; 16 + 2 divisions; a root each.
    {
      layer: { type: 'instance_norm' },
      inputs: [{ shape: [2, 3, 4, 4] }],
      outputs: [[2, 3, 4, 4]],
      parameters: 0,
      operations: { mul: 96, add: 282, div: 108, sqrt: 6 },
    },
    // With weights 16 multiplications and 16 additions more a plane; 3 scales and 3 shifts.
    {
      layer: { type: 'instance_norm', affine: true },
      inputs: [{ shape: [2, 3, 4, 4] }],
      outputs: [[2, 3, 4, 4]],
      parameters: 6,
      operations: { mul: 192, add: 378, div: 108, sqrt: 6 },
    },
  ],
});

export const instanceNormOperators: readonly Operator[] = [instanceNorm];
