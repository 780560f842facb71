/**
 * Operators on axes of which a part is in use, as far as lengths or positions say that are data themselves: `reverse_sequence` turns the used cells of each
 * sequence around, `tensor_scatter` puts new cells into a cache. Nothing is computed; a new tensor is written.
 * Source: ONNX operators ReverseSequence, version 10, and TensorScatter, version 24; TensorFlow ReverseSequence.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { isInteger } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { dimAliases, resolveAxis } from './axis-attribute.ts';
import type { LayerContext, Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

/** Refuses anything but one whole number a batch at input `index`. */
function requireOnePerBatch(inputs: readonly TensorType[], index: number, batch: number, layer: LayerContext): void {
  const { shape, dtype } = inputs[index] as TensorType;
  if (!isInteger(dtype))
    throw new Refusal(['inputs', index], 'wrong_dtype', `expected whole numbers, but ${layer.producer(index)} gives ${dtype}`);
  if (!sameShape(shape, [batch]))
    throw new Refusal(
      ['inputs', index],
      'shape_mismatch',
      `expected one number for each of ${batch} batches, but ${layer.producer(index)} gives ${formatShape(shape)}`,
    );
}

const reverseSequence = defineOperator({
  type: 'reverse_sequence',
  family: 'partial_sequences',
  summary: 'Reverses the first cells of each sequence, as many as its length says; the others stay. Writes a new tensor.',
  source: 'ONNX ReverseSequence-10; TensorFlow ReverseSequence',
  aliases: ['ReverseSequence'],
  attributes: {
    dim: axis.default(1).describe('Axis of the sequence, the batch axis being 0.'),
    batch_dim: axis.default(0).describe('Axis of the batches, one length each.'),
  },
  attributeAliases: { time_axis: 'dim', seq_dim: 'dim', seq_axis: 'dim', batch_axis: 'batch_dim' },
  inputs: { min: 2, max: 2, names: ['input', 'lengths'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const dim = resolveAxis(a.dim, input.shape, ['dim'], layer);
    const batch = resolveAxis(a.batch_dim, input.shape, ['batch_dim'], layer);
    if (dim === batch)
      throw new Refusal(
        ['dim'],
        'invalid_value',
        `dim ${a.dim} and batch_dim ${a.batch_dim} are the same axis of ${formatShape(input.shape)}`,
      );
    requireOnePerBatch(inputs, 1, input.shape[batch] ?? 1, layer);
    return [input];
  },
  counts: [],
  shape: 'the shape of the input',
  examples: [
    {
      layer: { type: 'reverse_sequence' },
      inputs: [{ shape: [2, 10, 4] }, { shape: [2], dtype: 'int64' }],
      outputs: [[2, 10, 4]],
      parameters: 0,
      operations: {},
    },
  ],
});

const tensorScatter = defineOperator({
  type: 'tensor_scatter',
  family: 'partial_sequences',
  summary: 'Puts new cells into a cache along one axis, at 0 or at a position for each batch. Writes a new tensor.',
  source: 'ONNX TensorScatter-24',
  aliases: ['TensorScatter'],
  attributes: {
    dim: axis.default(-2).describe('Axis of the sequence, the batch axis being 0.'),
    mode: z.enum(['linear', 'circular']).default('linear').describe('Whether positions past the end start over.'),
  },
  attributeAliases: dimAliases,
  inputs: { min: 2, max: 3, names: ['cache', 'update', 'positions'] },
  infer(a, inputs, layer) {
    const [cache, update] = inputs as [TensorType, TensorType];
    const dim = resolveAxis(a.dim, cache.shape, ['dim'], layer);
    const fits =
      cache.shape.length === update.shape.length && update.shape.every((extent, at) => fitsAt(extent, cache.shape[at], at === dim));
    if (!fits)
      throw new Refusal(
        ['inputs', 1],
        'shape_mismatch',
        `the update must agree with the cache, and be no longer along axis ${dim}: ${layer.producer(0)} gives ${formatShape(cache.shape)}, ${layer.producer(1)} gives ${formatShape(update.shape)}`,
      );
    if (inputs.length === 3) requireOnePerBatch(inputs, 2, cache.shape[0] ?? 1, layer);
    return [cache];
  },
  counts: [],
  shape: 'the shape of the cache',
  examples: [
    // One more key of 8 heads in a cache of 128.
    {
      layer: { type: 'tensor_scatter' },
      inputs: [{ shape: [1, 8, 128, 64] }, { shape: [1, 8, 1, 64] }, { shape: [1], dtype: 'int64' }],
      outputs: [[1, 8, 128, 64]],
      parameters: 0,
      operations: {},
    },
  ],
});

function fitsAt(extent: number, cached: number | undefined, isAlong: boolean): boolean {
  return cached !== undefined && (isAlong ? extent <= cached : extent === cached);
}

export const partialSequencesOperators: readonly Operator[] = [reverseSequence, tensorScatter];
