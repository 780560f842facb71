/**
 * Arithmetic of whole numbers and of their bits, two tensors, element by element, broadcast as NumPy does and promoted as PyTorch does. A bit operation counts
 * as one comparison. x div y = ⌊x/y⌋ is a division and a rounding (a comparison); x mod y = x − y·⌊x/y⌋ a multiplication and a subtraction more.
 * Source: PyTorch documentation of torch.bitwise_and, torch.remainder, …; ONNX operators as named below.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { broadcastInputs } from './broadcast-inputs.ts';
import { resultType } from './element-types.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const shared = {
  family: 'integers',
  inputs: { min: 2, max: 2, names: ['input', 'other'] },
  shape: 'the shapes of the inputs, broadcast: aligned at the end, extents agree or are 1',
};

function promoted(_a: unknown, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  return [{ shape: broadcastInputs(inputs, layer), dtype: resultType(inputs) }];
}

/** As `promoted`; refuses what has no bits to speak of. */
function bits(type: string, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  for (let index = 0; index < 2; index++) {
    const { dtype } = inputs[index] as TensorType;
    if (isFloating(dtype))
      throw new Refusal(['inputs', index], 'wrong_dtype', `${type} takes integers or bool, but ${layer.producer(index)} gives ${dtype}`);
  }
  return promoted(undefined, inputs, layer);
}

const twoIntegers: readonly { readonly shape: readonly number[]; readonly dtype: DType }[] = [
  { shape: [3, 1], dtype: 'int64' },
  { shape: [1, 5], dtype: 'int64' },
];

function bitwise(word: string, onnx: string): Operator {
  const type = `bitwise_${word}`;
  return defineOperator({
    ...shared,
    type,
    summary: `Bits of two tensors joined by ${word}, element by element, with broadcasting; of bool their truth. Counted as one comparison.`,
    source: `PyTorch ${type}; ONNX ${onnx}-18`,
    aliases: [onnx],
    attributes: {},
    infer: (_a, inputs, layer) => bits(type, inputs, layer),
    counts: [count('cmp', 'e')],
    examples: [
      // One for each of 3·5 elements.
      { layer: { type }, inputs: twoIntegers, outputs: [[3, 5]], parameters: 0, operations: { cmp: 15 } },
    ],
  });
}

const bitShift = defineOperator({
  ...shared,
  type: 'bit_shift',
  summary:
    'Bits of the first tensor moved by as many places as the second says, element by element, with broadcasting. Counted as one comparison.',
  source: 'PyTorch bitwise_left_shift, bitwise_right_shift; ONNX BitShift-11',
  aliases: ['BitShift'],
  attributes: { direction: z.enum(['left', 'right']).describe('Where the bits move; to the left doubles the number.') },
  infer: (_a, inputs, layer) => bits('bit_shift', inputs, layer),
  counts: [count('cmp', 'e')],
  examples: [
    {
      layer: { type: 'bit_shift', direction: 'left' },
      inputs: twoIntegers,
      outputs: [[3, 5]],
      parameters: 0,
      operations: { cmp: 15 },
    },
  ],
});

const floorDivide = defineOperator({
  ...shared,
  type: 'floor_divide',
  summary: '⌊x/y⌋ of two tensors, element by element, with broadcasting; integers stay integers.',
  source: 'PyTorch floor_divide; TensorFlow FloorDiv',
  aliases: ['FloorDiv', 'FloorDivide', 'floordiv'],
  attributes: {},
  infer: promoted,
  counts: [count('div', 'e'), count('cmp', 'e')],
  examples: [
    // A division and a rounding for each of 3·5 elements.
    { layer: { type: 'floor_divide' }, inputs: twoIntegers, outputs: [[3, 5]], parameters: 0, operations: { div: 15, cmp: 15 } },
  ],
});

const mod = defineOperator({
  ...shared,
  type: 'mod',
  summary: 'What is left of x divided by y, x − y·⌊x/y⌋, element by element, with broadcasting.',
  source: 'PyTorch remainder, fmod; ONNX Mod-13',
  aliases: ['Mod', 'remainder', 'FloorMod'],
  attributes: {
    fmod: z.boolean().default(false).describe('Takes the sign of the first tensor, as in C, rather than of the second; counted alike.'),
  },
  infer: promoted,
  counts: [count('div', 'e'), count('cmp', 'e'), count('mul', 'e'), count('add', 'e')],
  examples: [
    // Division, rounding, multiplication and subtraction for each of 3·5 elements.
    {
      layer: { type: 'mod' },
      inputs: twoIntegers,
      outputs: [[3, 5]],
      parameters: 0,
      operations: { div: 15, cmp: 15, mul: 15, add: 15 },
    },
  ],
});

export const integerArithmeticOperators: readonly Operator[] = [
  bitwise('and', 'BitwiseAnd'),
  bitwise('or', 'BitwiseOr'),
  bitwise('xor', 'BitwiseXor'),
  bitShift,
  floorDivide,
  mod,
];
