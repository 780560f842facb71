/**
 * Embedding: each index picks a row of the learned table num_embeddings × embedding_dim; the output is the shape of the indices with embedding_dim
 * as one more axis. Looking up computes nothing.
 * Source: PyTorch documentation of Embedding.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { isInteger } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import type { TensorType } from '../tensor/shape.ts';
import { integer, positiveInteger } from './attributes.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const lastExtent = formula('embedding_dim');

const embedding = defineOperator({
  type: 'embedding',
  family: 'embedding',
  summary: 'Looks rows up in a learned table: indices of any shape to that shape × embedding_dim.',
  source: 'PyTorch Embedding',
  aliases: ['Embedding', 'Embed'],
  attributes: {
    num_embeddings: positiveInteger.describe('Rows of the table, which is the size of the vocabulary.'),
    embedding_dim: positiveInteger.describe('Numbers in a row.'),
    padding_idx: integer
      .optional()
      .describe('Row that training leaves as it is, negative counting from the end; it is a parameter all the same.'),
    max_norm: z
      .number()
      .positive()
      .optional()
      .describe('Rows longer than this are scaled down as training meets them; nothing is counted for it.'),
    norm_type: z.number().default(2).describe('p of the norm that max_norm bounds.'),
    scale_grad_by_freq: z.boolean().default(false).describe('Divides gradients by how often a row was used; training only.'),
    sparse: z.boolean().default(false).describe('Makes the gradient a sparse tensor; training only.'),
  },
  attributeAliases: { input_dim: 'num_embeddings', output_dim: 'embedding_dim', num_output: 'embedding_dim' },
  inputs: { min: 1, max: 1, names: ['indices'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    if (!isInteger(input.dtype)) {
      throw new Refusal(
        ['inputs', 0],
        'wrong_dtype',
        `indices must be integers, but ${layer.producer(0)} gives ${input.dtype}; state "dtype": "int64" at an input of token ids`,
      );
    }
    const rows = a.num_embeddings;
    if (a.padding_idx !== undefined && (a.padding_idx >= rows || a.padding_idx < -rows)) {
      throw new Refusal(
        ['padding_idx'],
        'out_of_range',
        `padding_idx ${a.padding_idx} is no row of a table of ${rows}: it goes from ${-rows} to ${rows - 1}`,
      );
    }
    return [{ shape: [...input.shape, a.embedding_dim], dtype: layer.weightDtype }];
  },
  weights: (a) => [{ name: 'weight', shape: [a.num_embeddings, a.embedding_dim], kind: 'parameter' }],
  parameters: [{ text: 'num_embeddings·embedding_dim' }],
  symbols: (a) => ({ num_embeddings: a.num_embeddings, embedding_dim: a.embedding_dim }),
  counts: [],
  shape: 'the shape of the indices, with embedding_dim as last axis',
  extents: (a, inputs) => [
    { output: 0, axis: (inputs[0] as TensorType).shape.length, formula: lastExtent, symbols: { embedding_dim: a.embedding_dim } },
  ],
  examples: [
    // The token table of GPT-2: 50,257·768 numbers.
    {
      layer: { type: 'embedding', num_embeddings: 50257, embedding_dim: 768 },
      inputs: [{ shape: [1, 1024], dtype: 'int64' }],
      outputs: [[1, 1024, 768]],
      parameters: 38597376,
      operations: {},
    },
  ],
});

export const embeddingOperators: readonly Operator[] = [embedding];
