/**
 * Operators that cut the same elements into other axes: views, without cost. `flatten` merges neighbouring axes, `unflatten` takes one apart,
 * `reshape` states the whole shape, batch axis included. Elements keep their row-major order.
 * Source: PyTorch documentation of Flatten, Unflatten and torch.reshape.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { Formula, Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import { elementsOf, productOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { axisOf, formatShape } from '../tensor/shape.ts';
import { axis, positiveInteger } from './attributes.ts';
import { resolveAxis } from './axis-attribute.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

/** An extent, or −1 for the one that follows from the others. */
const extentOrFree = z.union([z.literal(-1), positiveInteger]);

const quotient = formula('i/given');
const remainder = formula('elements/given');
/** Products of two to ten extents, by their number; more of them are one symbol. */
const products = Array.from({ length: 11 }, (_, factors) =>
  formula(Array.from({ length: Math.max(factors, 1) }, (_unused, factor) => `i${factor}`).join('·')),
);
const longProduct = formula('{Π i}');

function productFormula(extents: Shape): { formula: Formula; symbols: Symbols } {
  const known = products[extents.length];
  if (known === undefined) return { formula: longProduct, symbols: { 'Π i': productOf(extents) } };
  return { formula: known, symbols: Object.fromEntries(extents.map((extent, factor) => [`i${factor}`, extent])) };
}

const flatten = defineOperator({
  type: 'flatten',
  family: 'flatten',
  summary: 'Merges the axes from start_dim to end_dim into one; a view.',
  source: 'PyTorch Flatten',
  aliases: ['Flatten'],
  attributes: {
    start_dim: axis.default(1).describe('First axis to merge, the batch axis being 0.'),
    end_dim: axis.default(-1).describe('Last axis to merge.'),
  },
  attributeAliases: { axis: 'start_dim', end_axis: 'end_dim' },
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const start = resolveAxis(a.start_dim, input.shape, ['start_dim'], layer);
    const end = resolveAxis(a.end_dim, input.shape, ['end_dim'], layer);
    const { shape } = input;
    if (start > end) {
      throw new Refusal(
        ['end_dim'],
        'out_of_range',
        `end_dim ${a.end_dim} comes before start_dim ${a.start_dim} among the ${shape.length} axes of ${formatShape(shape)}`,
      );
    }
    if (start === end && shape.length > 0) return [input];
    const merged = shape.slice(0, start);
    merged.push(productOf(shape, start, end + 1));
    for (let kept = end + 1; kept < shape.length; kept++) merged.push(shape[kept] as number);
    return [{ shape: merged, dtype: input.dtype }];
  },
  counts: [],
  shape: 'axes start_dim to end_dim become one, whose extent is their product; the others are kept',
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const start = axisOf(a.start_dim, shape.length) ?? 0;
    const merged = shape.slice(start, (axisOf(a.end_dim, shape.length) ?? 0) + 1);
    return merged.length < 2 ? [] : [{ output: 0, axis: start, ...productFormula(merged) }];
  },
  examples: [
    // Between the two halves of VGG-16: 512·7·7 features a sample.
    { layer: { type: 'flatten' }, inputs: [{ shape: [1, 512, 7, 7] }], outputs: [[1, 25088]], parameters: 0, operations: {} },
    // Spatial axes only, as a vision transformer makes its sequence: 14·14 patches.
    {
      layer: { type: 'flatten', start_dim: 2 },
      inputs: [{ shape: [2, 768, 14, 14] }],
      outputs: [[2, 768, 196]],
      parameters: 0,
      operations: {},
    },
  ],
});

const unflatten = defineOperator({
  type: 'unflatten',
  family: 'flatten',
  summary: 'Takes one axis apart into several whose product it is; a view.',
  source: 'PyTorch Unflatten',
  aliases: ['Unflatten'],
  attributes: {
    dim: axis.describe('Axis to take apart, the batch axis being 0.'),
    unflattened_size: z.array(extentOrFree).min(1).max(64).describe('Extents that replace it; one may be -1 and follows from the others.'),
  },
  attributeAliases: { axis: 'dim', sizes: 'unflattened_size' },
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const { shape } = input;
    if (shape.length === 0) {
      throw new Refusal(
        ['inputs', 0],
        'wrong_rank',
        `expected an input with an axis to take apart, but ${layer.producer(0)} gives a scalar`,
      );
    }
    const dim = resolveAxis(a.dim, shape, ['dim'], layer);
    const extent = shape[dim] as number;
    const sizes =
      resolveSizes('unflattened_size', a.unflattened_size, extent) ??
      mismatch(
        'unflattened_size',
        a.unflattened_size,
        `axis ${dim} of ${formatShape(shape)} from ${layer.producer(0)} has ${extent} cells`,
      );
    return [{ shape: [...shape.slice(0, dim), ...sizes, ...shape.slice(dim + 1)], dtype: input.dtype }];
  },
  counts: [],
  shape: 'axis dim becomes the axes of unflattened_size; the others are kept; -1 is what is left of the extent',
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const dim = axisOf(a.dim, shape.length) ?? 0;
    const free = a.unflattened_size.indexOf(-1);
    return free < 0
      ? []
      : [{ output: 0, axis: dim + free, formula: quotient, symbols: { i: shape[dim] ?? 1, given: givenProduct(a.unflattened_size) } }];
  },
  examples: [
    // The features of 12 attention heads, 768/12 = 64 each.
    {
      layer: { type: 'unflatten', dim: 2, unflattened_size: [12, -1] },
      inputs: [{ shape: [1, 10, 768] }],
      outputs: [[1, 10, 12, 64]],
      parameters: 0,
      operations: {},
    },
  ],
});

