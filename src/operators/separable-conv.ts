/**
 * Separable convolution: a depthwise one, which makes m maps of each input channel with a filter of its own, and a pointwise one over all of them, in one layer.
 * Stride, padding and dilation are those of the depthwise part. An output cell takes k·k·c_in·m multiply-accumulates for the first and c_in·m·c_out for the
 * second; the bias, which only the second has, is one addition an element. Weights lie as PyTorch would lay those of its two convolutions.
 * Source: Chollet, arXiv:1610.02357; Keras SeparableConv1D, SeparableConv2D.
 */

import * as z from 'zod';
import { promote } from '../tensor/dtype.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import type { TensorType } from '../tensor/shape.ts';
import { positiveInteger, spread } from './attributes.ts';
import { biasWeight, channelExtent } from './conv.ts';
import { checkChannels, requireRank } from './feature-map-input.ts';
import type { Example, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import {
  dilation,
  kernelSize,
  kernelSymbols,
  padding,
  spatialSymbols,
  unitStride,
  windowExtentFormulas,
  windowExtentRule,
  windowExtents,
  windowOf,
} from './window-attributes.ts';

/** Keras's spellings of a convolution; nobody else has these layers. */
export const kerasAliases = { filters: 'out_channels', strides: 'stride', dilation_rate: 'dilation', use_bias: 'bias' };

function separableConv(rank: 1 | 2, example: Example): Operator {
  const kernelText = kernelSymbols(rank);
  const cells = `${spatialSymbols(rank)}·n`;
  const hasBias = (attributes: { readonly bias: boolean }) => attributes.bias;
  return defineOperator({
    type: `separable_conv${rank}d`,
    family: 'separable_conv',
    summary: `Depthwise and then pointwise convolution over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}: batch × c_in × spatial to batch × c_out × spatial.`,
    source: `Keras SeparableConv${rank}D; arXiv:1610.02357`,
    aliases: [`SeparableConv${rank}D`, `SeparableConvolution${rank}D`],
    attributes: {
      in_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
      out_channels: positiveInteger.describe('Channels of the output, which is the number of pointwise filters.'),
      kernel_size: kernelSize(rank),
      stride: unitStride(rank),
      padding: padding(rank),
      dilation: dilation(rank),
      depth_multiplier: positiveInteger.default(1).describe('Maps that the depthwise part makes of each input channel.'),
      bias: z.boolean().default(true).describe('Adds one learned number per output channel.'),
    },
    attributeAliases: kerasAliases,
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      requireRank(input, rank, layer);
      const map = featureMapOf(input.shape);
      checkChannels('in_channels', a.in_channels, map.channels, layer);
      const spatial = windowExtents(windowOf(a, map.spatial), map.spatial);
      const shape = shapeOf({ batch: map.batch, channels: a.out_channels, spatial });
      return [{ shape, dtype: promote(input.dtype, layer.weightDtype) }];
    },
    weights(a, inputs) {
      const maps = ((inputs[0] as TensorType).shape[1] ?? 1) * a.depth_multiplier;
      const depthwise = { name: 'depthwise_kernel', shape: [maps, 1, ...spread(a.kernel_size, rank)], kind: 'parameter' as const };
      const pointwise = { name: 'pointwise_kernel', shape: [a.out_channels, maps, ...spread(1, rank)], kind: 'parameter' as const };
      return a.bias ? [depthwise, pointwise, biasWeight(a.out_channels)] : [depthwise, pointwise];
    },
    parameters: [{ text: `(${kernelText} + c_out)·c_in·m` }, { text: 'c_out', bias: true, when: 'bias', applies: hasBias }],
    symbols(a, inputs, outputs) {
      const [n = 1, c_out = 1, first = 1, second = 1] = (outputs[0] as TensorType).shape;
      const [k0 = 1, k1 = 1] = spread(a.kernel_size, rank);
      const c_in = (inputs[0] as TensorType).shape[1] ?? 1;
      return { k0, k1, c_in, m: a.depth_multiplier, c_out, l: first, h: first, w: second, n };
    },
    counts: [count('mac', `(${kernelText} + c_out)·c_in·m·${cells}`), count('add', `c_out·${cells}`, 'bias', hasBias)],
    shape: `[n, c_out, spatial]; ${windowExtentRule}`,
    extents(a, inputs, outputs) {
      const spatial = (inputs[0] as TensorType).shape.slice(2);
      return [
        channelExtent(a.out_channels),
        ...windowExtentFormulas(windowOf(a, spatial), a.padding, spatial, (outputs[0] as TensorType).shape.slice(2)),
      ];
    },
    examples: [example],
  });
}

export const separableConvOperators: readonly Operator[] = [
  separableConv(
    1,
    // 2 maps of each of 4 channels: 3·4·2 + 8·8 weights and 8 biases; 8 cells of 24 + 64 products.
    {
      layer: { type: 'separable_conv1d', out_channels: 8, kernel_size: 3, depth_multiplier: 2 },
      inputs: [{ shape: [1, 4, 10] }],
      outputs: [[1, 8, 8]],
      parameters: 96,
      operations: { mac: 704, add: 64 },
    },
  ),
  separableConv(
    2,
    // A layer of Xception: 9·128 + 128·128 weights, each used once in each of 37·37 cells.
    {
      layer: { type: 'separable_conv2d', out_channels: 128, kernel_size: 3, padding: 'same', bias: false },
      inputs: [{ shape: [1, 128, 37, 37] }],
      outputs: [[1, 128, 37, 37]],
      parameters: 17536,
      operations: { mac: 24006784 },
    },
  ),
];
