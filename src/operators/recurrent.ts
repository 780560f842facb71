/**
 * Recurrent layers over batch × steps × features (PyTorch's batch_first). At each step every layer and direction multiplies its input and its state by
 * the stacked gate matrices: gates·hidden·(in + out) multiply-accumulates, `out` being what one direction puts out, `hidden` or, with a projection,
 * `proj` (then hidden·proj more). The first layer reads f_in features, the others directions·out. Per hidden element and step, besides:
 *   rnn   h' = tanh(W x + b + R h + b'), or ReLU: 1 tanh (or 1 cmp)
 *   lstm  i, f, o = σ(…), g = tanh(…), c' = f·c + i·g, h' = o·tanh(c'): 3 exp, 3 div, 2 tanh, 3 mul, 3 + 1 add
 *   gru   r, z = σ(…), n = tanh(W x + b + r·(R h + b')), h' = (1 − z)·n + z·h: 2 exp, 2 div, 1 tanh, 3 mul, 2 + 1 + 2 add
 * and each gate adds its two biases, or the one that Keras has. A gru that resets its state before the product (n = tanh(W x + b + R (r·h) + b')) counts
 * the same. Peepholes let the gates of an lstm see the cell: i and f add p·c, o adds p·c', 3 mul and 3 add more. Dropout between layers is nothing in
 * inference.
 * Source: PyTorch documentation of RNN, LSTM, GRU; ONNX operators RNN, LSTM, GRU, version 22; LSTM with projection: Sak, Senior & Beaufays, arXiv:1402.1128;
 * GRU: Cho et al., arXiv:1406.1078.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { nonNegativeInteger } from './attributes.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import {
  hasOneBias,
  hasPeepholes,
  hasProjection,
  hasTwoBiases,
  inferRecurrent,
  recurrentAliases,
  recurrentAttributes,
  recurrentExtents,
  recurrentSymbols,
  recurrentWeights,
} from './recurrence.ts';

/** Weights of all gates over one direction: the first layer's columns and those of the layers above. */
const gateWeights = 'gates·hidden·(f_in + out + (layers − 1)·(directions + 1)·out)';
const gateBiases = [
  { text: '2·gates·hidden·layers·directions', bias: true, when: 'bias and recurrent_bias', applies: hasTwoBiases },
  { text: 'gates·hidden·layers·directions', bias: true, when: 'bias without recurrent_bias', applies: hasOneBias },
] as const;
/** Updates of one hidden element. */
const updates = 'hidden·layers·directions·steps·n';

const shared = {
  family: 'recurrent',
  shape: 'output [n, steps, directions·out] and h_n [layers·directions, n, out], where out is hidden',
  extents: recurrentExtents,
};
const unprojected = {
  parameters: [{ text: `${gateWeights}·directions` }, ...gateBiases],
};
const productCount = count('mac', `${gateWeights}·directions·steps·n`);

const rnn = defineOperator({
  ...shared,
  ...unprojected,
  type: 'rnn',
  summary: 'Elman network: batch × steps × f_in to batch × steps × hidden, and the last state.',
  source: 'PyTorch RNN; ONNX RNN-22',
  aliases: ['RNN', 'SimpleRNN'],
  attributes: {
    ...recurrentAttributes,
    nonlinearity: z.enum(['tanh', 'relu']).default('tanh').describe('What the state is passed through.'),
  },
  attributeAliases: recurrentAliases,
  inputs: { min: 1, max: 2, names: ['input', 'h_0'] },
  infer: (a, inputs, layer) => inferRecurrent(a, inputs, layer, 1),
  weights: (a, inputs) => recurrentWeights(a, inputs, 1),
  symbols: (a, inputs) => recurrentSymbols(a, inputs, 1),
  counts: [
    productCount,
    count('add', `2·${updates}`, 'bias and recurrent_bias', hasTwoBiases),
    count('add', updates, 'bias without recurrent_bias', hasOneBias),
    count('tanh', updates, 'nonlinearity "tanh"', (a: { readonly nonlinearity: string }) => a.nonlinearity === 'tanh'),
    count('cmp', updates, 'nonlinearity "relu"', (a: { readonly nonlinearity: string }) => a.nonlinearity === 'relu'),
  ],
  examples: [
    // 4·3 + 4·4 weights, 2·4 biases; 28 products in each of 2·5 steps, where 4 elements take two biases and a tanh each.
    {
      layer: { type: 'rnn', hidden_size: 4 },
      inputs: [{ shape: [2, 5, 3] }],
      outputs: [
        [2, 5, 4],
        [1, 2, 4],
      ],
      parameters: 36,
      operations: { mac: 280, add: 80, tanh: 40 },
    },
  ],
});

interface LstmAttributes {
  readonly bias: boolean;
  readonly recurrent_bias: boolean;
  readonly peepholes: boolean;
}

