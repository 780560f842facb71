/**
 * Convolution over one, two or three spatial axes (in deep learning's sense: cross-correlation).
 * Input batch × c_in × spatial, weight c_out × c_in/g × kernel, output batch × c_out × spatial'.
 * Each output element is the sum of k·k·c_in/g products, so a layer takes k·k·c_in/g multiply-accumulates an element; taps that fall on padding
 * are counted, as hardware runs them. The bias is one addition an element. In a channels-last layer a weight that arrives as an input lies
 * c_out × kernel × c_in/g, turned like every other input.
 * Source: PyTorch documentation of Conv1d, Conv2d, Conv3d; ONNX operator Conv, version 22.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { convolve } from '../kernels/convolve.ts';
import type { ConvGeometry } from '../kernels/geometry.ts';
import { padMap } from '../kernels/pad-map.ts';
import { promote } from '../tensor/dtype.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import type { Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { positiveInteger, spread } from './attributes.ts';
import { checkChannels, requireRank } from './feature-map-input.ts';
import { addsBias, checkOperands, orFromInputs, ownsWeights, weightedInputs, weightType } from './operand-weights.ts';
import type { AttributeAlias, Example, Extent, LayerContext, NumericTensor, Operator, Weight } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { longestPadding } from './pad.ts';
import type { Window } from './window-attributes.ts';
import {
  axisName,
  dilation,
  kernelSize,
  kernelSymbols,
  padding,
  spatialSymbols,
  unitStride,
  windowAliases,
  windowExtentFormulas,
  windowExtentRule,
  windowExtents,
  windowOf,
} from './window-attributes.ts';
import { convGeometry, paddedCells } from './window-geometry.ts';

/** Other spellings of a convolution's attributes: Keras, ONNX, Caffe. */
export const convolutionAliases: Readonly<Record<string, string | AttributeAlias>> = {
  ...windowAliases,
  filters: 'out_channels',
  num_output: 'out_channels',
  group: 'groups',
  use_bias: 'bias',
  bias_term: 'bias',
};

interface ConvAttributes {
  readonly out_channels: number;
  readonly kernel_size: number | readonly number[];
  readonly groups: number;
  readonly bias: boolean;
}

