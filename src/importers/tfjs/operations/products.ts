/** Matrix products and what is added to them. */

import type { Value } from '../../value.ts';
import type { Lowering, Operation } from '../operation.ts';
import { addFused, fusedParts } from './convolution.ts';

function matmul(operation: Operation): readonly Value[] {
  const transposed = operation.flag('transpose_b');
  const [rows = 1, cols = 1] = operation.shape(1);
  const [inner, out] = transposed ? [cols, rows] : [rows, cols];
  const matrix = operation.input(1);
  if (matrix.weight !== undefined && !operation.flag('transpose_a')) {
    const { layer, bias, slope } = fusedParts(operation, out, 2);
    return addFused(
      operation,
      { type: 'linear', out_features: out, ...layer },
      [{ role: 'weight', value: matrix, shape: [out, inner] }, ...bias],
      slope,
    );
  }
  return batchMatmul(operation, operation.flag('transpose_a'), transposed);
}

function batchMatmul(operation: Operation, turnLeft = operation.flag('adj_x'), turnRight = operation.flag('adj_y')): readonly Value[] {
  const turned = (index: number, turn: boolean): Value =>
    turn
      ? operation.addPart(`transpose_${index}`, { type: 'transpose', dim0: -2, dim1: -1 }, [operation.input(index)])
      : operation.input(index);
  return operation.add({ type: 'matmul' }, [turned(0, turnLeft), turned(1, turnRight)]);
}

export const productOperations: Readonly<Record<string, Lowering>> = {
  MatMul: matmul,
  _FusedMatMul: matmul,
  BatchMatMul: (operation) => batchMatmul(operation),
  BatchMatMulV2: (operation) => batchMatmul(operation),
};
