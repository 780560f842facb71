/**
 * Rarer smooth activations, shape kept. Counts are those of the defining formula as it is written.
 * Source: PyTorch documentation of torch.nn, "Non-linear Activations"; Keras documentation of keras.activations.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import { elementByElement } from './activation.ts';
import { floatingOutput, refuseBool } from './element-types.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const logsigmoid = defineOperator({
  // −log(1 + e^−x): 1 exponential, 1 addition, 1 logarithm; signs are free.
  ...elementByElement('logsigmoid', { exp: 6, add: 6, log: 6 }),
  summary: 'log σ(x) = −log(1 + e⁻ˣ), element by element.',
  source: 'PyTorch LogSigmoid; Keras keras.activations.log_sigmoid',
  aliases: ['LogSigmoid', 'log_sigmoid'],
  attributes: {},
  counts: [count('exp', 'e'), count('add', 'e'), count('log', 'e')],
});

const tanhshrink = defineOperator({
  // x − tanh(x): 1 tanh, 1 subtraction.
  ...elementByElement('tanhshrink', { tanh: 6, add: 6 }),
  summary: 'x − tanh(x), element by element.',
  source: 'PyTorch Tanhshrink',
  aliases: ['Tanhshrink', 'TanhShrink', 'tanh_shrink'],
  attributes: {},
  infer(a, inputs, layer) {
    refuseBool(inputs[0] as TensorType, 'tanhshrink', layer);
    return floatingOutput(a, inputs, layer);
  },
  counts: [count('tanh', 'e'), count('add', 'e')],
});

const squareplus = defineOperator({
  // (x + √(x·x + b))/2: 1 multiplication, 2 additions, 1 root, 1 division.
  ...elementByElement('squareplus', { mul: 6, add: 12, sqrt: 6, div: 6 }),
  summary: '(x + √(x² + b))/2, element by element.',
  source: 'Keras keras.activations.squareplus; arXiv:2112.11687',
  aliases: ['Squareplus', 'SquarePlus', 'square_plus'],
  attributes: { b: z.number().min(0).default(4).describe('b, the width of the bend.') },
  counts: [count('mul', 'e'), count('add', '2·e'), count('sqrt', 'e'), count('div', 'e')],
});

export const smoothActivationOperators: readonly Operator[] = [logsigmoid, tanhshrink, squareplus];
