/**
 * Operators that pick or put whole slices and cells by tensors of indices. Moving values counts nothing; where `scatter` reduces, each update takes one
 * operation.
 *   take        data[:dim] + indices + data[dim + 1:], with the first batch_dims axes of the indices bound to those of the data
 *   gather_nd   the last axis of the indices, k long, is a place on k axes of the data behind batch_dims: indices[:−1] + data[batch_dims + k:]
 *   scatter     the data, with updates put where the indices along one axis say
 *   scatter_nd  the data, with slices put where rows of k indices say: updates are indices[:−1] + data[k:]
 *   one_hot     the indices, with an axis of classes
 * Source: ONNX operators Gather, GatherND, ScatterElements, ScatterND, OneHot; TensorFlow GatherV2; PyTorch documentation of torch.index_select,
 * torch.scatter, torch.nn.functional.one_hot.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { isInteger } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { axis, positiveInteger } from './attributes.ts';
import { dimAliases, resolveAxis } from './axis-attribute.ts';
import { resolvePlace } from './axis-list.ts';
import type { CountRule, LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const batchDims = z
  .int()
  .min(0)
  .max(63)
  .default(0)
  .describe('Leading axes that data and indices have in common, the batch axis being the first.');

function requireIndices(inputs: readonly TensorType[], layer: LayerContext): Shape {
  const { dtype, shape } = inputs[1] as TensorType;
  if (isInteger(dtype)) return shape;
  throw new Refusal(['inputs', 1], 'wrong_dtype', `indices must be integers, but ${layer.producer(1)} gives ${dtype}`);
}

function givenText(inputs: readonly TensorType[], layer: LayerContext): string {
  return inputs.map((input, index) => `${layer.producer(index)} gives ${formatShape(input.shape)}`).join(', ');
}

/** The first `batch` axes of data and indices agree, and both have them. */
function checkBatch(batch: number, inputs: readonly TensorType[], layer: LayerContext): void {
  const [data, indices] = inputs as [TensorType, TensorType];
  const shared = Math.min(data.shape.length, indices.shape.length);
  if (batch > shared)
    throw new Refusal(['batch_dims'], 'out_of_range', `batch_dims ${batch} is more axes than there are: ${givenText(inputs, layer)}`);
  for (let at = 0; at < batch; at++) {
    if (data.shape[at] !== indices.shape[at])
      throw new Refusal(['inputs', 1], 'shape_mismatch', `the first ${batch} axes must agree: ${givenText(inputs, layer)}`);
  }
}

const take = defineOperator({
  type: 'take',
  family: 'indexing',
  summary: 'Picks whole slices along one axis: each index becomes the slice that it names. data × indices of any shape.',
  source: 'ONNX Gather-13; TensorFlow GatherV2; PyTorch index_select; Keras keras.ops.take',
  aliases: ['Gather', 'GatherV2', 'index_select'],
  attributes: {
    dim: axis.default(0).describe('Axis that the indices count along; batch is 0, negative counts from the end.'),
    batch_dims: batchDims,
  },
  attributeAliases: dimAliases,
  inputs: { min: 2, max: 2, names: ['data', 'indices'] },
  infer(a, inputs, layer) {
    const data = inputs[0] as TensorType;
    const indices = requireIndices(inputs, layer);
    if (data.shape.length === 0)
      throw new Refusal(['inputs', 0], 'wrong_rank', `expected data with an axis to pick from, but ${layer.producer(0)} gives a scalar`);
    const dim = resolveAxis(a.dim, data.shape, ['dim'], layer);
    checkBatch(a.batch_dims, inputs, layer);
    if (a.batch_dims > dim)
      throw new Refusal(
        ['batch_dims'],
        'out_of_range',
        `batch_dims ${a.batch_dims} reaches past axis ${dim}, along which slices are picked`,
      );
    return [{ shape: [...data.shape.slice(0, dim), ...indices.slice(a.batch_dims), ...data.shape.slice(dim + 1)], dtype: data.dtype }];
  },
  counts: [],
  shape: 'the shape of the data, its axis dim replaced by the axes of the indices (those behind batch_dims)',
  examples: [
    // Rows of a table of 7 by 2·3 indices.
    {
      layer: { type: 'take', dim: 0 },
      inputs: [{ shape: [7, 4] }, { shape: [2, 3], dtype: 'int64' }],
      outputs: [[2, 3, 4]],
      parameters: 0,
      operations: {},
    },
  ],
});