const lstm = defineOperator({
  ...shared,
  type: 'lstm',
  summary: 'Long short-term memory: batch × steps × f_in to batch × steps × hidden, the last state and the last cell.',
  source: 'PyTorch LSTM; ONNX LSTM-22; projection: arXiv:1402.1128',
  aliases: ['LSTM'],
  attributes: {
    ...recurrentAttributes,
    proj_size: nonNegativeInteger.default(0).describe('Features that the state is projected to, fewer than hidden_size; 0 for none.'),
    peepholes: z.boolean().default(false).describe('Lets input, forget and output gate see the cell through learned vectors.'),
  },
  attributeAliases: recurrentAliases,
  inputs: { min: 1, max: 3, names: ['input', 'h_0', 'c_0'] },
  infer(a, inputs, layer) {
    if (a.proj_size >= a.hidden_size)
      throw new Refusal(['proj_size'], 'out_of_range', `proj_size ${a.proj_size} must be smaller than hidden_size ${a.hidden_size}`);
    return inferRecurrent(a, inputs, layer, 2);
  },
  weights: (a, inputs) => recurrentWeights(a, inputs, 4),
  parameters: [
    { text: `${gateWeights}·directions` },
    { text: 'hidden·out·layers·directions', when: 'proj_size', applies: hasProjection },
    { text: '3·hidden·layers·directions', when: 'peepholes', applies: hasPeepholes },
    ...gateBiases,
  ],
  symbols: (a, inputs) => recurrentSymbols(a, inputs, 4),
  counts: [
    count('mac', `(${gateWeights} + hidden·out·layers)·directions·steps·n`, 'proj_size', hasProjection),
    productCount,
    count('add', `15·${updates}`, 'bias, recurrent_bias and peepholes', (a: LstmAttributes) => hasTwoBiases(a) && hasPeepholes(a)),
    count('add', `11·${updates}`, 'bias and peepholes, no recurrent_bias', (a: LstmAttributes) => hasOneBias(a) && hasPeepholes(a)),
    count('add', `7·${updates}`, 'peepholes, no bias', hasPeepholes),
    count('add', `12·${updates}`, 'bias and recurrent_bias', hasTwoBiases),
    count('add', `8·${updates}`, 'bias without recurrent_bias', hasOneBias),
    count('add', `4·${updates}`),
    count('mul', `6·${updates}`, 'peepholes', hasPeepholes),
    count('mul', `3·${updates}`),
    count('div', `3·${updates}`),
    count('exp', `3·${updates}`),
    count('tanh', `2·${updates}`),
  ],
  shape:
    'output [n, steps, directions·out], h_n [layers·directions, n, out] and c_n [layers·directions, n, hidden], where out is proj_size, or hidden without one',
  examples: [
    // 16·(3 + 4) weights, 2·16 biases; 112 products in each of 10 steps, where 4 elements take 8 biases, 3 sigmoids, 2 tanh, 3 mul and 1 add each.
    {
      layer: { type: 'lstm', hidden_size: 4 },
      inputs: [{ shape: [2, 5, 3] }],
      outputs: [
        [2, 5, 4],
        [1, 2, 4],
        [1, 2, 4],
      ],
      parameters: 144,
      operations: { mac: 1120, add: 480, mul: 120, div: 120, exp: 120, tanh: 80 },
    },
    // With a projection the state is 2 wide: 16·(3 + 2) + 2·4 weights, each used once in each of 10 steps; 32 biases.
    {
      layer: { type: 'lstm', hidden_size: 4, proj_size: 2 },
      inputs: [{ shape: [2, 5, 3] }],
      outputs: [
        [2, 5, 2],
        [1, 2, 2],
        [1, 2, 4],
      ],
      parameters: 120,
      operations: { mac: 880, add: 480, mul: 120, div: 120, exp: 120, tanh: 80 },
    },
  ],
});

const gru = defineOperator({
  ...shared,
  ...unprojected,
  type: 'gru',
  summary: 'Gated recurrent unit: batch × steps × f_in to batch × steps × hidden, and the last state.',
  source: 'PyTorch GRU; ONNX GRU-22; arXiv:1406.1078',
  aliases: ['GRU'],
  attributes: {
    ...recurrentAttributes,
    reset_after: z
      .boolean()
      .default(true)
      .describe('Resets after the product with the state, as PyTorch does, or before it; counted alike.'),
  },
  attributeAliases: recurrentAliases,
  inputs: { min: 1, max: 2, names: ['input', 'h_0'] },
  infer: (a, inputs, layer) => inferRecurrent(a, inputs, layer, 1),
  weights: (a, inputs) => recurrentWeights(a, inputs, 3),
  symbols: (a, inputs) => recurrentSymbols(a, inputs, 3),
  counts: [
    productCount,
    count('add', `11·${updates}`, 'bias and recurrent_bias', hasTwoBiases),
    count('add', `8·${updates}`, 'bias without recurrent_bias', hasOneBias),
    count('add', `5·${updates}`),
    count('mul', `3·${updates}`),
    count('div', `2·${updates}`),
    count('exp', `2·${updates}`),
    count('tanh', updates),
  ],
  examples: [
    // 12·(3 + 4) weights, 2·12 biases; 84 products in each of 10 steps, where 4 elements take 6 biases, 2 sigmoids, 1 tanh, 3 mul and 3 add each.
    {
      layer: { type: 'gru', hidden_size: 4 },
      inputs: [{ shape: [2, 5, 3] }],
      outputs: [
        [2, 5, 4],
        [1, 2, 4],
      ],
      parameters: 108,
      operations: { mac: 840, add: 440, mul: 120, div: 80, exp: 80, tanh: 40 },
    },
  ],
});

export const recurrentOperators: readonly Operator[] = [rnn, lstm, gru];
