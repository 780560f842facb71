/**
 * Operators that pick elements: the index of the largest or smallest, the k largest, by a condition, by index. Picking itself counts nothing; finding does:
 * L − 1 comparisons for the largest of L values. The k largest are costed as k such passes over what is left: (L − 1) + (L − 2) + … + (L − k)
 * = k·(2·L − k − 1)/2 comparisons a slice.
 * Source: PyTorch documentation of torch.argmax, torch.argmin, torch.topk, torch.where, torch.gather; ONNX operators as named below.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { isInteger } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { axis, positiveInteger } from './attributes.ts';
import { dimAliases, keepdimAliases, resolveAxis, withExtent } from './axis-attribute.ts';
import { broadcastInputs } from './broadcast-inputs.ts';
import { refuseBool, resultType } from './element-types.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { keepdim, reducedShape, reductionSymbols } from './reductions.ts';

function position(type: string, word: string, source: string, aliases: readonly string[]): Operator {
  return defineOperator({
    type,
    family: 'selection',
    summary: `Index (int64) of the ${word} value along an axis, or in the flattened tensor.`,
    source,
    aliases,
    attributes: {
      dim: axis.optional().describe('Axis that is searched, batch is 0, negative counts from the end; the flattened tensor where absent.'),
      keepdim,
    },
    attributeAliases: { ...dimAliases, ...keepdimAliases },
    inputs: { min: 1, max: 1, names: ['input'] },
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      refuseBool(input, type, layer);
      return [{ shape: reducedShape(a, input.shape, layer), dtype: 'int64' }];
    },
    symbols: reductionSymbols,
    counts: [count('cmp', '(L − 1)·e')],
    shape: 'the shape of the input without the axis dim, or with extent 1 there where keepdim',
    examples: [
      // Two classes of 10: 9 comparisons each.
      { layer: { type, dim: 1 }, inputs: [{ shape: [2, 10] }], outputs: [[2]], parameters: 0, operations: { cmp: 18 } },
    ],
  });
}

const argmax = position('argmax', 'largest', 'PyTorch argmax; ONNX ArgMax-13', ['ArgMax', 'Argmax']);
const argmin = position('argmin', 'smallest', 'PyTorch argmin; ONNX ArgMin-13', ['ArgMin', 'Argmin']);

const kept = formula('k');

const topk = defineOperator({
  type: 'topk',
  family: 'selection',
  summary: 'The k largest or smallest values along an axis, and their indices (int64).',
  source: 'PyTorch topk; ONNX TopK-24',
  aliases: ['TopK', 'top_k'],
  attributes: {
    k: positiveInteger.describe('How many values are kept.'),
    dim: axis.default(-1).describe('Axis that is searched; batch is 0, negative counts from the end.'),
    largest: z.boolean().default(true).describe('Largest values, or smallest.'),
    sorted: z.boolean().default(true).describe('Gives them in order; changes no shape and no count.'),
  },
  attributeAliases: dimAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const searched = resolveAxis(a.dim, input.shape, ['dim'], layer);
    const extent = input.shape[searched] ?? 1;
    if (a.k > extent)
      throw new Refusal(
        ['k'],
        'out_of_range',
        `k ${a.k} exceeds the extent ${extent} of axis ${searched}: ${layer.producer(0)} gives ${formatShape(input.shape)}`,
      );
    const shape = withExtent(input.shape, searched, a.k);
    return [
      { shape, dtype: input.dtype },
      { shape, dtype: 'int64' },
    ];
  },
  symbols(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const L = shape.at(a.dim) ?? 1;
    return { k: a.k, L, rows: elementsOf(shape) / L };
  },
  counts: [count('cmp', 'k·(2·L − k − 1)/2·rows')],
  shape: `the shape of the input, its axis dim ${kept.text}; twice`,
  extents(a, inputs) {
    const rank = (inputs[0] as TensorType).shape.length;
    if (rank === 0) return [];
    const searched = a.dim < 0 ? a.dim + rank : a.dim;
    const symbols = { k: a.k };
    return [
      { output: 0, axis: searched, formula: kept, symbols },
      { output: 1, axis: searched, formula: kept, symbols },
    ];
  },
  examples: [
    // Three of 10 in 2 slices: 9 + 8 + 7 comparisons each.
    {
      layer: { type: 'topk', k: 3 },
      inputs: [{ shape: [2, 10] }],
      outputs: [
        [2, 3],
        [2, 3],
      ],
      parameters: 0,
      operations: { cmp: 48 },
    },
  ],
});

const where = defineOperator({
  type: 'where',
  family: 'selection',
  summary: 'Elements of the second tensor where the first is true, of the third elsewhere; all three are broadcast.',
  source: 'PyTorch where; ONNX Where-16',
  aliases: ['Where'],
  attributes: {},
  inputs: { min: 3, max: 3, names: ['condition', 'input', 'other'] },
  infer(_a, inputs, layer) {
    checkCondition(inputs[0] as TensorType, layer);
    return [{ shape: broadcastInputs(inputs, layer), dtype: resultType(inputs, 1) }];
  },
  counts: [],
  shape: 'the shapes of the inputs, broadcast: aligned at the end, extents agree or are 1',
  examples: [
    // Picking counts nothing.
    {
      layer: { type: 'where' },
      inputs: [{ shape: [2, 1], dtype: 'bool' }, { shape: [2, 3] }, { shape: [] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: {},
    },
  ],
});

/** PyTorch still takes uint8 for a condition, its bool of old. */
function checkCondition(condition: TensorType, layer: LayerContext): void {
  if (condition.dtype === 'bool' || condition.dtype === 'uint8') return;
  throw new Refusal(
    ['inputs', 0],
    'wrong_dtype',
    `the condition must be bool, but ${layer.producer(0)} gives ${condition.dtype}; cast it first`,
  );
}

