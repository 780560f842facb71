/**
 * Convolutional LSTM: an LSTM over a sequence of feature maps whose products are convolutions. Input batch × c_in × steps × spatial, so that in a channels-last
 * layer it is batch × steps × spatial × c_in, as Keras has it. The input is convolved with stride, padding and dilation; the state, batch × c_out × spatial',
 * with the same kernel, a stride of 1 and padding that keeps its extents. A cell of the state takes 4·k·k·(c_in + c_out) multiply-accumulates an output channel
 * and step, one bias for each of the four gates, and what an LSTM does to an element: 3 exp, 3 div, 2 tanh, 3 mul, 3 + 1 add.
 * Source: Shi et al., arXiv:1506.04214 (without its peepholes); Keras ConvLSTM1D, ConvLSTM2D, ConvLSTM3D.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { positiveInteger, spread } from './attributes.ts';
import { biasWeight } from './conv.ts';
import { checkChannels, requireAxes } from './feature-map-input.ts';
import type { Example, Extent, LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { kerasAliases } from './separable-conv.ts';
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

const outChannels = formula('c_out');

function convLstm(rank: 1 | 2 | 3, example: Example): Operator {
  const kernelText = kernelSymbols(rank);
  const hasBias = (attributes: { readonly bias: boolean }) => attributes.bias;
  const elements = `c_out·${spatialSymbols(rank)}·steps·n`;
  return defineOperator({
    type: `conv_lstm${rank}d`,
    family: 'conv_lstm',
    summary: `LSTM with convolutions over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}: batch × c_in × steps × spatial to batch × c_out × steps × spatial, the last state and the last cell.`,
    source: `Keras ConvLSTM${rank}D; arXiv:1506.04214`,
    aliases: [`ConvLSTM${rank}D`],
    attributes: {
      in_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
      out_channels: positiveInteger.describe('Channels of the state and of the output.'),
      kernel_size: kernelSize(rank),
      stride: unitStride(rank),
      padding: padding(rank),
      dilation: dilation(rank),
      bias: z.boolean().default(true).describe('Adds one learned number per gate and output channel.'),
    },
    attributeAliases: { ...kerasAliases, hidden_channels: 'out_channels' },
    inputs: { min: 1, max: 3, names: ['input', 'h_0', 'c_0'] },
    // Steps are the first of its spatial axes.
    featureMap: rank + 1,
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      requireAxes(input, rank + 3, rank + 3, layer);
      const [batch = 1, channels = 1, steps = 1, ...spatial] = input.shape;
      checkChannels('in_channels', a.in_channels, channels, layer);
      const state = [batch, a.out_channels, ...windowExtents(windowOf(a, spatial), spatial)];
      checkStates(state, inputs, layer);
      const dtype = promote(input.dtype, layer.weightDtype);
      return [
        { shape: [batch, a.out_channels, steps, ...state.slice(2)], dtype },
        { shape: state, dtype },
        { shape: state, dtype },
      ];
    },
    weights(a, inputs) {
      const rows = 4 * a.out_channels;
      const kernel = spread(a.kernel_size, rank);
      const channels = (inputs[0] as TensorType).shape[1] ?? 1;
      const ih = { name: 'weight_ih', shape: [rows, channels, ...kernel], kind: 'parameter' as const };
      const hh = { name: 'weight_hh', shape: [rows, a.out_channels, ...kernel], kind: 'parameter' as const };
      return a.bias ? [ih, hh, biasWeight(rows)] : [ih, hh];
    },
    parameters: [{ text: `4·${kernelText}·(c_in + c_out)·c_out` }, { text: '4·c_out', bias: true, when: 'bias', applies: hasBias }],
    symbols(a, inputs, outputs) {
      const [n = 1, c_in = 1, steps = 1] = (inputs[0] as TensorType).shape;
      const [k0 = 1, k1 = 1, k2 = 1] = spread(a.kernel_size, rank);
      const spatial = (outputs[0] as TensorType).shape.slice(3);
      const [t = 1, h = 1, w = 1] = [...new Array<number>(3 - rank).fill(1), ...spatial];
      return { k0, k1, k2, c_in, c_out: a.out_channels, steps, l: spatial[0] ?? 1, t, h, w, n };
    },
    counts: [
      count('mac', `4·${kernelText}·(c_in + c_out)·${elements}`),
      count('add', `8·${elements}`, 'bias', hasBias),
      count('add', `4·${elements}`),
      count('mul', `3·${elements}`),
      count('div', `3·${elements}`),
      count('exp', `3·${elements}`),
      count('tanh', `2·${elements}`),
    ],
    shape: `output [n, c_out, steps, spatial], h_n and c_n [n, c_out, spatial]; ${windowExtentRule}`,
    extents(a, inputs, outputs) {
      const spatial = (inputs[0] as TensorType).shape.slice(3);
      const symbols = { c_out: a.out_channels };
      const channels = [0, 1, 2].map((output): Extent => ({ output, axis: 1, formula: outChannels, symbols }));
      return [...channels, ...windowExtentFormulas(windowOf(a, spatial), a.padding, spatial, (outputs[0] as TensorType).shape.slice(3), 3)];
    },
    examples: [example],
  });
}

function checkStates(wanted: Shape, inputs: readonly TensorType[], layer: LayerContext): void {
  if (inputs.length === 2)
    throw new Refusal(['inputs'], 'wrong_input_count', 'initial states come in a pair, h_0 and c_0; given h_0 alone');
  for (let index = 1; index < inputs.length; index++) {
    const { shape } = inputs[index] as TensorType;
    if (sameShape(shape, wanted)) continue;
    throw new Refusal(
      ['inputs', index],
      'shape_mismatch',
      `${index === 1 ? 'h_0' : 'c_0'} must be batch × c_out × spatial, ${formatShape(wanted)}, but ${layer.producer(index)} gives ${formatShape(shape)}`,
    );
  }
}

export const convLstmOperators: readonly Operator[] = [
  convLstm(
    1,
    // 4·3·(3 + 2)·2 = 120 weights, 8 biases; 60 products for each of 2·4·8 elements, which take 8 add, 3 mul, 3 div, 3 exp, 2 tanh.
    {
      layer: { type: 'conv_lstm1d', out_channels: 2, kernel_size: 3 },
      inputs: [{ shape: [1, 3, 4, 10] }],
      outputs: [
        [1, 2, 4, 8],
        [1, 2, 8],
        [1, 2, 8],
      ],
      parameters: 128,
      operations: { mac: 3840, add: 512, mul: 192, div: 192, exp: 192, tanh: 128 },
    },
  ),
  convLstm(
    2,
    // 4·9·(1 + 8)·8 = 2,592 weights, 32 biases; 324 products for each of 8·5·16·16 = 10,240 elements.
    {
      layer: { type: 'conv_lstm2d', out_channels: 8, kernel_size: 3, padding: 'same' },
      inputs: [{ shape: [1, 1, 5, 16, 16] }],
      outputs: [
        [1, 8, 5, 16, 16],
        [1, 8, 16, 16],
        [1, 8, 16, 16],
      ],
      parameters: 2624,
      operations: { mac: 3317760, add: 81920, mul: 30720, div: 30720, exp: 30720, tanh: 20480 },
    },
  ),
  convLstm(
    3,
    // 4·8·(2 + 3)·3 = 480 weights, no bias; 160 products for each of 3·2·3·3·3 = 162 elements, which take 4 add.
    {
      layer: { type: 'conv_lstm3d', out_channels: 3, kernel_size: 2, bias: false },
      inputs: [{ shape: [1, 2, 2, 4, 4, 4] }],
      outputs: [
        [1, 3, 2, 3, 3, 3],
        [1, 3, 3, 3, 3],
        [1, 3, 3, 3, 3],
      ],
      parameters: 480,
      operations: { mac: 25920, add: 648, mul: 486, div: 486, exp: 486, tanh: 324 },
    },
  ),
];