const gatherNd = defineOperator({
  type: 'gather_nd',
  family: 'indexing',
  summary: 'Picks slices by rows of indices: the last axis of the indices is a place on as many axes of the data.',
  source: 'ONNX GatherND-13; TensorFlow GatherNd',
  aliases: ['GatherND', 'GatherNd'],
  attributes: { batch_dims: batchDims },
  inputs: { min: 2, max: 2, names: ['data', 'indices'] },
  infer(a, inputs, layer) {
    const data = inputs[0] as TensorType;
    const indices = requireIndices(inputs, layer);
    checkBatch(a.batch_dims, inputs, layer);
    const behind = a.batch_dims + placeLength(indices, data.shape.length - a.batch_dims, inputs, layer);
    return [{ shape: [...indices.slice(0, -1), ...data.shape.slice(behind)], dtype: data.dtype }];
  },
  counts: [],
  shape: 'the shape of the indices without their last axis, and the axes of the data that no index names',
  examples: [
    // Two places on the first two axes: two slices of 5.
    {
      layer: { type: 'gather_nd' },
      inputs: [{ shape: [3, 4, 5] }, { shape: [2, 2], dtype: 'int64' }],
      outputs: [[2, 5]],
      parameters: 0,
      operations: {},
    },
  ],
});

/** Extent of the last axis of the indices; refuses places on more axes than the data has. */
function placeLength(indices: Shape, axes: number, inputs: readonly TensorType[], layer: LayerContext): number {
  const k = indices.at(-1);
  if (k !== undefined && k <= axes) return k;
  const problem = k === undefined ? 'indices need a last axis' : `indices name places on ${k} axes, the data has ${axes} to place them on`;
  throw new Refusal(['inputs', 1], k === undefined ? 'wrong_rank' : 'shape_mismatch', `${problem}: ${givenText(inputs, layer)}`);
}

const reduce = z
  .enum(['none', 'add', 'mul', 'max', 'min'])
  .default('none')
  .describe('What an update does to the value that is there; "none" replaces it.');

interface Reducing {
  readonly reduce: string;
}

const updateCounts: readonly CountRule<Reducing>[] = [
  count('add', 'updates', 'reduce "add"', (a: Reducing) => a.reduce === 'add'),
  count('mul', 'updates', 'reduce "mul"', (a: Reducing) => a.reduce === 'mul'),
  count('cmp', 'updates', 'reduce "max" or "min"', (a: Reducing) => a.reduce === 'max' || a.reduce === 'min'),
];

const scattering = {
  family: 'indexing',
  attributeAliases: { ...dimAliases, reduction: 'reduce' },
  inputs: { min: 3, max: 3, names: ['data', 'indices', 'updates'] },
  symbols: (_a: unknown, inputs: readonly TensorType[]) => ({ updates: elementsOf((inputs[2] as TensorType).shape) }),
  counts: updateCounts,
  shape: 'the shape of the data',
};

const scatter = defineOperator({
  ...scattering,
  type: 'scatter',
  summary: 'The data, with each update put, along one axis, where its index says; writes a new tensor.',
  source: 'PyTorch scatter, scatter_reduce; ONNX ScatterElements-18',
  aliases: ['ScatterElements', 'Scatter'],
  attributes: { dim: axis.default(0).describe('Axis that the indices count along; batch is 0, negative counts from the end.'), reduce },
  infer(a, inputs, layer) {
    const [data, , updates] = inputs as [TensorType, TensorType, TensorType];
    const indices = requireIndices(inputs, layer);
    const dim = resolveAxis(a.dim, data.shape, ['dim'], layer);
    if (indices.length !== data.shape.length)
      throw new Refusal(['inputs', 1], 'wrong_rank', `indices must have as many axes as the data: ${givenText(inputs, layer)}`);
    if (indices.some((extent, at) => at !== dim && extent > (data.shape[at] as number)))
      throw new Refusal(
        ['inputs', 1],
        'shape_mismatch',
        `indices must be no larger than the data beside axis ${dim}: ${givenText(inputs, layer)}`,
      );
    if (!sameShape(indices, updates.shape))
      throw new Refusal(['inputs', 2], 'shape_mismatch', `each update needs its index: ${givenText(inputs, layer)}`);
    checkUpdates(data, updates, layer);
    return [data];
  },
  examples: [
    // Each of 2·3 updates is one addition.
    {
      layer: { type: 'scatter', dim: 1, reduce: 'add' },
      inputs: [{ shape: [2, 5] }, { shape: [2, 3], dtype: 'int64' }, { shape: [2, 3] }],
      outputs: [[2, 5]],
      parameters: 0,
      operations: { add: 6 },
    },
  ],
});

