/**
 * Functions of one tensor beside the activations, shape kept. Sign changes and casts count nothing.
 * Source: PyTorch documentation of torch.sqrt, exp, …; ONNX operators as named below.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { floatingOutput, ofType, refuseBool } from './element-types.ts';
import type { Example, LayerContext, OperationClass, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

function ofOne(type: string, operations: Readonly<Partial<Record<OperationClass, number>>>) {
  // On 2 × 3 elements, by what the operator's `counts` say of each.
  const example: Example = { layer: { type }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations };
  return {
    type,
    family: 'unary',
    attributes: {},
    inputs: { min: 1, max: 1, names: ['input'] },
    shape: 'the shape of the input',
    examples: [example],
  };
}

const sqrt = defineOperator({
  ...ofOne('sqrt', { sqrt: 6 }),
  summary: 'Square root, element by element.',
  source: 'PyTorch sqrt; ONNX Sqrt-13',
  aliases: ['Sqrt'],
  infer: floatingOutput,
  counts: [count('sqrt', 'e')],
});

const exp = defineOperator({
  ...ofOne('exp', { exp: 6 }),
  summary: 'eˣ, element by element.',
  source: 'PyTorch exp; ONNX Exp-13',
  aliases: ['Exp', 'exponential'],
  infer: floatingOutput,
  counts: [count('exp', 'e')],
});

const neg = defineOperator({
  // A change of sign counts nothing.
  ...ofOne('neg', {}),
  summary: '−x, element by element.',
  source: 'PyTorch neg; ONNX Neg-13',
  aliases: ['Neg', 'negative'],
  infer(_a, inputs, layer) {
    refuseBool(inputs[0] as TensorType, 'neg', layer);
    return [inputs[0] as TensorType];
  },
  counts: [],
});

const abs = defineOperator({
  // An absolute value counts as one comparison.
  ...ofOne('abs', { cmp: 6 }),
  summary: '|x|, element by element.',
  source: 'PyTorch abs; ONNX Abs-13',
  aliases: ['Abs', 'AbsVal', 'absolute'],
  infer: (_a, inputs) => [inputs[0] as TensorType],
  counts: [count('cmp', 'e')],
});

interface ClampAttributes {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

const hasBoth = (a: ClampAttributes): boolean => a.min !== undefined && a.max !== undefined;

/** Type of a tensor clamped by numbers: a fraction makes integers floating, an integer makes bool int64. */
function clampedType(a: ClampAttributes, dtype: DType, layer: LayerContext): DType {
  if (isFloating(dtype)) return dtype;
  if (!Number.isInteger(a.min ?? 0) || !Number.isInteger(a.max ?? 0)) return layer.modelDtype;
  return dtype === 'bool' ? 'int64' : dtype;
}

const clamp = defineOperator({
  type: 'clamp',
  family: 'unary',
  summary: 'x limited to [min, max], element by element.',
  source: 'PyTorch clamp; ONNX Clip-13',
  aliases: ['Clip', 'Clamp', 'clip'],
  attributes: {
    min: z.number().optional().describe('Lower bound; none where absent.'),
    max: z.number().optional().describe('Upper bound; none where absent.'),
  },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    if (a.min === undefined && a.max === undefined) throw new Refusal([], 'missing_key', 'clamp needs min, max or both');
    const input = inputs[0] as TensorType;
    return [ofType(input, clampedType(a, input.dtype, layer))];
  },
  counts: [count('cmp', '2·e', 'both bounds', hasBoth), count('cmp', 'e', 'one bound', (a: ClampAttributes) => !hasBoth(a))],
  shape: 'the shape of the input',
  examples: [
    // A comparison a bound: 2 for each of 2·3 elements.
    { layer: { type: 'clamp', min: 0, max: 6 }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations: { cmp: 12 } },
  ],
});

const cast = defineOperator({
  type: 'cast',
  family: 'unary',
  summary: 'The input in the element type that the layer states as dtype.',
  source: 'PyTorch Tensor.to; ONNX Cast-28',
  aliases: ['Cast'],
  attributes: {},
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(_a, inputs, layer) {
    if (layer.dtype === undefined) throw new Refusal([], 'missing_key', 'cast needs dtype, the element type to cast to');
    return [ofType(inputs[0] as TensorType, layer.dtype)];
  },
  counts: [],
  shape: 'the shape of the input',
  examples: [
    // Copying counts nothing.
    { layer: { type: 'cast', dtype: 'float16' }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations: {} },
  ],
});

export const unaryOperators: readonly Operator[] = [sqrt, exp, neg, abs, clamp, cast];
