/**
 * Sorting along an axis. Costed as a merge sort: a slice of L values takes ⌈log₂ L⌉ passes of up to L comparisons each.
 * Source: PyTorch documentation of torch.sort.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { dimAliases, resolveAxis } from './axis-attribute.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { sortingSymbols } from './sparsemax.ts';

const sort = defineOperator({
  type: 'sort',
  family: 'selection',
  summary: 'The values in order along an axis, and their indices (int64).',
  source: 'PyTorch sort',
  aliases: ['Sort'],
  attributes: {
    dim: axis.default(-1).describe('Axis that is sorted; batch is 0, negative counts from the end.'),
    descending: z.boolean().default(false).describe('Largest first; changes no count.'),
    stable: z.boolean().default(false).describe('Keeps the order of equals; changes no count.'),
  },
  attributeAliases: dimAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    resolveAxis(a.dim, input.shape, ['dim'], layer);
    return [input, { shape: input.shape, dtype: 'int64' }];
  },
  symbols: sortingSymbols,
  counts: [count('cmp', 'L·passes·rows')],
  shape: 'the shape of the input; twice',
  examples: [
    // Two slices of 10 in 4 passes of 10 comparisons.
    {
      layer: { type: 'sort' },
      inputs: [{ shape: [2, 10] }],
      outputs: [
        [2, 10],
        [2, 10],
      ],
      parameters: 0,
      operations: { cmp: 80 },
    },
  ],
});

export const sortOperators: readonly Operator[] = [sort];
