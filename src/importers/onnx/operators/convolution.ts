/** Convolutions. Weights lie in ONNX as they do here; where one is no stored tensor of its own, it is an input of the layer. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Part } from '../../node-rows.ts';
import type { Value } from '../../value.ts';
import { isKnown } from '../../value.ts';
import type { Call } from '../call.ts';
import type { Lowerings } from './index.ts';

/** `auto_pad` or `pads` as our padding: begins then ends there, pairs by axis here. */
export function paddingOf(call: Call, rank: number): unknown {
  const auto = call.text('auto_pad', 'NOTSET');
  if (auto === 'SAME_UPPER') return 'same';
  if (auto === 'SAME_LOWER') return 'same_lower';
  const pads = auto === 'VALID' ? undefined : call.ints('pads');
  if (pads === undefined || pads.every((pad) => pad === 0)) return 0;
  if (pads.length !== 2 * rank)
    throw call.refusal('invalid_value', `pads has ${pads.length} numbers; ${rank} spatial axes take ${2 * rank}`);
  const pairs = Array.from({ length: rank }, (_, axis) => [pads[axis] as number, pads[axis + rank] as number] as const);
  return pairs.every(([before, after]) => before === after) ? pairs.map(([before]) => before) : pairs;
}

/** Attributes of a window; `kernel` is stated by the weight. */
export function windowOf(call: Call, rank: number): Posted {
  const padding = paddingOf(call, rank);
  const strides = call.ints('strides');
  const dilations = call.ints('dilations');
  return {
    ...(strides === undefined || strides.every((stride) => stride === 1) ? {} : { stride: strides }),
    ...(padding === 0 ? {} : { padding }),
    ...(dilations === undefined || dilations.every((step) => step === 1) ? {} : { dilation: dilations }),
  };
}

/** Adds a layer with its weight and bias as its own, or else as inputs. */
export function addWithWeights(call: Call, layer: Posted, input: Value, parts: readonly Part[]): readonly Value[] {
  const bias = parts.length > 1;
  return (
    call.addOwning({ ...layer, ...(bias ? {} : { bias: false }) }, [input], parts) ??
    call.add({ ...layer, bias }, [input, ...parts.map(({ value }) => value)])
  );
}

/** Which inputs of a node are the operands of its convolution, and what its layer says beside them. */
export interface ConvolutionOperands {
  readonly weight: number;
  readonly bias: number;
  readonly more?: Posted;
  readonly channelsLast?: boolean;
}

/** Adds the row of a convolution. */
export function addConv(call: Call, { weight: at, bias, more = {}, channelsLast = false }: ConvolutionOperands): readonly Value[] {
  const weight = call.shape(at);
  const rank = weight.length - 2;
  checkRank(call, rank, rank + 2);
  const groups = call.int('group', 1);
  const layer = {
    type: `conv${rank}d`,
    out_channels: weight[0],
    kernel_size: weight.slice(2),
    ...windowOf(call, rank),
    ...(groups === 1 ? {} : { groups }),
    ...(channelsLast ? { data_format: 'channels_last' } : {}),
    ...more,
  };
  const [channels, perGroup] = [call.shape(0).at(channelsLast ? -1 : 1) ?? 1, weight[1] ?? 1];
  if (channels !== perGroup * groups)
    throw call.refusal('channel_mismatch', `the weight takes ${perGroup} · ${groups} channels, the input has ${channels}`);
  return addWithWeights(call, layer, call.input(0), convolutionParts(call, weight[0] ?? 1, at, bias));
}

/** Weight and bias of a convolution, where there is one. */
function convolutionParts(call: Call, channels: number, weight = 1, bias = 2): readonly Part[] {
  const own = { role: 'weight', value: call.input(weight), shape: call.shape(weight) };
  // Some exporters add zeros where the layer has no bias, in whatever shape.
  const absent =
    !call.has(bias) ||
    (isKnown(call.input(bias)) && call.input(bias).weight === undefined && call.input(bias).values?.every((held) => held === 0));
  return !absent ? [own, { role: 'bias', value: call.input(bias), shape: [channels] }] : [own];
}

/** ONNX ConvTranspose-22. */
function convTranspose(call: Call): readonly Value[] {
  const weight = call.shape(1);
  const rank = weight.length - 2;
  checkRank(call, rank, rank + 2);
  const groups = call.int('group', 1);
  const channels = (weight[1] ?? 1) * groups;
  const shape = call.ints('output_shape');
  const extra = call.ints('output_padding');
  const layer = {
    type: `conv_transpose${rank}d`,
    out_channels: channels,
    kernel_size: weight.slice(2),
    ...windowOf(call, rank),
    ...(extra === undefined || extra.every((cells) => cells === 0) ? {} : { output_padding: extra.slice(-rank) }),
    ...(shape === undefined ? {} : paddingFor(call, rank, shape.slice(-rank))),
    ...(groups === 1 ? {} : { groups }),
  };
  return addWithWeights(call, layer, call.input(0), convolutionParts(call, channels));
}

/**
 * The padding that makes a transposed convolution give these spatial extents, in place of any other: what is too much is cut off, the odd cell at the start unless
 * `auto_pad` is SAME_UPPER; what is missing is added at the end.
 */
function paddingFor(call: Call, rank: number, extents: readonly number[]): Posted {
  const at = (name: string, axis: number, otherwise: number): number => call.ints(name)?.slice(-rank)[axis] ?? otherwise;
  const surplus = extents.map((extent, axis) => {
    const span = ((call.shape(1)[axis + 2] ?? 1) - 1) * at('dilations', axis, 1) + 1;
    return at('strides', axis, 1) * ((call.shape(0)[axis + 2] ?? 1) - 1) + at('output_padding', axis, 0) + span - extent;
  });
  const upper = call.text('auto_pad', 'NOTSET') === 'SAME_UPPER';
  const padding = surplus.map((cells) => {
    const [less, more] = [Math.floor(Math.max(cells, 0) / 2), Math.ceil(Math.max(cells, 0) / 2)];
    return upper ? [less, more] : [more, less];
  });
  const missing = surplus.map((cells, axis) => at('output_padding', axis, 0) + Math.max(-cells, 0));
  return { padding, ...(missing.every((cells) => cells === 0) ? {} : { output_padding: missing }) };
}

function checkRank(call: Call, rank: number, axes: number): void {
  if (rank < 1 || rank > 3)
    throw call.refusal('wrong_rank', `its weight has ${axes} axes; convolutions of 1 to 3 spatial axes are measured`);
  if (call.rank(0) !== axes) throw call.refusal('wrong_rank', `its input has ${call.rank(0)} axes and its weight ${axes}; they must agree`);
}

/** ONNX Conv-22 and ConvTranspose-22. */
export const convolutionLowerings: Lowerings = { Conv: (call) => addConv(call, { weight: 1, bias: 2 }), ConvTranspose: convTranspose };
