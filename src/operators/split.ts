/**
 * Operators that take parts of a tensor along an axis: `split` all of it in pieces, `slice` every step-th cell of a range. Their outputs are views.
 * Source: PyTorch documentation of torch.split; slicing as in NumPy and ONNX Slice, with positive steps.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { TensorType } from '../tensor/shape.ts';
import { axisOf, formatShape } from '../tensor/shape.ts';
import { axis, integer, positiveInteger } from './attributes.ts';
import { resolveAxis, withExtent } from './axis-attribute.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

/** As many parts as a layer may have inputs. */
const maxParts = 4096;

const sliced = formula('⌈(end − start)/step⌉');
const part = formula('min(split_size, i − taken)');

const split = defineOperator({
  type: 'split',
  family: 'split',
  summary:
    'Cuts a tensor along an axis into parts of one size, the last one smaller, or of the listed sizes; one output a part, all of them views.',
  source: 'PyTorch torch.split; ONNX Split-18',
  aliases: ['Split'],
  attributes: {
    split_size: z
      .union([positiveInteger, z.array(positiveInteger).min(1).max(maxParts)])
      .describe('Cells of each part, or the list of all parts’ cells.'),
    dim: axis.default(0).describe('Axis to cut, the batch axis being 0.'),
  },
  attributeAliases: { axis: 'dim', split: 'split_size', split_size_or_sections: 'split_size' },
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    if (input.shape.length === 0)
      throw new Refusal(['inputs', 0], 'wrong_rank', `expected an input with an axis to cut, but ${layer.producer(0)} gives a scalar`);
    const dim = resolveAxis(a.dim, input.shape, ['dim'], layer);
    const extent = input.shape[dim] as number;
    const sizes = typeof a.split_size === 'number' ? evenParts(a.split_size, extent, dim) : a.split_size;
    let sum = 0;
    for (const size of sizes) sum += size;
    if (sum !== extent) {
      throw new Refusal(
        ['split_size'],
        'mismatch',
        `split_size ${formatShape(sizes)} takes ${sum} cells, but axis ${dim} of ${formatShape(input.shape)} from ${layer.producer(0)} has ${extent}`,
      );
    }
    return sizes.map((size) => ({ shape: withExtent(input.shape, dim, size), dtype: input.dtype }));
  },
  counts: [],
  shape: 'axis dim is split_size in each part, the last one taking what is left; the others are kept',
  extents(a, inputs, outputs) {
    const { split_size } = a;
    if (typeof split_size !== 'number') return [];
    const { shape } = inputs[0] as TensorType;
    const dim = axisOf(a.dim, shape.length) ?? 0;
    return outputs.map((_, output) => ({
      output,
      axis: dim,
      formula: part,
      symbols: { split_size, i: shape[dim] ?? 1, taken: output * split_size },
    }));
  },
  examples: [
    // Query, key and value of one projection.
    {
      layer: { type: 'split', split_size: 768, dim: 2 },
      inputs: [{ shape: [1, 10, 2304] }],
      outputs: [
        [1, 10, 768],
        [1, 10, 768],
        [1, 10, 768],
      ],
      parameters: 0,
      operations: {},
    },
    // 7 = 3 + 3 + 1.
    {
      layer: { type: 'split', split_size: 3, dim: 1 },
      inputs: [{ shape: [2, 7] }],
      outputs: [
        [2, 3],
        [2, 3],
        [2, 1],
      ],
      parameters: 0,
      operations: {},
    },
  ],
});

/** Parts of `size` cells, the last one with what is left. */
function evenParts(size: number, extent: number, dim: number): readonly number[] {
  const count = Math.ceil(extent / size);
  if (count > maxParts) {
    throw new Refusal(
      ['split_size'],
      'out_of_range',
      `split_size ${size} cuts the ${extent} cells of axis ${dim} into ${count} parts; the most is ${maxParts}`,
    );
  }
  const sizes = new Array<number>(count).fill(size);
  sizes[count - 1] = extent - (count - 1) * size;
  return sizes;
}

