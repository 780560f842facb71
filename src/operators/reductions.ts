/**
 * Reductions over axes: sum, mean, product, largest, smallest, any, all. A slice of L values takes L − 1 additions, multiplications or comparisons; a mean
 * one division more.
 * Source: PyTorch documentation of torch.sum, torch.mean, torch.prod, torch.amax, torch.amin, torch.any, torch.all; ONNX operators as named below.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { dimAliases, keepdimAliases, resolveAxis } from './axis-attribute.ts';
import { resolveAxes } from './axis-list.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

interface ReductionAttributes {
  readonly dim?: number | readonly number[] | undefined;
  readonly keepdim: boolean;
}

/** The shape that is left; every axis is reduced where `dim` is absent or empty. Refuses axes that do not exist or are named twice. */
export function reducedShape(a: ReductionAttributes, shape: Shape, layer: LayerContext): Shape {
  const { dim, keepdim } = a;
  const result: number[] = [];
  if (dim === undefined || (typeof dim === 'object' && dim.length === 0)) {
    if (keepdim) for (let index = 0; index < shape.length; index++) result.push(1);
    return result;
  }
  const reduced = typeof dim === 'number' ? resolveAxis(dim, shape, ['dim'], layer) : resolveAxes('dim', dim, shape, layer);
  for (let index = 0; index < shape.length; index++) {
    if (typeof reduced === 'number' ? reduced !== index : !reduced.includes(index)) result.push(shape[index] as number);
    else if (keepdim) result.push(1);
  }
  return result;
}

/** Elements `e` of the output, each from a slice of length `L`. */
export function reductionSymbols(_a: unknown, inputs: readonly TensorType[], outputs: readonly TensorType[]): Symbols {
  const e = elementsOf((outputs[0] as TensorType).shape);
  return { e, L: elementsOf((inputs[0] as TensorType).shape) / e };
}

export const keepdim = z.boolean().default(false).describe('Keeps reduced axes with extent 1.');

/** A reduction whose output has the type that `typeOf` tells. */
export function reduction(type: string, typeOf: (input: TensorType, layer: LayerContext) => DType) {
  return {
    type,
    family: 'reductions',
    attributes: {
      dim: z
        .union([axis, z.array(axis).max(64)])
        .optional()
        .describe('Axis or axes that are reduced, batch is 0, negative counts from the end; every axis where absent.'),
      keepdim,
    },
    attributeAliases: { ...dimAliases, ...keepdimAliases },
    inputs: { min: 1, max: 1, names: ['input'] },
    infer(a: ReductionAttributes, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
      const input = inputs[0] as TensorType;
      return [{ shape: reducedShape(a, input.shape, layer), dtype: typeOf(input, layer) }];
    },
    symbols: reductionSymbols,
    shape: 'the shape of the input without the axes dim, or with extent 1 there where keepdim',
  };
}

const ownType = (input: TensorType): DType => input.dtype;

/** Integers and bool are summed up in int64, unless the layer states a type. */
export function sumType(input: TensorType): DType {
  return isFloating(input.dtype) ? input.dtype : 'int64';
}

/** A mean and its kin, `what`, are floating: of an integer tensor the layer has to say in which type. */
export function statisticType(what: string): (input: TensorType, layer: LayerContext) => DType {
  return (input, layer) => {
    const dtype = layer.dtype ?? input.dtype;
    if (isFloating(dtype)) return dtype;
    if (layer.dtype !== undefined) throw new Refusal(['dtype'], 'wrong_dtype', `${what} has a floating type; dtype is ${dtype}`);
    throw new Refusal(
      ['inputs', 0],
      'wrong_dtype',
      `${what} has a floating type, but ${layer.producer(0)} gives ${dtype}; state dtype, or cast it first`,
    );
  };
}

const mean = defineOperator({
  ...reduction('mean', statisticType('a mean')),
  summary: 'Mean over axes.',
  source: 'PyTorch mean; ONNX ReduceMean-18',
  aliases: ['ReduceMean', 'reduce_mean'],
  counts: [count('add', '(L − 1)·e'), count('div', 'e')],
  examples: [
    // Global average pooling: 512 means of 49 values, 48 additions and a division each.
    {
      layer: { type: 'mean', dim: [2, 3] },
      inputs: [{ shape: [1, 512, 7, 7] }],
      outputs: [[1, 512]],
      parameters: 0,
      operations: { add: 24576, div: 512 },
    },
  ],
});

