/** Convolutions: plain, depthwise, separable, transposed. Keras's "same" and "causal" are those of the native windows. */

import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';
import { activated } from './activated.ts';

export type Rank = 1 | 2 | 3;
export const ranks: readonly Rank[] = [1, 2, 3];

/** Window attributes that all convolutions share. */
function windowOf({ config }: Call, rank: Rank): Readonly<Record<string, unknown>> {
  const paddings = rank === 1 ? (['valid', 'same', 'causal'] as const) : (['valid', 'same'] as const);
  return {
    kernel_size: config.spread('kernel_size', rank),
    stride: config.spread('strides', rank, 1),
    padding: config.word('padding', paddings, 'valid'),
    dilation: config.spread('dilation_rate', rank, 1),
    bias: config.flag('use_bias', true),
  };
}

function channelsOf(call: Call, rank: Rank): number {
  const shape = call.shape(rank + 2, rank + 2);
  return shape[call.channelsLast ? shape.length - 1 : 1] as number;
}

const convolution =
  (rank: Rank): Rule =>
  (call) => {
    const { config } = call;
    const groups = config.count('groups', 1);
    return activated(call, `conv${rank}d`, {
      out_channels: config.count('filters'),
      ...windowOf(call, rank),
      ...(groups === 1 ? {} : { groups }),
      ...call.layout(),
    });
  };

const depthwise =
  (rank: Rank): Rule =>
  (call) => {
    const channels = channelsOf(call, rank);
    const out_channels = channels * call.config.count('depth_multiplier', 1);
    return activated(call, `conv${rank}d`, { out_channels, ...windowOf(call, rank), groups: channels, ...call.layout() });
  };

const separable =
  (rank: Rank): Rule =>
  (call) => {
    const { config } = call;
    return activated(call, `separable_conv${rank}d`, {
      out_channels: config.count('filters'),
      ...windowOf(call, rank),
      // TensorFlow.js leaves it out of what it saves; the kernel tells.
      depth_multiplier: config.count('depth_multiplier', call.storedShape('depthwise_kernel')?.at(-1) ?? 1),
      ...call.layout(),
    });
  };

/** Without `output_padding` the output is i·s ("same") or (i − 1)·s + max(span, s) ("valid"); with it (i − 1)·s + span mod 2, or + span, and the padding. */
const transposed =
  (rank: Rank): Rule =>
  (call) => {
    const { config } = call;
    const window = windowOf(call, rank) as { kernel_size: number[]; stride: number[]; dilation: number[]; padding: string };
    const added = config.has('output_padding') ? outputPadding(call, rank) : undefined;
    const shape = call.shape(rank + 2, rank + 2);
    const spatial = call.channelsLast ? shape.slice(1, -1) : shape.slice(2);
    const padding: (readonly [number, number])[] = [];
    const output_padding: number[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const s = window.stride[axis] as number;
      const span = ((window.kernel_size[axis] as number) - 1) * (window.dilation[axis] as number) + 1;
      const full = ((spatial[axis] as number) - 1) * s + span;
      const extra = added?.[axis];
      const valid = full + (extra ?? Math.max(s - span, 0));
      const same = extra === undefined ? (spatial[axis] as number) * s : full - span + (span % 2) + extra;
      const extent = window.padding === 'same' ? same : valid;
      const cut = Math.max(full - extent, 0);
      padding.push([Math.floor(cut / 2), cut - Math.floor(cut / 2)]);
      output_padding.push(Math.max(extent - full, 0));
    }
    return activated(call, `conv_transpose${rank}d`, {
      out_channels: config.count('filters'),
      ...window,
      padding: window.padding === 'same' && added === undefined ? 'same' : padding,
      ...(window.padding === 'same' && added === undefined ? {} : { output_padding }),
      ...call.layout(),
    });
  };

function outputPadding({ config }: Call, rank: Rank): readonly number[] {
  const values = config.integers('output_padding');
  const spread = values.length === 1 ? new Array<number>(rank).fill(values[0] as number) : values;
  if (spread.length !== rank || spread.some((value) => value < 0)) config.refuse('output_padding', `${rank} whole numbers of at least 0`);
  return spread;
}

export const convolutionRules: Readonly<Record<string, Rule>> = Object.fromEntries([
  ...ranks.flatMap((rank): [string, Rule][] => [
    [`Conv${rank}D`, convolution(rank)],
    [`Convolution${rank}D`, convolution(rank)],
    [`Conv${rank}DTranspose`, transposed(rank)],
    [`Convolution${rank}DTranspose`, transposed(rank)],
  ]),
  ...([1, 2] as const).flatMap((rank): [string, Rule][] => [
    [`DepthwiseConv${rank}D`, depthwise(rank)],
    [`SeparableConv${rank}D`, separable(rank)],
    [`SeparableConvolution${rank}D`, separable(rank)],
  ]),
  ['Deconvolution2D', transposed(2)],
]);