const gather = defineOperator({
  type: 'gather',
  family: 'selection',
  summary: 'Picks along one axis by a tensor of indices, one index an output element; shape of the indices.',
  source: 'PyTorch gather; ONNX GatherElements-13',
  aliases: ['GatherElements'],
  attributes: {
    dim: axis.describe('Axis that the indices count along; batch is 0, negative counts from the end.'),
    sparse_grad: z.boolean().default(false).describe('Accepted and ignored: how training keeps the gradient.'),
  },
  attributeAliases: dimAliases,
  inputs: { min: 2, max: 2, names: ['input', 'index'] },
  infer(a, inputs, layer) {
    const [input, index] = inputs as [TensorType, TensorType];
    const along = resolveAxis(a.dim, input.shape, ['dim'], layer);
    if (!isInteger(index.dtype))
      throw new Refusal(['inputs', 1], 'wrong_dtype', `indices must be integers, but ${layer.producer(1)} gives ${index.dtype}`);
    if (Math.max(index.shape.length, 1) !== Math.max(input.shape.length, 1))
      throw new Refusal(['inputs', 1], 'wrong_rank', indexProblem('have as many axes as', inputs, layer));
    for (let other = 0; other < index.shape.length; other++) {
      if (other !== along && (index.shape[other] as number) > (input.shape[other] as number)) {
        throw new Refusal(['inputs', 1], 'shape_mismatch', indexProblem(`be no larger on axis ${other} than`, inputs, layer));
      }
    }
    return [{ shape: index.shape, dtype: input.dtype }];
  },
  counts: [],
  shape: 'the shape of the indices',
  examples: [
    // Picking counts nothing.
    {
      layer: { type: 'gather', dim: 1 },
      inputs: [{ shape: [2, 5] }, { shape: [2, 3], dtype: 'int64' }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: {},
    },
  ],
});

function indexProblem(rule: string, inputs: readonly TensorType[], layer: LayerContext): string {
  const [input, index] = inputs as [TensorType, TensorType];
  return `indices must ${rule} the input: ${layer.producer(1)} gives ${formatShape(index.shape)}, ${layer.producer(0)} gives ${formatShape(input.shape)}`;
}

export const selectionOperators: readonly Operator[] = [argmax, argmin, topk, where, gather];