function conv(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  const kernelText = kernelSymbols(rank);
  const hasBias = (attributes: ConvAttributes) => attributes.bias;
  const tensorsOf = (a: ConvAttributes, channels: number): readonly Weight[] => {
    const shape = [a.out_channels, channels / a.groups, ...spread(a.kernel_size, rank)];
    return a.bias
      ? [{ name: 'weight', shape, kind: 'parameter' }, biasWeight(a.out_channels)]
      : [{ name: 'weight', shape, kind: 'parameter' }];
  };
  return defineOperator({
    type: `conv${rank}d`,
    family: 'conv',
    summary: `Convolution over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}: batch × c_in × spatial to batch × c_out × spatial. ${orFromInputs}`,
    source: `PyTorch Conv${rank}d; ONNX Conv-22; Dumoulin & Visin, arXiv:1603.07285`,
    aliases,
    rankedAliases: ['Conv', 'Convolution'],
    attributes: {
      in_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
      out_channels: positiveInteger.describe('Channels of the output, which is the number of filters.'),
      kernel_size: kernelSize(rank),
      stride: unitStride(rank),
      padding: padding(rank),
      dilation: dilation(rank),
      groups: positiveInteger.default(1).describe('Groups of channels that are convolved apart; divides in and out channels.'),
      bias: z.boolean().default(true).describe('Adds one learned number per output channel.'),
      padding_mode: z
        .enum(['zeros', 'reflect', 'replicate', 'circular'])
        .default('zeros')
        .describe('What the padding cells hold; "reflect" needs padding smaller than the extent, "circular" at most the extent.'),
    },
    attributeAliases: convolutionAliases,
    inputs: weightedInputs,
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      requireRank(input, rank, layer);
      const map = featureMapOf(input.shape);
      checkChannels('in_channels', a.in_channels, map.channels, layer);
      checkGroups(a.groups, map.channels, a.out_channels, layer);
      const window = windowOf(a, map.spatial);
      const extents = windowExtents(window, map.spatial);
      if (a.padding_mode !== 'zeros') checkReach(a.padding_mode, window, map.spatial);
      if (!ownsWeights(inputs)) checkOperands(a.bias, tensorsOf(a, map.channels), inputs, layer);
      return [
        {
          shape: shapeOf({ batch: map.batch, channels: a.out_channels, spatial: extents }),
          dtype: promote(input.dtype, weightType(inputs, layer)),
        },
      ];
    },
    weights: (a, inputs) => (ownsWeights(inputs) ? tensorsOf(a, (inputs[0] as TensorType).shape[1] ?? 1) : []),
    parameters: [{ text: `${kernelText}·{c_in/g}·c_out0` }, { text: 'c_out0', bias: true, when: 'bias', applies: hasBias }],
    symbols: (a, inputs, outputs) => ({
      ...convolutionSymbols(spread(a.kernel_size, rank), (inputs[0] as TensorType).shape, (outputs[0] as TensorType).shape, a.groups),
      c_out0: ownsWeights(inputs) ? a.out_channels : 0,
      c_out1: addsBias(a.bias, inputs) ? a.out_channels : 0,
    }),
    counts: [
      count('mac', `${kernelText}·{c_in/g}·c_out·${spatialSymbols(rank)}·n`),
      count('add', `c_out1·${spatialSymbols(rank)}·n`, 'bias', hasBias),
    ],
    shape: `[n, c_out, spatial]; ${windowExtentRule}`,
    extents(a, inputs, outputs) {
      const spatial = (inputs[0] as TensorType).shape.slice(2);
      return [
        channelExtent(a.out_channels),
        ...windowExtentFormulas(windowOf(a, spatial), a.padding, spatial, (outputs[0] as TensorType).shape.slice(2)),
      ];
    },
    examples,
    kernel: {
      run(a, { input, weight, bias }, output) {
        const geometry = convGeometry(windowOf(a, input.shape.slice(2)), input.shape, output, a.groups);
        if (a.padding_mode === 'zeros') return { values: convolve(input.data, weightData(weight), bias?.data, geometry) };
        const padded = padMap(input.data, { ...geometry, planes: geometry.batch * geometry.inChannels }, a.padding_mode);
        return { values: convolve(padded, weightData(weight), bias?.data, withoutPadding(geometry)) };
      },
      // Padding taken from the data is laid out for the whole batch.
      paddedCells: (a, input) =>
        paddedCells(windowOf(a, input.slice(2)).padding, input) * (a.padding_mode === 'zeros' ? 1 : (input[0] ?? 1)),
      fromWeight: (weight) => ({ out_channels: weight[0] ?? 1, kernel_size: weight.slice(2) }),
    },
  });
}

/** One learned number per output channel. */
export function biasWeight(channels: number): Weight {
  return { name: 'bias', shape: [channels], kind: 'parameter', bias: true };
}

const outChannels = formula('c_out');

/** The channel axis of a convolution's output is its number of filters. */
export function channelExtent(out_channels: number): Extent {
  return { output: 0, axis: 1, formula: outChannels, symbols: { c_out: out_channels } };
}

/** The geometry over a map that has its padding already. */
function withoutPadding(geometry: ConvGeometry): ConvGeometry {
  const { input, before, after } = geometry;
  return {
    ...geometry,
    input: [input[0] + before[0] + after[0], input[1] + before[1] + after[1], input[2] + before[2] + after[2]],
    before: [0, 0, 0],
    after: [0, 0, 0],
  };
}

/** A layer with weights is run with them: what calls a kernel has checked that. */
export function weightData(weight: NumericTensor | undefined): Float32Array | Float64Array {
  if (weight === undefined) throw new Error('a convolution was run without its weight');
  return weight.data;
}

