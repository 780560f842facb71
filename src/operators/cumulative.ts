/**
 * Sums and products up to each position of an axis, shape kept. A slice of L values takes L − 1 additions or multiplications.
 * Source: PyTorch documentation of torch.cumsum and torch.cumprod; ONNX operator CumSum, version 14.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { dimAliases, resolveAxis } from './axis-attribute.ts';
import { ofType } from './element-types.ts';
import type { OperationClass, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { sumType } from './reductions.ts';
import { sliceWise } from './softmax.ts';

function cumulative(type: string, of: OperationClass, words: string, source: string, aliases: readonly string[]): Operator {
  return defineOperator({
    type,
    family: 'cumulative',
    summary: `${words} of all values up to each position of an axis; integers are reckoned in int64.`,
    source,
    aliases,
    attributes: {
      dim: axis.describe('Axis along which it runs; batch is 0, negative counts from the end.'),
      exclusive: z.boolean().default(false).describe('Leaves the value at the position itself out; counted alike.'),
      reverse: z.boolean().default(false).describe('Runs from the end of the axis; counted alike.'),
    },
    attributeAliases: dimAliases,
    inputs: { min: 1, max: 1, names: ['input'] },
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      resolveAxis(a.dim, input.shape, ['dim'], layer);
      return [ofType(input, sumType(input))];
    },
    symbols: sliceWise.symbols,
    counts: [count(of, '(L − 1)·rows')],
    shape: 'the shape of the input',
    examples: [
      // 2·4 slices of 3 values, 2 operations each.
      {
        layer: { type, dim: 1 },
        inputs: [{ shape: [2, 3, 4] }],
        outputs: [[2, 3, 4]],
        parameters: 0,
        operations: { [of]: 16 },
      },
    ],
  });
}

export const cumulativeOperators: readonly Operator[] = [
  cumulative('cumsum', 'add', 'Sum', 'PyTorch cumsum; ONNX CumSum-14', ['CumSum', 'Cumsum']),
  cumulative('cumprod', 'mul', 'Product', 'PyTorch cumprod; TensorFlow Cumprod', ['CumProd', 'Cumprod']),
];
