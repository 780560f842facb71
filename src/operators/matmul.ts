/**
 * Matrix product of the last two axes of two inputs; axes before them are batches and broadcast. A vector is a row on the left and a column on the
 * right, and its axis leaves the output. Each output element takes `inner` multiply-accumulates.
 * Source: PyTorch documentation of torch.matmul; ONNX operator MatMul, version 13.
 */

import { Refusal } from '../issue.ts';
import { productOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { broadcast, formatShape } from '../tensor/shape.ts';
import { oneType } from './one-type.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const matmul = defineOperator({
  type: 'matmul',
  family: 'matmul',
  summary:
    'Matrix product: … × rows × inner times … × inner × cols gives … × rows × cols. Batches broadcast; vectors are taken as a row or a column.',
  source: 'PyTorch torch.matmul; ONNX MatMul-13',
  aliases: ['MatMul', 'Matmul', 'bmm', 'mm'],
  attributes: {},
  inputs: { min: 2, max: 2, names: ['input', 'other'] },
  infer(_a, inputs, layer) {
    const [left, right] = inputs as [TensorType, TensorType];
    requireAxis(left.shape, 0, layer);
    requireAxis(right.shape, 1, layer);
    const inner = left.shape[left.shape.length - 1] as number;
    const other = innerOf(right.shape);
    if (inner !== other) {
      throw new Refusal(
        ['inputs', 1],
        'shape_mismatch',
        `the last axis of ${layer.producer(0)} ${formatShape(left.shape)} is ${inner}, but axis ${right.shape.length === 1 ? '-1' : '-2'} of ${layer.producer(1)} ${formatShape(right.shape)} is ${other}; they must agree`,
      );
    }
    const dtype = oneType(inputs, layer);
    const batches = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
    if (batches === undefined) {
      throw new Refusal(
        ['inputs', 1],
        'shape_mismatch',
        `the axes before the last two do not broadcast: ${layer.producer(0)} gives ${formatShape(left.shape)}, ${layer.producer(1)} gives ${formatShape(right.shape)}`,
      );
    }
    const shape = batches.slice();
    if (left.shape.length > 1) shape.push(left.shape[left.shape.length - 2] as number);
    if (right.shape.length > 1) shape.push(right.shape[right.shape.length - 1] as number);
    return [{ shape, dtype }];
  },
  symbols(_a, inputs, outputs) {
    const left = (inputs[0] as TensorType).shape;
    const right = (inputs[1] as TensorType).shape;
    const output = (outputs[0] as TensorType).shape;
    const matrixAxes = (left.length > 1 ? 1 : 0) + (right.length > 1 ? 1 : 0);
    return {
      rows: left.length > 1 ? (left[left.length - 2] as number) : 1,
      inner: left[left.length - 1] as number,
      cols: right.length > 1 ? (right[right.length - 1] as number) : 1,
      batches: productOf(output, 0, output.length - matrixAxes),
    };
  },
  counts: [count('mac', 'rows·inner·cols·batches')],
  shape: '[batches broadcast, rows, cols]; without rows or cols where that input is a vector',
  examples: [
    // 12 heads of 10 × 64 times 64 × 10: 64 products for each of 12·10·10 outputs.
    {
      layer: { type: 'matmul' },
      inputs: [{ shape: [1, 12, 10, 64] }, { shape: [1, 12, 64, 10] }],
      outputs: [[1, 12, 10, 10]],
      parameters: 0,
      operations: { mac: 76800 },
    },
    // One matrix for both batches: 3 products for each of 2·5·4 outputs.
    {
      layer: { type: 'matmul' },
      inputs: [{ shape: [2, 5, 3] }, { shape: [3, 4] }],
      outputs: [[2, 5, 4]],
      parameters: 0,
      operations: { mac: 120 },
    },
  ],
});

function requireAxis(shape: Shape, index: number, layer: LayerContext): void {
  if (shape.length > 0) return;
  throw new Refusal(
    ['inputs', index],
    'wrong_rank',
    `expected vectors, matrices or batches of them, but ${layer.producer(index)} gives a scalar; use multiply`,
  );
}

/** Extent of the axis of the right operand that is multiplied away. */
function innerOf(shape: Shape): number {
  return shape[shape.length === 1 ? 0 : shape.length - 2] as number;
}

export const matmulOperators: readonly Operator[] = [matmul];
