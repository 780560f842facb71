/**
 * Operators that hand their input on in inference: `identity`, and `dropout`, which only acts in training. Their outputs are views and cost nothing.
 * Source: PyTorch documentation of Identity and Dropout; Hinton et al., arXiv:1207.0580.
 */

import * as z from 'zod';
import { inplace } from './activation.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const identity = defineOperator({
  type: 'identity',
  family: 'identity',
  summary: 'Its input, unchanged.',
  source: 'PyTorch Identity; ONNX Identity-25',
  aliases: ['Identity'],
  attributes: {},
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer: (_a, inputs) => inputs,
  counts: [],
  shape: 'the shape of the input',
  examples: [
    // A view: nothing is computed.
    { layer: { type: 'identity' }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations: {} },
  ],
});

const dropout = defineOperator({
  type: 'dropout',
  family: 'identity',
  summary: 'Sets elements to zero at random in training; in inference its input, unchanged.',
  source: 'PyTorch Dropout; ONNX Dropout-22; arXiv:1207.0580',
  aliases: [
    'Dropout',
    'Dropout1d',
    'Dropout2d',
    'Dropout3d',
    'AlphaDropout',
    'FeatureAlphaDropout',
    'SpatialDropout1D',
    'SpatialDropout2D',
    'SpatialDropout3D',
    'GaussianDropout',
  ],
  attributes: { p: z.number().min(0).max(1).default(0.5).describe('Probability that an element is dropped in training.'), inplace },
  attributeAliases: { rate: 'p', ratio: 'p', dropout_ratio: 'p' },
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer: (_a, inputs) => inputs,
  counts: [],
  shape: 'the shape of the input',
  examples: [
    // A view in inference: nothing is computed.
    { layer: { type: 'dropout', p: 0.1 }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations: {} },
  ],
});

export const identityOperators: readonly Operator[] = [identity, dropout];
