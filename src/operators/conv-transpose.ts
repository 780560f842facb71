/**
 * Transposed convolution over one, two or three spatial axes: every input element, times a k·k·c_out/g kernel, is added into the output, which
 * grows by the stride. Input batch × c_in × spatial, weight c_in × c_out/g × kernel, output batch × c_out × spatial'.
 * So a layer takes k·k·c_out/g multiply-accumulates an input element, those that land on cells cut off by the padding included. The bias is one
 * addition an output element.
 * Source: PyTorch documentation of ConvTranspose1d, ConvTranspose2d, ConvTranspose3d; ONNX operator ConvTranspose, version 22.
 */

import * as z from 'zod';
import { convolveTransposed } from '../kernels/convolve-transposed.ts';
import { promote } from '../tensor/dtype.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { nonNegativeInteger, perAxis, positiveInteger, spread } from './attributes.ts';
import { biasWeight, channelExtent, checkGroups, convolutionAliases, weightData } from './conv.ts';
import { checkChannels, requireRank } from './feature-map-input.ts';
import { addsBias, checkOperands, orFromInputs, ownsWeights, weightedInputs, weightType } from './operand-weights.ts';
import type { Example, Operator, Weight } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { cutPadding, transposedExtentFormulas, transposedExtentRule, transposedWindowOf } from './transposed-window.ts';
import { dilation, kernelSize, kernelSymbols } from './window-attributes.ts';
import { convGeometry, paddedCells } from './window-geometry.ts';

/** Other spellings: those of convolution, and ONNX's `output_shape`. */
const aliasesOfAttributes = { ...convolutionAliases, output_shape: 'output_size' };

interface TransposedConvAttributes {
  readonly out_channels: number;
  readonly kernel_size: number | readonly number[];
  readonly groups: number;
  readonly bias: boolean;
}

function convTranspose(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  const kernelText = kernelSymbols(rank);
  const hasBias = (attributes: TransposedConvAttributes) => attributes.bias;
  const tensorsOf = (a: TransposedConvAttributes, channels: number): readonly Weight[] => {
    const shape = [channels, a.out_channels / a.groups, ...spread(a.kernel_size, rank)];
    return a.bias
      ? [{ name: 'weight', shape, kind: 'parameter' }, biasWeight(a.out_channels)]
      : [{ name: 'weight', shape, kind: 'parameter' }];
  };
  return defineOperator({
    type: `conv_transpose${rank}d`,
    family: 'conv_transpose',
    summary: `Transposed convolution over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}: batch × c_in × spatial to batch × c_out × spatial, enlarged by the stride. ${orFromInputs}`,
    source: `PyTorch ConvTranspose${rank}d; ONNX ConvTranspose-22; Dumoulin & Visin, arXiv:1603.07285`,
    aliases,
    rankedAliases: ['ConvTranspose', 'Deconvolution'],
    attributes: {
      in_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
      out_channels: positiveInteger.describe('Channels of the output.'),
      kernel_size: kernelSize(rank),
      stride: perAxis(rank, positiveInteger)
        .default(1)
        .describe('Cells of output from one input cell to the next, one number or one per axis.'),
      padding: cutPadding(rank),
      output_padding: perAxis(rank, nonNegativeInteger)
        .default(0)
        .describe('Cells added at the end of each axis, one number or one per axis; smaller than the stride or the dilation.'),
      output_size: perAxis(rank, positiveInteger)
        .optional()
        .describe('Spatial extents of the output, one number or one per axis; decides in place of output_padding.'),
      dilation: dilation(rank),
      groups: positiveInteger.default(1).describe('Groups of channels that are convolved apart; divides in and out channels.'),
      bias: z.boolean().default(true).describe('Adds one learned number per output channel.'),
      padding_mode: z.enum(['zeros']).default('zeros').describe('Only "zeros", as in PyTorch.'),
    },
    attributeAliases: aliasesOfAttributes,
    inputs: weightedInputs,
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      requireRank(input, rank, layer);
      const map = featureMapOf(input.shape);
      checkChannels('in_channels', a.in_channels, map.channels, layer);
      checkGroups(a.groups, map.channels, a.out_channels, layer);
      const { extents } = transposedWindowOf(a, map.spatial);
      if (!ownsWeights(inputs)) checkOperands(a.bias, tensorsOf(a, map.channels), inputs, layer);
      return [
        {
          shape: shapeOf({ batch: map.batch, channels: a.out_channels, spatial: extents }),
          dtype: promote(input.dtype, weightType(inputs, layer)),
        },
      ];
    },
    weights: (a, inputs) => (ownsWeights(inputs) ? tensorsOf(a, (inputs[0] as TensorType).shape[1] ?? 1) : []),
    parameters: [{ text: `${kernelText}·c_in0·{c_out/g}` }, { text: 'c_out0', bias: true, when: 'bias', applies: hasBias }],
    symbols(a, inputs, outputs) {
      const [k0 = 1, k1 = 1, k2 = 1] = spread(a.kernel_size, rank);
      const { shape } = inputs[0] as TensorType;
      return {
        k0,
        k1,
        k2,
        'c_out/g': a.out_channels / a.groups,
        // As `c_out0`: 0 where the weights are not the layer's own.
        c_in0: ownsWeights(inputs) ? (shape[1] ?? 1) : 0,
        c_out0: ownsWeights(inputs) ? a.out_channels : 0,
        i: elementsOf(shape),
        e0: addsBias(a.bias, inputs) ? elementsOf((outputs[0] as TensorType).shape) : 0,
      };
    },
    counts: [count('mac', `${kernelText}·{c_out/g}·i`), count('add', 'e0', 'bias', hasBias)],
    shape: `[n, c_out, spatial]; ${transposedExtentRule}`,
    extents(a, inputs) {
      const spatial = (inputs[0] as TensorType).shape.slice(2);
      return [channelExtent(a.out_channels), ...transposedExtentFormulas(transposedWindowOf(a, spatial), a.padding, spatial)];
    },
    examples,
    kernel: {
      run(a, { input, weight, bias }, output) {
        const window = transposedWindowOf(a, input.shape.slice(2));
        return {
          values: convolveTransposed(input.data, weightData(weight), bias?.data, convGeometry(window, input.shape, output, a.groups)),
        };
      },
      // Padding is cut off the output here; what is laid out is the full output before the cut.
      paddedCells: (a, input, output) => paddedCells(transposedWindowOf(a, input.slice(2)).padding, output),
      fromWeight: (weight, groups) => ({ out_channels: (weight[1] ?? 1) * groups, kernel_size: weight.slice(2) }),
    },
  });
}

