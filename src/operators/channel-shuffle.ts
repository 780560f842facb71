/**
 * Channel shuffle: channels, seen as groups × channels of a group, are transposed, so that the next grouped convolution sees channels of every
 * group. Cells are only moved, so nothing is computed.
 * Source: Zhang et al., arXiv:1707.01083; PyTorch documentation of ChannelShuffle.
 */

import { Refusal } from '../issue.ts';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { requireAxes } from './feature-map-input.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const channelShuffle = defineOperator({
  type: 'channel_shuffle',
  family: 'channel_shuffle',
  summary: 'Interleaves the channels of the groups; the shape is kept.',
  source: 'PyTorch ChannelShuffle; Zhang et al., arXiv:1707.01083',
  aliases: ['ChannelShuffle', 'ShuffleChannel'],
  attributes: { groups: positiveInteger.describe('Groups of channels that are interleaved; divides the channels.') },
  attributeAliases: { group: 'groups' },
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 3, Number.POSITIVE_INFINITY, layer);
    const channels = input.shape[1] ?? 1;
    if (channels % a.groups !== 0)
      throw new Refusal(
        ['groups'],
        'groups_do_not_divide',
        `groups ${a.groups} does not divide the ${channels} channels from ${layer.producer(0)}`,
      );
    return [input];
  },
  counts: [],
  shape: 'the shape of the input',
  examples: [
    // A unit of ShuffleNet with three groups of 80 channels.
    {
      layer: { type: 'channel_shuffle', groups: 3 },
      inputs: [{ shape: [1, 240, 28, 28] }],
      outputs: [[1, 240, 28, 28]],
      parameters: 0,
      operations: {},
    },
  ],
});

export const channelShuffleOperators: readonly Operator[] = [channelShuffle];
