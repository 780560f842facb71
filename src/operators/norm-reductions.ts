/**
 * Reductions over axes that are more than a sum. Of a slice of L values:
 *   reduce_l1   L absolute values (comparisons), L − 1 additions
 *   reduce_l2   L squares, L − 1 additions, one root; sum_square the same without the root
 *   log_sum     L − 1 additions, one logarithm
 *   logsumexp   L − 1 comparisons for the largest, L subtractions of it, L exponentials, L − 1 additions, one logarithm, the largest added again
 *   var         L − 1 additions and a division for the mean, L subtractions, L squares, L − 1 additions and a division; std one root more
 * Source: PyTorch documentation of torch.linalg.vector_norm, torch.logsumexp, torch.var, torch.std; ONNX operators as named below.
 */

import * as z from 'zod';
import { floatingType } from './element-types.ts';
import type { Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { reduction, statisticType, sumType } from './reductions.ts';

/** 2·4 slices of 3 values. */
const axisOne = { inputs: [{ shape: [2, 3, 4] }], outputs: [[2, 4]], parameters: 0 };

const l1 = defineOperator({
  ...reduction('reduce_l1', sumType),
  summary: 'Sum of absolute values over axes.',
  source: 'PyTorch linalg.vector_norm with ord 1; ONNX ReduceL1-18',
  aliases: ['ReduceL1'],
  counts: [count('cmp', 'L·e'), count('add', '(L − 1)·e')],
  // 3 absolute values and 2 additions each.
  examples: [{ layer: { type: 'reduce_l1', dim: 1 }, ...axisOne, operations: { cmp: 24, add: 16 } }],
});

const l2 = defineOperator({
  ...reduction('reduce_l2', (input, layer) => floatingType(input.dtype, layer)),
  summary: 'Root of the sum of squares over axes.',
  source: 'PyTorch linalg.vector_norm; ONNX ReduceL2-18',
  aliases: ['ReduceL2'],
  counts: [count('mul', 'L·e'), count('add', '(L − 1)·e'), count('sqrt', 'e')],
  // 3 squares, 2 additions and a root each.
  examples: [{ layer: { type: 'reduce_l2', dim: 1 }, ...axisOne, operations: { mul: 24, add: 16, sqrt: 8 } }],
});

const sumSquare = defineOperator({
  ...reduction('sum_square', sumType),
  summary: 'Sum of squares over axes; integers are summed up in int64.',
  source: 'ONNX ReduceSumSquare-18',
  aliases: ['ReduceSumSquare', 'reduce_sum_square'],
  counts: [count('mul', 'L·e'), count('add', '(L − 1)·e')],
  // 3 squares and 2 additions each.
  examples: [{ layer: { type: 'sum_square', dim: 1 }, ...axisOne, operations: { mul: 24, add: 16 } }],
});

const logSum = defineOperator({
  ...reduction('log_sum', (input, layer) => floatingType(input.dtype, layer)),
  summary: 'Logarithm of the sum over axes.',
  source: 'ONNX ReduceLogSum-18',
  aliases: ['ReduceLogSum', 'reduce_log_sum'],
  counts: [count('add', '(L − 1)·e'), count('log', 'e')],
  // 2 additions and a logarithm each.
  examples: [{ layer: { type: 'log_sum', dim: 1 }, ...axisOne, operations: { add: 16, log: 8 } }],
});

const logsumexp = defineOperator({
  ...reduction('logsumexp', (input, layer) => floatingType(input.dtype, layer)),
  summary: 'Logarithm of the sum of eˣ over axes.',
  source: 'PyTorch logsumexp; ONNX ReduceLogSumExp-18',
  aliases: ['LogSumExp', 'ReduceLogSumExp', 'reduce_log_sum_exp'],
  counts: [count('cmp', '(L − 1)·e'), count('add', '2·L·e'), count('exp', 'L·e'), count('log', 'e')],
  // 2 comparisons, 3 + 2 + 1 additions, 3 exponentials and a logarithm each.
  examples: [{ layer: { type: 'logsumexp', dim: 1 }, ...axisOne, operations: { cmp: 16, add: 48, exp: 24, log: 8 } }],
});

const correction = z.number().default(1).describe('Subtracted from L in the last division; 0 for the variance of what is there.');

function variance(type: string, summary: string, aliases: readonly string[], hasRoot: boolean): Operator {
  const shared = reduction(type, statisticType(type === 'var' ? 'a variance' : 'a deviation'));
  return defineOperator({
    ...shared,
    attributes: { ...shared.attributes, correction },
    summary,
    source: `PyTorch ${type}; TensorFlow reduce_${type === 'var' ? 'variance' : 'std'}`,
    aliases,
    counts: [count('add', '(3·L − 2)·e'), count('mul', 'L·e'), count('div', '2·e'), ...(hasRoot ? [count('sqrt', 'e')] : [])],
    // 2 + 3 + 2 additions, 3 squares, 2 divisions each, and of std a root.
    examples: [{ layer: { type, dim: 1 }, ...axisOne, operations: { add: 56, mul: 24, div: 16, ...(hasRoot ? { sqrt: 8 } : {}) } }],
  });
}

export const normReductionsOperators: readonly Operator[] = [
  l1,
  l2,
  sumSquare,
  logSum,
  logsumexp,
  variance('var', 'Variance over axes.', ['Var', 'reduce_variance'], false),
  variance('std', 'Standard deviation over axes.', ['Std', 'reduce_std'], true),
];
