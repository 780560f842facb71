/**
 * Activations of a few pieces, shape kept. Counts are those of the longest piece and of the comparisons that find it.
 * Source: PyTorch documentation of torch.nn, "Non-linear Activations"; Keras documentation of keras.activations; papers and ONNX operators as named below.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { elementByElement, inplace } from './activation.ts';
import { floatingOutput } from './element-types.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const celu = defineOperator({
  // x, or α·(e^(x/α) − 1) where x < 0: 1 comparison, 1 division, 1 exponential, 1 subtraction, 1 multiplication.
  ...elementByElement('celu', { cmp: 6, div: 6, exp: 6, add: 6, mul: 6 }),
  summary: 'x, below 0 α·(e^(x/α) − 1), element by element.',
  source: 'PyTorch CELU; ONNX Celu-12; arXiv:1704.07483',
  aliases: ['CELU', 'Celu'],
  attributes: {
    alpha: z.number().default(1).describe('α, the value approached far below 0, negated; not 0.'),
    inplace,
  },
  infer(a, inputs, layer) {
    if (a.alpha === 0) throw new Refusal(['alpha'], 'invalid_value', 'alpha must not be 0: celu divides by it');
    return floatingOutput(a, inputs, layer);
  },
  counts: [count('cmp', 'e'), count('div', 'e'), count('exp', 'e'), count('add', 'e'), count('mul', 'e')],
});

const thresholdedRelu = defineOperator({
  // x or 0: 1 comparison.
  ...elementByElement('thresholded_relu', { cmp: 6 }),
  summary: 'x above α, else 0, element by element.',
  source: 'ONNX ThresholdedRelu-22; arXiv:1402.3337',
  aliases: ['ThresholdedRelu', 'ThresholdedReLU'],
  attributes: { alpha: z.number().default(1).describe('α, where the identity begins.') },
  attributeAliases: { theta: 'alpha' },
  counts: [count('cmp', 'e')],
});

const threshold = defineOperator({
  // x or the value: 1 comparison.
  ...elementByElement('threshold', { cmp: 6 }),
  examples: [
    {
      layer: { type: 'threshold', threshold: 0.1, value: 20 },
      inputs: [{ shape: [2, 3] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: { cmp: 6 },
    },
  ],
  summary: 'x above a threshold, else a fixed value, element by element.',
  source: 'PyTorch Threshold',
  aliases: ['Threshold'],
  attributes: {
    threshold: z.number().describe('Where the identity begins.'),
    value: z.number().describe('What stands for everything up to the threshold.'),
    inplace,
  },
  counts: [count('cmp', 'e')],
});

const lambd = z.number().min(0).default(0.5).describe('λ: everything from −λ to λ becomes 0.');

const hardshrink = defineOperator({
  // x > λ or x < −λ: 2 comparisons.
  ...elementByElement('hardshrink', { cmp: 12 }),
  summary: 'x, from −λ to λ 0, element by element.',
  source: 'PyTorch Hardshrink; ONNX Shrink-9 with bias 0',
  aliases: ['Hardshrink', 'HardShrink', 'hard_shrink'],
  attributes: { lambd },
  attributeAliases: { threshold: 'lambd' },
  counts: [count('cmp', '2·e')],
});

const softshrink = defineOperator({
  // x − bias above λ, x + bias below −λ: 2 comparisons, 1 addition.
  ...elementByElement('softshrink', { cmp: 12, add: 6 }),
  summary: 'x moved towards 0 by λ, or by a bias of its own; from −λ to λ 0; element by element.',
  source: 'PyTorch Softshrink; ONNX Shrink-9',
  aliases: ['Softshrink', 'SoftShrink', 'soft_shrink'],
  attributes: {
    lambd,
    bias: z.number().optional().describe('How far values move; λ where absent. A fixed number, nothing is learned.'),
  },
  attributeAliases: { threshold: 'lambd' },
  counts: [count('cmp', '2·e'), count('add', 'e')],
});

const sparsePlus = defineOperator({
  // 0, x, or ¼·(x + 1)·(x + 1) between −1 and 1: 2 comparisons, 1 addition, 2 multiplications.
  ...elementByElement('sparse_plus', { cmp: 12, add: 6, mul: 12 }),
  summary: '0 up to −1, x from 1 on, (x + 1)²/4 between, element by element.',
  source: 'Keras keras.activations.sparse_plus',
  aliases: ['SparsePlus'],
  attributes: {},
  counts: [count('cmp', '2·e'), count('add', 'e'), count('mul', '2·e')],
});

const sparseSigmoid = defineOperator({
  // 0, 1, or ½·(x + 1) between −1 and 1: 2 comparisons, 1 addition, 1 multiplication.
  ...elementByElement('sparse_sigmoid', { cmp: 12, add: 6, mul: 6 }),
  summary: '0 up to −1, 1 from 1 on, (x + 1)/2 between, element by element.',
  source: 'Keras keras.activations.sparse_sigmoid',
  aliases: ['SparseSigmoid'],
  attributes: {},
  counts: [count('cmp', '2·e'), count('add', 'e'), count('mul', 'e')],
});

export const piecewiseActivationOperators: readonly Operator[] = [
  celu,
  thresholdedRelu,
  threshold,
  hardshrink,
  softshrink,
  sparsePlus,
  sparseSigmoid,
];