/** Groups must divide the channels on both sides. */
export function checkGroups(groups: number, inChannels: number, outChannels: number, layer: LayerContext): void {
  if (inChannels % groups !== 0)
    throw new Refusal(
      ['groups'],
      'groups_do_not_divide',
      `groups ${groups} does not divide the ${inChannels} input channels from ${layer.producer(0)}`,
    );
  if (outChannels % groups !== 0)
    throw new Refusal(['groups'], 'groups_do_not_divide', `groups ${groups} does not divide out_channels ${outChannels}`);
}

/** Padding that is taken from the data reaches no further than the data does. */
function checkReach(mode: string, window: Window, spatial: Shape): void {
  for (let axis = 0; axis < spatial.length; axis++) {
    const extent = spatial[axis] ?? 1;
    const longest = longestPadding(mode, extent);
    const [before, after] = window.padding[axis] ?? [0, 0];
    if (before <= longest && after <= longest) continue;
    const name = axisName(spatial.length, axis);
    throw new Refusal(
      ['padding', axis],
      'padding_too_large',
      `${mode} padding ${Math.max(before, after)} of ${name} exceeds ${longest}, the most that an input ${name} of ${extent} allows`,
    );
  }
}

function convolutionSymbols(kernel: readonly number[], input: Shape, output: Shape, groups: number): Symbols {
  const channels = input[1] ?? 1;
  const rank = kernel.length;
  const k0 = kernel[0] ?? 1;
  const n = output[0] ?? 1;
  const c_out = output[1] ?? 1;
  if (rank === 2) return { k0, k1: kernel[1] ?? 1, 'c_in/g': channels / groups, c_out, h: output[2] ?? 1, w: output[3] ?? 1, n };
  if (rank === 1) return { k0, 'c_in/g': channels / groups, c_out, l: output[2] ?? 1, n };
  return {
    k0,
    k1: kernel[1] ?? 1,
    k2: kernel[2] ?? 1,
    'c_in/g': channels / groups,
    c_out,
    t: output[2] ?? 1,
    h: output[3] ?? 1,
    w: output[4] ?? 1,
    n,
  };
}

export const convOperators: readonly Operator[] = [
  conv(
    1,
    ['Conv1d', 'Conv1D', 'Convolution1D'],
    [
      // 8·4·3 weights and 8 biases; 8 outputs channels × (10 − 3 + 1) cells × 12 products each.
      {
        layer: { type: 'conv1d', out_channels: 8, kernel_size: 3 },
        inputs: [{ shape: [1, 4, 10] }],
        outputs: [[1, 8, 8]],
        parameters: 104,
        operations: { mac: 768, add: 64 },
      },
    ],
  ),
  conv(
    2,
    ['Conv2d', 'Conv2D', 'Convolution2D'],
    [
      // The first layer of VGG-16: 3·3·3·64 = 1,728 weights and 64 biases; 27 products for each of 64·224·224 outputs.
      {
        layer: { type: 'conv2d', out_channels: 64, kernel_size: 3, padding: 1 },
        inputs: [{ shape: [1, 3, 224, 224] }],
        outputs: [[1, 64, 224, 224]],
        parameters: 1792,
        operations: { mac: 86704128, add: 3211264 },
      },
      // Depthwise: one 3 × 3 filter a channel, 9 products for each of 32·56·56 outputs.
      {
        layer: { type: 'conv2d', out_channels: 32, kernel_size: 3, stride: 2, padding: 1, groups: 32, bias: false },
        inputs: [{ shape: [1, 32, 112, 112] }],
        outputs: [[1, 32, 56, 56]],
        parameters: 288,
        operations: { mac: 903168 },
      },
    ],
  ),
  conv(
    3,
    ['Conv3d', 'Conv3D', 'Convolution3D'],
    [
      // 3·3·3·2 = 54 products for each of 4·4·4·4 outputs.
      {
        layer: { type: 'conv3d', out_channels: 4, kernel_size: 3, padding: 1, bias: false },
        inputs: [{ shape: [1, 2, 4, 4, 4] }],
        outputs: [[1, 4, 4, 4, 4]],
        parameters: 216,
        operations: { mac: 13824 },
      },
    ],
  ),
];