export const convTransposeOperators: readonly Operator[] = [
  convTranspose(
    1,
    ['ConvTranspose1d', 'Conv1DTranspose', 'Convolution1DTranspose'],
    [
      // 4·8·3 weights and 8 biases; (10 − 1)·2 + 3 = 21 cells; each of 40 input elements takes 3·8 products.
      {
        layer: { type: 'conv_transpose1d', out_channels: 8, kernel_size: 3, stride: 2 },
        inputs: [{ shape: [1, 4, 10] }],
        outputs: [[1, 8, 21]],
        parameters: 104,
        operations: { mac: 960, add: 168 },
      },
    ],
  ),
  convTranspose(
    2,
    ['ConvTranspose2d', 'Conv2DTranspose', 'Convolution2DTranspose', 'Deconvolution2D'],
    [
      // An up-convolution of U-Net: 64·32·2·2 weights and 32 biases; 64·28·28 input elements take 4·32 products each.
      {
        layer: { type: 'conv_transpose2d', out_channels: 32, kernel_size: 2, stride: 2 },
        inputs: [{ shape: [1, 64, 28, 28] }],
        outputs: [[1, 32, 56, 56]],
        parameters: 8224,
        operations: { mac: 6422528, add: 100352 },
      },
      // Depthwise: 6·5·5 input elements take 16 products each; (5 − 1)·2 + 4 = 12 cells, one cut on each side.
      {
        layer: { type: 'conv_transpose2d', out_channels: 6, kernel_size: 4, stride: 2, padding: 1, groups: 6, bias: false },
        inputs: [{ shape: [1, 6, 5, 5] }],
        outputs: [[1, 6, 10, 10]],
        parameters: 96,
        operations: { mac: 2400 },
      },
    ],
  ),
  convTranspose(
    3,
    ['ConvTranspose3d', 'Conv3DTranspose', 'Convolution3DTranspose'],
    [
      // 2·4·8 weights; 16 input elements take 8·4 products each.
      {
        layer: { type: 'conv_transpose3d', out_channels: 4, kernel_size: 2, stride: 2, bias: false },
        inputs: [{ shape: [1, 2, 2, 2, 2] }],
        outputs: [[1, 4, 4, 4, 4]],
        parameters: 64,
        operations: { mac: 512 },
      },
    ],
  ),
];