const reshape = defineOperator({
  type: 'reshape',
  family: 'flatten',
  summary: 'Gives the same elements another shape, batch axis included; a view.',
  source: 'PyTorch torch.reshape; ONNX Reshape-21 (its 0 for "as in the input" is not taken)',
  aliases: ['Reshape', 'view', 'View'],
  attributes: {
    shape: z.array(extentOrFree).max(64).describe('Extents of the output, batch axis included; one may be -1 and follows from the others.'),
  },
  attributeAliases: { newshape: 'shape' },
  // An alias is a spelling, not a dialect: Keras leaves the batch axis out of `target_shape`, `shape` has it, so neither can stand for the other.
  foreignAttributes: {
    target_shape: 'write shape with the batch axis in front (one extent may be -1), or "flatten" and "unflatten", which keep that axis',
  },
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const elements = elementsOf(input.shape);
    const sizes =
      resolveSizes('shape', a.shape, elements) ??
      mismatch(
        'shape',
        a.shape,
        `${layer.producer(0)} gives ${formatShape(input.shape)}, which has ${elements}${batchHint(a.shape, input, elements)}`,
      );
    return [{ shape: sizes, dtype: input.dtype }];
  },
  counts: [],
  shape: 'shape as stated, with as many elements as the input; -1 is what the other extents leave',
  extents(a, inputs) {
    const free = a.shape.indexOf(-1);
    return free < 0
      ? []
      : [
          {
            output: 0,
            axis: free,
            formula: remainder,
            symbols: { elements: elementsOf((inputs[0] as TensorType).shape), given: givenProduct(a.shape) },
          },
        ];
  },
  examples: [
    // 24 elements in rows of 4: 24/4 = 6 rows.
    { layer: { type: 'reshape', shape: [-1, 4] }, inputs: [{ shape: [2, 3, 4] }], outputs: [[6, 4]], parameters: 0, operations: {} },
  ],
});

/** Product of the extents that are stated. */
function givenProduct(sizes: readonly number[]): number {
  let product = 1;
  for (const size of sizes) if (size !== -1) product *= size;
  return product;
}

/** `sizes` with their −1 worked out, so that they multiply to `total`; undefined where they cannot. */
function resolveSizes(attribute: string, sizes: readonly number[], total: number): Shape | undefined {
  const free = sizes.indexOf(-1);
  const second = free < 0 ? -1 : sizes.indexOf(-1, free + 1);
  if (second >= 0) {
    throw new Refusal(
      [attribute, second],
      'invalid_value',
      `only one extent can follow from the others, but ${attribute} ${formatShape(sizes)} has -1 more than once`,
    );
  }
  const given = givenProduct(sizes);
  if (free < 0) return given === total ? sizes : undefined;
  if (total % given !== 0) return undefined;
  const resolved = sizes.slice();
  resolved[free] = total / given;
  return resolved;
}

function mismatch(attribute: string, sizes: readonly number[], found: string): never {
  const free = sizes.includes(-1);
  const wanted = free ? `a multiple of ${givenProduct(sizes)}` : `${givenProduct(sizes)} elements`;
  throw new Refusal([attribute], free ? 'not_divisible' : 'mismatch', `${attribute} ${formatShape(sizes)} needs ${wanted}, but ${found}`);
}

/** The usual slip is the batch axis: left out, or stated for one batch size. */
function batchHint(sizes: readonly number[], input: TensorType, elements: number): string {
  const batch = input.shape[0];
  const given = givenProduct(sizes);
  if (batch === undefined || sizes.includes(-1)) return '';
  const slip = given * batch === elements || (given / (sizes[0] ?? 1)) * batch === elements;
  return slip ? '; the shape includes the batch axis, for which -1 can stand' : '';
}

export const flattenOperators: readonly Operator[] = [flatten, unflatten, reshape];
