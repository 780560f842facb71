/**
 * Batch normalisation: each channel is shifted and scaled to the mean and variance that training has seen, then by a learned scale and shift.
 * In inference this folds to y = x·a + b with one a and one b a channel, so an element takes one multiplication and one addition, with or without
 * learned weights. Without running statistics each channel is normalised over the batch at hand (see `normalization.ts`).
 * Source: Ioffe & Szegedy, arXiv:1502.03167; PyTorch BatchNorm1d, BatchNorm2d, BatchNorm3d; ONNX operator BatchNormalization, version 15.
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

const batchNorm = defineOperator({
  type: 'batch_norm',
  family: 'batch_norm',
  summary: 'Normalises each channel by running statistics, then scales and shifts it: batch × channels (× any axes), shape kept.',
  source: 'PyTorch BatchNorm1d, BatchNorm2d, BatchNorm3d; ONNX BatchNormalization-15; arXiv:1502.03167',
  aliases: [
    'BatchNorm',
    'BatchNorm1d',
    'BatchNorm2d',
    'BatchNorm3d',
    'SyncBatchNorm',
    'BatchNormalization',
    'batch_norm1d',
    'batch_norm2d',
    'batch_norm3d',
  ],
  attributes: {
    num_features: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
    eps,
    momentum: z
      .number()
      .nullable()
      .default(0.1)
      .describe('Weight of the newest batch in the running statistics, in training; null averages all.'),
    affine: z.boolean().default(true).describe('Learns a scale and a shift per channel.'),
    scale,
    bias,
    track_running_stats: z
      .boolean()
      .default(true)
      .describe('Keeps running mean and variance per channel as buffers; false measures each batch.'),
  },
  attributeAliases: normalizationAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  normalizes: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 2, Number.POSITIVE_INFINITY, layer);
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
  // Slices are the channels.
  symbols: (_a, inputs) => sliceSymbols(inputs[0] as TensorType, (inputs[0] as TensorType).shape[1] as number),
  counts: trackedCounts,
  shape: 'the shape of the input',
  examples: [
    // After the first convolution of ResNet: 64 scales and 64 shifts; 64·112·112 = 802,816 elements with one of each operation.
    {
      layer: { type: 'batch_norm' },
      inputs: [{ shape: [1, 64, 112, 112] }],
      outputs: [[1, 64, 112, 112]],
      parameters: 128,
      operations: { mul: 802816, add: 802816 },
    },
    // No running statistics: 2 channels over L = 3·4 = 12 values. A channel takes 12 squares and 12 scalings; 11 + 12 + 11 + 1 + 12 = 47 additions;
    // 12 + 2 divisions; a root.
    {
      layer: { type: 'batch_norm', track_running_stats: false },
      inputs: [{ shape: [3, 2, 4] }],
      outputs: [[3, 2, 4]],
      parameters: 4,
      operations: { mul: 48, add: 94, div: 28, sqrt: 2 },
    },
  ],
});

export const batchNormOperators: readonly Operator[] = [batchNorm];
