/**
 * A number in the place of the last tensor of an elementwise operator, as PyTorch takes it: it broadcasts to anything, and counts for the element type only where it
 * is of a higher kind than the tensors (a fraction among integers).
 * Source: PyTorch documentation of torch.add and torch.result_type.
 */

import * as z from 'zod';
import type { TensorType } from '../tensor/shape.ts';
import type { LayerContext } from './operator.ts';

export const scalarOperand = {
  other: z.number().optional().describe('A number in place of the last input: x + 3 reads x alone.'),
};

/** The inputs, and the number as a tensor without axes. */
export function operandsOf(
  { other }: { readonly other?: number | undefined },
  inputs: readonly TensorType[],
  layer: LayerContext,
): readonly TensorType[] {
  return other === undefined ? inputs : [...inputs, { shape: [], dtype: Number.isInteger(other) ? 'int64' : layer.modelDtype }];
}
