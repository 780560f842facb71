/** Element types of outputs that have no weights behind them: PyTorch's type promotion among inputs, and its default to a floating type. */

import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating, promote } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import type { LayerContext } from './operator.ts';

/** `tensor` with another element type; itself where that is its own. */
export function ofType(tensor: TensorType, dtype: DType): TensorType {
  return tensor.dtype === dtype ? tensor : { shape: tensor.shape, dtype };
}

/** Floating types stay; from anything else a function with fractional values gives the model's floating type. */
export function floatingType(dtype: DType, layer: LayerContext): DType {
  return isFloating(dtype) ? dtype : layer.modelDtype;
}

/** An output like the first input, but floating whatever arrives. */
export function floatingOutput(_attributes: unknown, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  const input = inputs[0] as TensorType;
  return [ofType(input, floatingType(input.dtype, layer))];
}

/**
 * PyTorch's `torch.result_type` of the tensors from index `first` on: tensors without axes promote among themselves and count only where they
 * are of a higher kind (bool < integer < floating) than every tensor with axes.
 */
export function resultType(tensors: readonly TensorType[], first = 0): DType {
  let tensor: DType | undefined;
  let scalar: DType | undefined;
  for (let index = first; index < tensors.length; index++) {
    const { shape, dtype } = tensors[index] as TensorType;
    if (shape.length === 0) scalar = scalar === undefined ? dtype : promote(scalar, dtype);
    else tensor = tensor === undefined ? dtype : promote(tensor, dtype);
  }
  if (tensor === undefined) return scalar ?? 'float32';
  return scalar !== undefined && kindOf(scalar) > kindOf(tensor) ? scalar : tensor;
}

function kindOf(dtype: DType): number {
  return dtype === 'bool' ? 0 : isFloating(dtype) ? 2 : 1;
}

/** Refuses a bool tensor where the operator is arithmetic; `what` names the operation. */
export function refuseBool(tensor: TensorType, what: string, layer: LayerContext, index = 0): void {
  if (tensor.dtype !== 'bool') return;
  throw new Refusal(['inputs', index], 'wrong_dtype', `${what} takes numbers, but ${layer.producer(index)} gives bool; cast it first`);
}
