/**
 * Relatives of softmax over one axis, shape kept. `hardmax` puts 1 where the largest value stands, 0 elsewhere: L − 1 comparisons a slice of L.
 * `sparsemax` projects a slice z onto the simplex: sorted downwards (L·⌈log₂ L⌉ comparisons of a merge sort), summed up step by step (L − 1 additions),
 * each 1 + k·z_k compared with the sum (L multiplications, additions, comparisons); the threshold τ, one addition and one division; then max(z − τ, 0),
 * L additions and L comparisons.
 * Source: Martins & Astudillo, arXiv:1602.02068; Keras keras.activations.sparsemax; ONNX operator Hardmax, version 13.
 */

import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { sliceWise } from './softmax.ts';

/** Passes of a merge sort over L values: ⌈log₂ L⌉. */
export function sortingPasses(L: number): number {
  return Math.ceil(Math.log2(L));
}

/** Slices along `dim`: `rows` of them, each `L` long, and the passes that sort one. */
export function sortingSymbols(a: { readonly dim: number }, inputs: readonly TensorType[]): Symbols {
  const { shape } = inputs[0] as TensorType;
  const L = shape.at(a.dim) ?? 1;
  return { L, rows: elementsOf(shape) / L, passes: sortingPasses(L) };
}

const sparsemax = defineOperator({
  ...sliceWise,
  type: 'sparsemax',
  summary: 'Projection of each slice onto the probability simplex, along one axis; shape kept.',
  source: 'Keras keras.activations.sparsemax; arXiv:1602.02068',
  aliases: ['Sparsemax'],
  symbols: sortingSymbols,
  counts: [count('cmp', 'L·(passes + 2)·rows'), count('add', '3·L·rows'), count('mul', 'L·rows'), count('div', 'rows')],
  examples: [
    // Two slices of 10, sorted in 4 passes: 40 + 10 + 10 comparisons, 9 + 10 + 1 + 10 additions, 10 multiplications, 1 division each.
    {
      layer: { type: 'sparsemax' },
      inputs: [{ shape: [2, 10] }],
      outputs: [[2, 10]],
      parameters: 0,
      operations: { cmp: 120, add: 60, mul: 20, div: 2 },
    },
  ],
});

const hardmax = defineOperator({
  ...sliceWise,
  type: 'hardmax',
  summary: '1 where the first of the largest values of a slice stands, else 0, along one axis; shape kept.',
  source: 'ONNX Hardmax-13',
  aliases: ['Hardmax'],
  symbols: sortingSymbols,
  counts: [count('cmp', '(L − 1)·rows')],
  examples: [
    // Two slices of 10: 9 comparisons each.
    { layer: { type: 'hardmax' }, inputs: [{ shape: [2, 10] }], outputs: [[2, 10]], parameters: 0, operations: { cmp: 18 } },
  ],
});

export const sparsemaxOperators: readonly Operator[] = [sparsemax, hardmax];
