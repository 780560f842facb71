/**
 * Normalisations without learned tensors, shape kept. Of a slice of L values:
 *   unit_norm, lp_normalize   x over its p-norm: for p = 2 L squares, L − 1 additions, a root; for p = 1 L absolute values (comparisons), L − 1 additions; for
 *                             another p L absolute values, L powers, L − 1 additions, one more power; then a comparison with ε and L divisions
 *   mean_variance_norm        x less its mean, over its deviation, as the normalisations count that (see `normalization.ts`)
 * Source: PyTorch documentation of torch.nn.functional.normalize; Keras UnitNormalization; ONNX operators LpNormalization and MeanVarianceNormalization.
 */

import * as z from 'zod';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { axisOf } from '../tensor/shape.ts';
import { dimAliases } from './axis-attribute.ts';
import { listed, oneOrMoreAxes, resolveAxes } from './axis-list.ts';
import { floatingOutput } from './element-types.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

interface Slices {
  readonly dim: number | readonly number[];
}

const eps = z.number().min(0).default(1e-12).describe('ε, the least that a slice is divided by; changes no shape and no count.');
const over = 'Axis or axes whose values are normalised together, the batch axis being 0.';

/** Length of a slice over `dim`, and how many there are. */
function symbols({ dim }: Slices, inputs: readonly TensorType[]): Symbols {
  const { shape } = inputs[0] as TensorType;
  const e = elementsOf(shape);
  let L = 1;
  for (const axis of listed(dim)) L *= extentAt(shape, axis);
  return { e, L, rows: e / L };
}

function extentAt(shape: Shape, dim: number): number {
  return shape[axisOf(dim, Math.max(shape.length, 1)) ?? 0] ?? 1;
}

function infer(a: Slices, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  resolveAxes('dim', listed(a.dim), (inputs[0] as TensorType).shape, layer);
  return floatingOutput(a, inputs, layer);
}

const shared = {
  family: 'unit_norm',
  attributeAliases: { ...dimAliases, epsilon: 'eps' },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer,
  symbols,
  shape: 'the shape of the input',
};

const unitNorm = defineOperator({
  ...shared,
  type: 'unit_norm',
  summary: 'Each slice over its Euclidean norm, along the last axis or the named ones; shape kept.',
  source: 'Keras UnitNormalization',
  aliases: ['UnitNormalization'],
  attributes: { dim: oneOrMoreAxes.default(-1).describe(over), eps },
  counts: [count('mul', 'e'), count('add', '(L − 1)·rows'), count('sqrt', 'rows'), count('cmp', 'rows'), count('div', 'e')],
  examples: [
    // Two slices of 10: 10 squares, 9 additions, a root, a comparison and 10 divisions each.
    {
      layer: { type: 'unit_norm' },
      inputs: [{ shape: [2, 10] }],
      outputs: [[2, 10]],
      parameters: 0,
      operations: { mul: 20, add: 18, sqrt: 2, cmp: 2, div: 20 },
    },
  ],
});

interface Norm {
  readonly p: number;
}

const isEuclidean = (a: Norm): boolean => a.p === 2;
const isOther = (a: Norm): boolean => a.p !== 1 && a.p !== 2;

const lpNormalize = defineOperator({
  ...shared,
  type: 'lp_normalize',
  summary: 'Each slice over its p-norm, along axis 1 or the named axes; shape kept.',
  source: 'PyTorch torch.nn.functional.normalize; ONNX LpNormalization-22 (whose axis is −1 by default)',
  aliases: ['normalize'],
  attributes: {
    p: z.number().positive().default(2).describe('p of the norm, (Σ |x|^p)^(1/p).'),
    dim: oneOrMoreAxes.default(1).describe(over),
    eps,
  },
  counts: [
    count('mul', 'e', 'p 2', isEuclidean),
    count('sqrt', 'rows', 'p 2', isEuclidean),
    count('pow', 'e + rows', 'p neither 1 nor 2', isOther),
    count('cmp', 'rows', 'p 2', isEuclidean),
    count('cmp', 'e + rows', 'another p, which takes absolute values', (a: Norm) => !isEuclidean(a)),
    count('add', '(L − 1)·rows'),
    count('div', 'e'),
  ],
  examples: [
    // Two slices of 10: 10 absolute values and a comparison, 9 additions, 10 divisions each.
    {
      layer: { type: 'lp_normalize', p: 1 },
      inputs: [{ shape: [2, 10] }],
      outputs: [[2, 10]],
      parameters: 0,
      operations: { cmp: 22, add: 18, div: 20 },
    },
  ],
});

const meanVarianceNorm = defineOperator({
  ...shared,
  type: 'mean_variance_norm',
  summary: 'Each slice less its mean, over its standard deviation, by default over batch and space; shape kept.',
  source: 'ONNX MeanVarianceNormalization-13',
  aliases: ['MeanVarianceNormalization'],
  attributes: { dim: oneOrMoreAxes.default([0, 2, 3]).describe(over), eps },
  counts: [count('mul', 'e'), count('add', '(3·L − 1)·rows'), count('div', '(L + 2)·rows'), count('sqrt', 'rows')],
  examples: [
    // Two channels of L = 3·4·1 = 12 values: 12 squares; 11 + 12 + 11 + 1 = 35 additions; 12 + 2 divisions; a root each.
    {
      layer: { type: 'mean_variance_norm' },
      inputs: [{ shape: [3, 2, 4, 1] }],
      outputs: [[3, 2, 4, 1]],
      parameters: 0,
      operations: { mul: 24, add: 70, div: 28, sqrt: 2 },
    },
  ],
});

export const unitNormOperators: readonly Operator[] = [unitNorm, lpNormalize, meanVarianceNorm];