const sum = defineOperator({
  ...reduction('sum', sumType),
  summary: 'Sum over axes; integers are summed up in int64.',
  source: 'PyTorch sum; ONNX ReduceSum-13',
  aliases: ['ReduceSum', 'reduce_sum'],
  counts: [count('add', '(L − 1)·e')],
  examples: [
    // 2·4 sums of 3 values, 2 additions each.
    { layer: { type: 'sum', dim: 1 }, inputs: [{ shape: [2, 3, 4] }], outputs: [[2, 4]], parameters: 0, operations: { add: 16 } },
  ],
});

const reduceMax = defineOperator({
  ...reduction('reduce_max', ownType),
  summary: 'Largest value over axes.',
  source: 'PyTorch amax; ONNX ReduceMax-20',
  aliases: ['ReduceMax', 'amax'],
  counts: [count('cmp', '(L − 1)·e')],
  examples: [
    // One maximum of 24 values: 23 comparisons.
    {
      layer: { type: 'reduce_max', keepdim: true },
      inputs: [{ shape: [2, 3, 4] }],
      outputs: [[1, 1, 1]],
      parameters: 0,
      operations: { cmp: 23 },
    },
  ],
});

const reduceMin = defineOperator({
  ...reduction('reduce_min', ownType),
  summary: 'Smallest value over axes.',
  source: 'PyTorch amin; ONNX ReduceMin-20',
  aliases: ['ReduceMin', 'amin'],
  counts: [count('cmp', '(L − 1)·e')],
  examples: [
    // 2·3 minima of 4 values, 3 comparisons each.
    { layer: { type: 'reduce_min', dim: -1 }, inputs: [{ shape: [2, 3, 4] }], outputs: [[2, 3]], parameters: 0, operations: { cmp: 18 } },
  ],
});

const reduceProd = defineOperator({
  ...reduction('reduce_prod', sumType),
  summary: 'Product over axes; integers are multiplied in int64.',
  source: 'PyTorch prod (of one axis); ONNX ReduceProd-18',
  aliases: ['ReduceProd', 'prod'],
  counts: [count('mul', '(L − 1)·e')],
  examples: [
    // 2·4 products of 3 values, 2 multiplications each.
    { layer: { type: 'reduce_prod', dim: 1 }, inputs: [{ shape: [2, 3, 4] }], outputs: [[2, 4]], parameters: 0, operations: { mul: 16 } },
  ],
});

/** Truth is bool; of uint8, PyTorch's bool of old, it stays uint8. */
const truthType = (input: TensorType): DType => (input.dtype === 'uint8' ? 'uint8' : 'bool');

const any = defineOperator({
  ...reduction('any', truthType),
  summary: 'True where any value over axes is true or other than 0; the output is bool.',
  source: 'PyTorch any; Keras keras.ops.any',
  aliases: ['Any', 'reduce_any'],
  counts: [count('cmp', '(L − 1)·e')],
  examples: [
    // 2·4 slices of 3 values, 2 comparisons each.
    {
      layer: { type: 'any', dim: 1 },
      inputs: [{ shape: [2, 3, 4], dtype: 'bool' }],
      outputs: [[2, 4]],
      parameters: 0,
      operations: { cmp: 16 },
    },
  ],
});

const all = defineOperator({
  ...reduction('all', truthType),
  summary: 'True where all values over axes are true or other than 0; the output is bool.',
  source: 'PyTorch all; Keras keras.ops.all',
  aliases: ['All', 'reduce_all'],
  counts: [count('cmp', '(L − 1)·e')],
  examples: [
    // 24 values, 23 comparisons.
    { layer: { type: 'all' }, inputs: [{ shape: [2, 3, 4], dtype: 'bool' }], outputs: [[]], parameters: 0, operations: { cmp: 23 } },
  ],
});

export const reductionsOperators: readonly Operator[] = [mean, sum, reduceProd, reduceMax, reduceMin, any, all];