/** Lists of one entry, as ONNX slices one axis; its "to the end" is past 2^53 − 1. */
const single = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? clamped(value[0]) : undefined);
const singleForm = 'a list of one whole number (each axis is sliced in a layer of its own)';
const clamped = (value: unknown): unknown =>
  typeof value === 'number' ? Math.max(Math.min(value, Number.MAX_SAFE_INTEGER), -Number.MAX_SAFE_INTEGER) : value;

const slice = defineOperator({
  type: 'slice',
  family: 'split',
  summary:
    'Takes every step-th cell of an axis from start up to, not including, end; a view. Positions below 0 count from the end, those outside are clamped.',
  source: 'PyTorch indexing x[start:end:step]; ONNX Slice-13 with positive steps',
  aliases: ['Slice'],
  attributes: {
    dim: axis.default(0).describe('Axis to take from, the batch axis being 0.'),
    start: integer.optional().describe('First cell; the first of the axis where absent.'),
    end: integer.optional().describe('Cell after the last; the end of the axis where absent.'),
    step: positiveInteger.default(1).describe('Distance between the cells taken, in cells.'),
  },
  attributeAliases: {
    axis: 'dim',
    axes: { attribute: 'dim', read: single, form: 'a list of one axis (each axis is sliced in a layer of its own)' },
    starts: { attribute: 'start', read: single, form: singleForm },
    ends: { attribute: 'end', read: single, form: singleForm },
    steps: { attribute: 'step', read: single, form: 'a list of one whole number of at least 1' },
  },
  inputs: { min: 1, max: 1, names: ['input'] },
  aliasesInput: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    if (input.shape.length === 0) {
      throw new Refusal(
        ['inputs', 0],
        'wrong_rank',
        `expected an input with an axis to take from, but ${layer.producer(0)} gives a scalar`,
      );
    }
    const dim = resolveAxis(a.dim, input.shape, ['dim'], layer);
    const extent = input.shape[dim] as number;
    const start = position(a.start ?? 0, extent);
    const end = position(a.end ?? extent, extent);
    if (end <= start) {
      const key = a.end === undefined ? 'start' : 'end';
      throw new Refusal(
        [key],
        'empty_output',
        `from ${a.start ?? 0} to ${a.end ?? extent} there is nothing on axis ${dim} of ${formatShape(input.shape)} from ${layer.producer(0)}, which has ${extent} cells`,
      );
    }
    const cells = Math.ceil((end - start) / a.step);
    return cells === extent ? [input] : [{ shape: withExtent(input.shape, dim, cells), dtype: input.dtype }];
  },
  counts: [],
  shape: `axis dim is ${sliced.text}, start and end counted from the front and clamped to the axis; the others are kept`,
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const dim = axisOf(a.dim, shape.length) ?? 0;
    const extent = shape[dim] ?? 1;
    return [
      {
        output: 0,
        axis: dim,
        formula: sliced,
        symbols: { start: position(a.start ?? 0, extent), end: position(a.end ?? extent, extent), step: a.step },
      },
    ];
  },
  examples: [
    // The class token of a sequence.
    {
      layer: { type: 'slice', dim: 1, start: 0, end: 1 },
      inputs: [{ shape: [1, 197, 768] }],
      outputs: [[1, 1, 768]],
      parameters: 0,
      operations: {},
    },
    // Cells 1, 3 and 5: ⌈(6 − 1)/2⌉ = 3.
    {
      layer: { type: 'slice', dim: -1, start: 1, end: -1, step: 2 },
      inputs: [{ shape: [2, 7] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: {},
    },
  ],
});

/** A slice position from the front, inside the axis. */
function position(given: number, extent: number): number {
  return Math.min(Math.max(given < 0 ? given + extent : given, 0), extent);
}

export const splitOperators: readonly Operator[] = [split, slice];
