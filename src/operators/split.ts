/**
 * Operators that take parts of a tensor: `split` all of it in pieces along an axis, `slice` every step-th cell of a range, on one axis or several. Their
 * outputs are views, as in NumPy those of a negative step too, which PyTorch does not have.
 * Source: PyTorch documentation of torch.split; slicing as in NumPy; ONNX operator Slice, version 13, whose clamping it follows.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { axisOf, formatShape, sameShape } from '../tensor/shape.ts';
import { axis, integer, maxInteger, positiveInteger } from './attributes.ts';
import { resolveAxis, withExtent } from './axis-attribute.ts';
import { listed, oneOrMoreAxes, resolveAxes } from './axis-list.ts';
import type { LayerContext, Operator } from './operator.ts';
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

/** ONNX's "to the end" is past 2^53 − 1. */
const clamped = (value: unknown): unknown =>
  typeof value === 'number' ? Math.max(Math.min(value, Number.MAX_SAFE_INTEGER), -Number.MAX_SAFE_INTEGER) : value;
const clampedList = (value: unknown): unknown => (Array.isArray(value) ? value.map(clamped) : undefined);

const positions = z.union([integer, z.array(integer).min(1).max(64)]);
const stepSize = z.union([positiveInteger, z.int().min(-maxInteger).max(-1)]);

interface SliceAttributes {
  readonly dim: number | readonly number[];
  readonly start?: number | readonly number[] | undefined;
  readonly end?: number | readonly number[] | undefined;
  readonly step: number | readonly number[];
}

/** What is taken from one axis, positions clamped; `end` is −1 where cells down to the first are taken. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const slice = defineOperator({
  type: 'slice',
  family: 'split',
  summary:
    'Takes every step-th cell of an axis from start up to, not including, end, on one axis or several; a view. Positions below 0 count from the end, those outside are clamped; a negative step runs backwards.',
  source: 'PyTorch indexing x[start:end:step]; NumPy for negative steps; ONNX Slice-13',
  aliases: ['Slice'],
  attributes: {
    dim: oneOrMoreAxes.default(0).describe('Axis or axes to take from, the batch axis being 0.'),
    start: positions
      .optional()
      .describe('First cell, one number or one per axis of dim; the first of the axis, of a negative step the last, where absent.'),
    end: positions
      .optional()
      .describe('Cell after the last, one number or one per axis of dim; the end of the axis, of a negative step its start, where absent.'),
    step: z
      .union([stepSize, z.array(stepSize).min(1).max(64)])
      .default(1)
      .describe('Distance between the cells taken, in cells, one number or one per axis of dim; negative runs backwards.'),
  },
  attributeAliases: {
    axis: 'dim',
    axes: 'dim',
    starts: { attribute: 'start', read: clampedList, form: 'a list of whole numbers, one per axis' },
    ends: { attribute: 'end', read: clampedList, form: 'a list of whole numbers, one per axis' },
    steps: 'step',
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
    checkLengths(a);
    const taken =
      typeof a.dim === 'number' ? [resolveAxis(a.dim, input.shape, ['dim'], layer)] : resolveAxes('dim', a.dim, input.shape, layer);
    const shape = input.shape.slice();
    taken.forEach((axis, entry) => {
      const range = rangeOf(a, entry, axis, input.shape);
      const cells = Math.ceil((range.end - range.start) / range.step);
      if (cells < 1) throw nothingTaken(a, entry, axis, input.shape, layer);
      shape[axis] = cells;
    });
    return sameShape(shape, input.shape) ? [input] : [{ shape, dtype: input.dtype }];
  },
  counts: [],
  shape: `each axis of dim is ${sliced.text}, start and end counted from the front and clamped to the axis; the others are kept`,
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    return listed(a.dim).map((dim, entry) => {
      const { axis, start, end, step } = rangeOf(a, entry, axisOf(dim, shape.length) ?? 0, shape);
      return { output: 0, axis, formula: sliced, symbols: { start, end, step } };
    });
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
    // Every other row, and columns 6, 3 and 0: ⌈(8 − 0)/2⌉ = 4 and ⌈(−1 − 6)/−3⌉ = 3.
    {
      layer: { type: 'slice', dim: [1, 2], step: [2, -3] },
      inputs: [{ shape: [1, 8, 7] }],
      outputs: [[1, 4, 3]],
      parameters: 0,
      operations: {},
    },
  ],
});

/** Lists have one entry for each axis of `dim`; a number stands for all of them. */
function checkLengths(a: SliceAttributes): void {
  const axes = listed(a.dim).length;
  for (const key of ['start', 'end', 'step'] as const) {
    const value = a[key];
    if (value === undefined || typeof value === 'number' || value.length === axes) continue;
    throw new Refusal(
      [key],
      'mismatch',
      `${key} has ${value.length} ${value.length === 1 ? 'entry' : 'entries'}, dim names ${axes} ${axes === 1 ? 'axis' : 'axes'}`,
    );
  }
}

/** Entry `entry` of an attribute that is one number for all axes or one per axis. */
function entryOf<T extends number | undefined>(value: T | readonly number[], entry: number): T | number | undefined {
  return typeof value === 'object' ? value[entry] : value;
}

function rangeOf(a: SliceAttributes, entry: number, axis: number, shape: Shape): Range {
  const extent = shape[axis] ?? 1;
  const step = entryOf(a.step, entry) ?? 1;
  const start = entryOf(a.start, entry);
  const end = entryOf(a.end, entry);
  if (step > 0) return { axis, step, start: position(start ?? 0, extent, 0, extent), end: position(end ?? extent, extent, 0, extent) };
  return {
    axis,
    step,
    start: position(start ?? extent - 1, extent, 0, extent - 1),
    end: end === undefined ? -1 : position(end, extent, -1, extent - 1),
  };
}

/** A slice position counted from the front, inside [least, most]. */
function position(given: number, extent: number, least: number, most: number): number {
  return Math.min(Math.max(given < 0 ? given + extent : given, least), most);
}

function nothingTaken(a: SliceAttributes, entry: number, axis: number, shape: Shape, layer: LayerContext): Refusal {
  const extent = shape[axis] ?? 1;
  const step = entryOf(a.step, entry) ?? 1;
  const key = a.end === undefined ? 'start' : 'end';
  const from = entryOf(a.start, entry) ?? (step > 0 ? 0 : extent - 1);
  const to = entryOf(a.end, entry) ?? (step > 0 ? extent : 'the first');
  return new Refusal(
    typeof a[key] === 'object' ? [key, entry] : [key],
    'empty_output',
    `from ${from} to ${to}${step > 0 ? '' : ` in steps of ${step}`} there is nothing on axis ${axis} of ${formatShape(shape)} from ${layer.producer(0)}, which has ${extent} cells`,
  );
}

export const splitOperators: readonly Operator[] = [split, slice];
