/**
 * Operators that join tensors, along an axis or along a new one. Nothing is computed; a new tensor is written.
 * Source: PyTorch documentation of torch.cat and torch.stack.
 */

import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import type { Formula, Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import type { TensorType } from '../tensor/shape.ts';
import { axisOf, formatShape, sameShape } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { resolveAxis, withExtent } from './axis-attribute.ts';
import { resolvePlace } from './axis-list.ts';
import type { LayerContext, Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const joined = formula('inputs');
/** Sums of up to ten extents, by their number; more of them are one symbol. */
const sums = Array.from({ length: 11 }, (_, terms) =>
  formula(Array.from({ length: Math.max(terms, 1) }, (_unused, term) => `i${term}`).join(' + ')),
);
const longSum = formula('{Σ i}');

function sumFormula(extents: readonly number[]): { formula: Formula; symbols: Symbols } {
  const known = sums[extents.length];
  if (known === undefined) return { formula: longSum, symbols: { 'Σ i': extents.reduce((sum, extent) => sum + extent, 0) } };
  return { formula: known, symbols: Object.fromEntries(extents.map((extent, term) => [`i${term}`, extent])) };
}

const concat = defineOperator({
  type: 'concat',
  family: 'joins',
  summary: 'Puts tensors one behind the other along an axis; all other axes agree. Element types are promoted.',
  source: 'PyTorch torch.cat; ONNX Concat-13',
  aliases: ['cat', 'Concat', 'concatenate', 'Concatenate'],
  attributes: { dim: axis.default(0).describe('Axis to join along, the batch axis being 0.') },
  attributeAliases: { axis: 'dim', concat_dim: 'dim' },
  inputs: { min: 1, max: Number.POSITIVE_INFINITY, names: [] },
  infer(a, inputs, layer) {
    const first = inputs[0] as TensorType;
    if (first.shape.length === 0)
      throw new Refusal(['inputs', 0], 'wrong_rank', `scalars cannot be joined, but ${layer.producer(0)} gives one; use stack`);
    const dim = resolveAxis(a.dim, first.shape, ['dim'], layer);
    let extent = first.shape[dim] as number;
    let { dtype } = first;
    for (let index = 1; index < inputs.length; index++) {
      const next = inputs[index] as TensorType;
      requireSame(first, next, index, dim, layer);
      extent += next.shape[dim] as number;
      dtype = promote(dtype, next.dtype);
    }
    return [{ shape: withExtent(first.shape, dim, extent), dtype }];
  },
  counts: [],
  shape: 'axis dim is the sum of the inputs’ extents; the others are kept',
  extents(a, inputs) {
    const dim = axisOf(a.dim, inputs[0]?.shape.length ?? 0) ?? 0;
    return [{ output: 0, axis: dim, ...sumFormula(inputs.map((input) => input.shape[dim] ?? 1)) }];
  },
  examples: [
    // A dense block adds 32 channels to 64.
    {
      layer: { type: 'concat', dim: 1 },
      inputs: [{ shape: [1, 64, 56, 56] }, { shape: [1, 32, 56, 56] }],
      outputs: [[1, 96, 56, 56]],
      parameters: 0,
      operations: {},
    },
  ],
});

/** Refuses a tensor that differs from the first in rank or on an axis other than `dim`. */
function requireSame(first: TensorType, next: TensorType, index: number, dim: number, layer: LayerContext): void {
  const rank = first.shape.length;
  if (next.shape.length !== rank) {
    throw new Refusal(
      ['inputs', index],
      'wrong_rank',
      `all inputs need as many axes: ${layer.producer(0)} gives ${formatShape(first.shape)}, ${layer.producer(index)} gives ${formatShape(next.shape)}`,
    );
  }
  for (let at = 0; at < rank; at++) {
    if (at === dim || next.shape[at] === first.shape[at]) continue;
    throw new Refusal(
      ['inputs', index],
      'shape_mismatch',
      `all axes but ${dim} must agree: ${layer.producer(0)} gives ${formatShape(first.shape)}, ${layer.producer(index)} gives ${formatShape(next.shape)}, so axis ${at} is ${first.shape[at]} and ${next.shape[at]}`,
    );
  }
}

const stack = defineOperator({
  type: 'stack',
  family: 'joins',
  summary: 'Puts tensors of one shape side by side along a new axis. Element types are promoted.',
  source: 'PyTorch torch.stack',
  aliases: ['Stack'],
  attributes: { dim: axis.default(0).describe('Where the new axis stands in the output, the batch axis being 0.') },
  attributeAliases: { axis: 'dim' },
  inputs: { min: 1, max: Number.POSITIVE_INFINITY, names: [] },
  infer(a, inputs, layer) {
    const first = inputs[0] as TensorType;
    const dim = resolvePlace(a.dim, first.shape, ['dim'], layer);
    let { dtype } = first;
    for (let index = 1; index < inputs.length; index++) {
      const next = inputs[index] as TensorType;
      if (!sameShape(first.shape, next.shape)) {
        throw new Refusal(
          ['inputs', index],
          'shape_mismatch',
          `all inputs need one shape: ${layer.producer(0)} gives ${formatShape(first.shape)}, ${layer.producer(index)} gives ${formatShape(next.shape)}`,
        );
      }
      dtype = promote(dtype, next.dtype);
    }
    return [{ shape: [...first.shape.slice(0, dim), inputs.length, ...first.shape.slice(dim)], dtype }];
  },
  counts: [],
  shape: 'the shape of the inputs with their number as a new axis at dim',
  extents: (a, inputs) => [
    { output: 0, axis: axisOf(a.dim, (inputs[0]?.shape.length ?? 0) + 1) ?? 0, formula: joined, symbols: { inputs: inputs.length } },
  ],
  examples: [
    {
      layer: { type: 'stack', dim: 1 },
      inputs: [{ shape: [2, 5] }, { shape: [2, 5] }, { shape: [2, 5] }],
      outputs: [[2, 3, 5]],
      parameters: 0,
      operations: {},
    },
  ],
});

export const joinsOperators: readonly Operator[] = [concat, stack];
