/**
 * Layers whose weights may arrive as inputs, behind the first, instead of being their own: then they have no tensors and no parameters, and compute the same.
 * In formulas a symbol counts only what is there: of `c_out0` and `c_out1`, which both print as c_out, the first is 0 where the weights are no parameters of
 * the layer, the second where no bias is added.
 */

import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import type { LayerContext, Weight } from './operator.ts';

/** Inputs of such a layer. */
export const weightedInputs = { min: 1, max: 3, names: ['input', 'weight', 'bias'] };

/** What the summary says of them. */
export const orFromInputs = 'Weight and bias may arrive as second and third input; they are no parameters then.';

export function ownsWeights(inputs: readonly TensorType[]): boolean {
  return inputs.length === 1;
}

/** Whether a bias is added: by the attribute where the weights are the layer's own, else where there is a third input. */
export function addsBias(bias: boolean, inputs: readonly TensorType[]): boolean {
  return ownsWeights(inputs) ? bias : inputs.length > 2;
}

/** Element type that the weights have. */
export function weightType(inputs: readonly TensorType[], layer: LayerContext): DType {
  return inputs[1]?.dtype ?? layer.weightDtype;
}

/** Refuses inputs that are not the tensors `wanted`, which the layer would have of its own. */
export function checkOperands(bias: boolean, wanted: readonly Weight[], inputs: readonly TensorType[], layer: LayerContext): void {
  if (inputs.length > 2 && !bias)
    throw new Refusal(['bias'], 'mismatch', `bias is false, but ${layer.producer(2)} arrives as the third input, which is the bias`);
  for (let index = 1; index < inputs.length; index++) {
    const { shape } = inputs[index] as TensorType;
    const { name, shape: expected } = wanted[index - 1] as Weight;
    if (sameShape(shape, expected)) continue;
    throw new Refusal(
      ['inputs', index],
      'shape_mismatch',
      `the ${name} must be ${formatShape(expected)}, but ${layer.producer(index)} gives ${formatShape(shape)}`,
    );
  }
}