const scatterNd = defineOperator({
  ...scattering,
  attributeAliases: { reduction: 'reduce' },
  type: 'scatter_nd',
  summary: 'The data, with whole slices put where rows of indices say; writes a new tensor.',
  source: 'ONNX ScatterND-18; TensorFlow TensorScatterUpdate',
  aliases: ['ScatterND', 'TensorScatterUpdate'],
  attributes: { reduce },
  infer(_a, inputs, layer) {
    const [data, , updates] = inputs as [TensorType, TensorType, TensorType];
    const indices = requireIndices(inputs, layer);
    const k = placeLength(indices, data.shape.length, inputs, layer);
    const wanted = [...indices.slice(0, -1), ...data.shape.slice(k)];
    if (!sameShape(wanted, updates.shape))
      throw new Refusal(['inputs', 2], 'shape_mismatch', `updates must be ${formatShape(wanted)}: ${givenText(inputs, layer)}`);
    checkUpdates(data, updates, layer);
    return [data];
  },
  examples: [
    // Two slices of 5 replace two others.
    {
      layer: { type: 'scatter_nd' },
      inputs: [{ shape: [3, 4, 5] }, { shape: [2, 2], dtype: 'int64' }, { shape: [2, 5] }],
      outputs: [[3, 4, 5]],
      parameters: 0,
      operations: {},
    },
  ],
});

function checkUpdates(data: TensorType, updates: TensorType, layer: LayerContext): void {
  if (data.dtype === updates.dtype) return;
  throw new Refusal(
    ['inputs', 2],
    'wrong_dtype',
    `updates have the type of the data: ${layer.producer(0)} gives ${data.dtype}, ${layer.producer(2)} gives ${updates.dtype}; cast one of them`,
  );
}

const classes = formula('num_classes');

const oneHot = defineOperator({
  type: 'one_hot',
  family: 'indexing',
  summary: 'A new axis of classes, 1 at the index and 0 elsewhere; int64 unless the layer states a dtype.',
  source: 'PyTorch torch.nn.functional.one_hot; ONNX OneHot-11',
  aliases: ['OneHot'],
  attributes: {
    num_classes: positiveInteger.describe('Extent of the new axis.'),
    dim: axis.default(-1).describe('Where the new axis stands in the output, the batch axis being 0.'),
  },
  attributeAliases: { ...dimAliases, depth: 'num_classes' },
  inputs: { min: 1, max: 1, names: ['indices'] },
  infer(a, inputs, layer) {
    const { shape, dtype } = inputs[0] as TensorType;
    if (!isInteger(dtype))
      throw new Refusal(['inputs', 0], 'wrong_dtype', `indices must be integers, but ${layer.producer(0)} gives ${dtype}`);
    const place = resolvePlace(a.dim, shape, ['dim'], layer);
    return [{ shape: [...shape.slice(0, place), a.num_classes, ...shape.slice(place)], dtype: 'int64' }];
  },
  counts: [],
  shape: `the shape of the indices, with an axis of ${classes.text} put in at dim`,
  extents(a, inputs) {
    const rank = (inputs[0] as TensorType).shape.length + 1;
    return [{ output: 0, axis: a.dim < 0 ? a.dim + rank : a.dim, formula: classes, symbols: { num_classes: a.num_classes } }];
  },
  examples: [
    {
      layer: { type: 'one_hot', num_classes: 10 },
      inputs: [{ shape: [2, 3], dtype: 'int64' }],
      outputs: [[2, 3, 10]],
      parameters: 0,
      operations: {},
    },
  ],
});

export const indexingOperators: readonly Operator[] = [take, gatherNd, scatter, scatterNd, oneHot];
