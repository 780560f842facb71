/** Pooling, global pooling and resampling. An average leaves the padding out of its count, as TensorFlow's does. */

import type { Call } from '../call.ts';
import type { Rule } from '../network.ts';
import type { Rank } from './convolution.ts';
import { ranks } from './convolution.ts';

const pooling =
  (kind: 'max' | 'avg', rank: Rank): Rule =>
  (call) => {
    const { config } = call;
    // Keras 2's 1-d layers write a list of one, older ones `pool_length`.
    const kernel_size = config.spread('pool_size', rank, 2);
    return call.row(`${kind}_pool${rank}d`, {
      kernel_size,
      stride: config.has('strides') ? config.spread('strides', rank) : kernel_size,
      padding: config.word('padding', ['valid', 'same'], 'valid'),
      ...(kind === 'avg' ? { count_include_pad: false } : {}),
      ...call.layout(),
    });
  };

/** One number a channel: a mean or a maximum over the spatial axes, which go unless `keepdims` is true. */
const globalPooling =
  (kind: 'max' | 'avg', rank: Rank): Rule =>
  (call) => {
    const axes = Array.from({ length: rank }, (_, axis) => axis + (call.channelsLast ? 1 : 2));
    const keeps = call.config.flag('keepdims', false);
    if (keeps) return call.row(`global_${kind}_pool`, call.layout());
    return call.row(kind === 'max' ? 'reduce_max' : 'mean', { dim: axes });
  };

const adaptive =
  (kind: 'max' | 'avg', rank: Rank): Rule =>
  (call) =>
    call.row(`adaptive_${kind}_pool${rank}d`, { output_size: call.config.spread('output_size', rank), ...call.layout() });

const modes: ReadonlyMap<string, string> = new Map([
  ['nearest', 'nearest'],
  ['bilinear', 'bilinear'],
  ['bicubic', 'bicubic'],
  ['lanczos3', 'lanczos'],
  ['lanczos5', 'lanczos'],
  ['area', 'area'],
]);

/** The native mode of one of Keras's interpolations; lanczos is always smoothed here. */
export function interpolationOf({ config }: Call, fallback: string): Readonly<Record<string, unknown>> {
  const name = config.text('interpolation', fallback).toLowerCase();
  const known = [...modes.keys()].map((mode) => `"${mode}"`);
  const mode = modes.get(name) ?? config.refuse('interpolation', known.join(', '));
  return mode === 'lanczos' ? { mode, antialias: true } : { mode };
}

const upsampling =
  (rank: Rank): Rule =>
  (call) =>
    call.row('upsample', {
      scale_factor: call.config.spread('size', rank, 2),
      ...(rank === 2 ? interpolationOf(call, 'nearest') : {}),
      ...call.layout(),
    });

/** Pairs for the spatial axes as pairs for the last axes, as they lie. */
function lastAxes(call: Call, key: string, rank: Rank): readonly (readonly [number, number])[] {
  const pairs = call.config.pairs(key, rank);
  return call.channelsLast ? [...pairs, [0, 0]] : pairs;
}

const zeroPadding =
  (rank: Rank): Rule =>
  (call) => {
    call.shape(rank + 2, rank + 2);
    return call.row('pad', { padding: lastAxes(call, 'padding', rank) });
  };

const cropping =
  (rank: Rank): Rule =>
  (call) => {
    call.shape(rank + 2, rank + 2);
    return call.row('crop', { cropping: lastAxes(call, 'cropping', rank) });
  };

export const poolingRules: Readonly<Record<string, Rule>> = Object.fromEntries(
  ranks.flatMap((rank): [string, Rule][] => [
    [`MaxPooling${rank}D`, pooling('max', rank)],
    [`MaxPool${rank}D`, pooling('max', rank)],
    [`AveragePooling${rank}D`, pooling('avg', rank)],
    [`AvgPool${rank}D`, pooling('avg', rank)],
    [`GlobalMaxPooling${rank}D`, globalPooling('max', rank)],
    [`GlobalMaxPool${rank}D`, globalPooling('max', rank)],
    [`GlobalAveragePooling${rank}D`, globalPooling('avg', rank)],
    [`GlobalAvgPool${rank}D`, globalPooling('avg', rank)],
    [`AdaptiveMaxPooling${rank}D`, adaptive('max', rank)],
    [`AdaptiveAveragePooling${rank}D`, adaptive('avg', rank)],
    [`UpSampling${rank}D`, upsampling(rank)],
    [`ZeroPadding${rank}D`, zeroPadding(rank)],
    [`Cropping${rank}D`, cropping(rank)],
  ]),
);
