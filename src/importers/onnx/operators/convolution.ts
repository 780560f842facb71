/** Convolutions. Weights lie in ONNX as they do here; where one is no stored tensor of its own, it is an input of the layer. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Call, Part } from '../call.ts';
import type { Value } from '../value.ts';
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

/** ONNX Conv-22. */
function conv(call: Call): readonly Value[] {
  const weight = call.shape(1);
  const rank = weight.length - 2;
  checkRank(call, rank);
  const groups = call.int('group', 1);
  const layer = {
    type: `conv${rank}d`,
    out_channels: weight[0],
    kernel_size: weight.slice(2),
    ...windowOf(call, rank),
    ...(groups === 1 ? {} : { groups }),
  };
  const [channels, perGroup] = [call.shape(0)[1] ?? 1, weight[1] ?? 1];
  if (channels !== perGroup * groups)
    throw call.refusal('channel_mismatch', `the weight takes ${perGroup} · ${groups} channels, the input has ${channels}`);
  return addWithWeights(call, layer, call.input(0), convolutionParts(call, weight[0] ?? 1));
}

/** Weight and bias of a convolution, where there is one. */
function convolutionParts(call: Call, channels: number): readonly Part[] {
  const weight = { role: 'weight', value: call.input(1), shape: call.shape(1) };
  return call.has(2) ? [weight, { role: 'bias', value: call.input(2), shape: [channels] }] : [weight];
}

/** ONNX ConvTranspose-22. `output_shape` may be spatial or whole. */
function convTranspose(call: Call): readonly Value[] {
  const weight = call.shape(1);
  const rank = weight.length - 2;
  checkRank(call, rank);
  const groups = call.int('group', 1);
  const channels = (weight[1] ?? 1) * groups;
  const shape = call.ints('output_shape');
  const extra = call.ints('output_padding');
  const layer = {
    type: `conv_transpose${rank}d`,
    out_channels: channels,
    kernel_size: weight.slice(2),
    ...windowOf(call, rank),
    ...(shape === undefined ? {} : { output_size: shape.slice(-rank) }),
    ...(extra === undefined || extra.every((cells) => cells === 0) ? {} : { output_padding: extra.slice(-rank) }),
    ...(groups === 1 ? {} : { groups }),
  };
  return addWithWeights(call, layer, call.input(0), convolutionParts(call, channels));
}

function checkRank(call: Call, rank: number): void {
  if (rank < 1 || rank > 3)
    throw call.refusal('wrong_rank', `its weight has ${rank + 2} axes; convolutions of 1 to 3 spatial axes are measured`);
  if (call.rank(0) !== rank + 2)
    throw call.refusal('wrong_rank', `its input has ${call.rank(0)} axes and its weight ${rank + 2}; they must agree`);
}

export const convolutionLowerings: Lowerings = { Conv: conv, ConvTranspose: convTranspose };
