/** Products of activations do not promote: as in PyTorch, their operands have one element type. */

import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import type { LayerContext } from './operator.ts';

/** The element type of the first `end` inputs; refuses the first input that has another one. */
export function oneType(inputs: readonly TensorType[], layer: LayerContext, end = inputs.length): DType {
  const { dtype } = inputs[0] as TensorType;
  for (let index = 1; index < end; index++) {
    const other = (inputs[index] as TensorType).dtype;
    if (other === dtype) continue;
    throw new Refusal(
      ['inputs', index],
      'wrong_dtype',
      `operands need one element type: ${layer.producer(0)} gives ${dtype}, ${layer.producer(index)} gives ${other}; cast one of them`,
    );
  }
  return dtype;
}
