/**
 * Softmax and its logarithm over one axis, shape kept. A slice of L values takes L − 1 comparisons for its maximum, L subtractions of it, L exponentials
 * and L − 1 additions of these; softmax then L divisions, the logarithm one logarithm and L more subtractions.
 * Source: PyTorch documentation of Softmax and LogSoftmax; ONNX operators Softmax and LogSoftmax, version 13.
 */

import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { dimAliases, resolveAxis } from './axis-attribute.ts';
import { floatingType, ofType } from './element-types.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

interface SoftmaxAttributes {
  readonly dim: number;
}

function infer(a: SoftmaxAttributes, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  const input = inputs[0] as TensorType;
  resolveAxis(a.dim, input.shape, ['dim'], layer);
  return [ofType(input, floatingType(input.dtype, layer))];
}

/** Slices along `dim`: `rows` of them, each `L` long. */
function symbols(a: SoftmaxAttributes, inputs: readonly TensorType[]): Symbols {
  const { shape } = inputs[0] as TensorType;
  const L = shape.at(a.dim) ?? 1;
  return { L, rows: elementsOf(shape) / L };
}

/** What operators over the slices along one axis share. */
export const sliceWise = {
  family: 'softmax',
  attributes: { dim: axis.default(-1).describe('Axis along which the values of a slice lie; batch is 0, negative counts from the end.') },
  attributeAliases: dimAliases,
  inputs: { min: 1, max: 1, names: ['input'] },
  infer,
  symbols,
  shape: 'the shape of the input',
};

const softmax = defineOperator({
  ...sliceWise,
  type: 'softmax',
  summary: 'eˣ over the sum of eˣ along one axis; shape kept.',
  source: 'PyTorch Softmax; ONNX Softmax-13',
  aliases: ['Softmax'],
  counts: [count('cmp', '(L − 1)·rows'), count('add', '(2·L − 1)·rows'), count('exp', 'L·rows'), count('div', 'L·rows')],
  examples: [
    // Two slices of 10: 9 comparisons, 10 + 9 additions, 10 exponentials, 10 divisions each.
    {
      layer: { type: 'softmax' },
      inputs: [{ shape: [2, 10] }],
      outputs: [[2, 10]],
      parameters: 0,
      operations: { cmp: 18, add: 38, exp: 20, div: 20 },
    },
  ],
});

const logSoftmax = defineOperator({
  ...sliceWise,
  type: 'log_softmax',
  summary: 'Logarithm of softmax along one axis; shape kept.',
  source: 'PyTorch LogSoftmax; ONNX LogSoftmax-13',
  aliases: ['LogSoftmax'],
  counts: [count('cmp', '(L − 1)·rows'), count('add', '(3·L − 1)·rows'), count('exp', 'L·rows'), count('log', 'rows')],
  examples: [
    // Three slices of 4 along axis 0: 3 comparisons, 4 + 3 + 4 additions, 4 exponentials, 1 logarithm each.
    {
      layer: { type: 'log_softmax', dim: 0 },
      inputs: [{ shape: [4, 3] }],
      outputs: [[4, 3]],
      parameters: 0,
      operations: { cmp: 9, add: 33, exp: 12, log: 3 },
    },
  ],
});

export const softmaxOperators: readonly Operator[] = [softmax, logSoftmax];
