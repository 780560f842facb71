/**
 * Tensors to few bits and back. Per element, quantising takes x/scale + zero point, limited to the type's range: 1 division, 1 addition, 2 comparisons;
 * going back (q − zero point)·scale: 1 subtraction, 1 multiplication. Rounding belongs to the change of type, which counts nothing, as in `cast`. Scale and
 * zero point are constants of the layer, or arrive as inputs; they are no parameters.
 * `dynamic_quantize` finds them first: 2·(e − 1) comparisons for the smallest and largest value, 2 more that keep 0 between them, a subtraction and a division
 * for the scale, a division and 2 comparisons for the zero point.
 * Source: ONNX operators QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear; PyTorch documentation of torch.quantize_per_tensor, _per_channel.
 */

import { Refusal } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { axis } from './attributes.ts';
import { resolveAxis } from './axis-attribute.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

const family = 'quantization';
const dim = axis.optional().describe('Axis that has a scale for each position, batch is 0; one scale for all where absent.');
const inputs = { min: 1, max: 3, names: ['input', 'scale', 'zero_point'] };
const narrow: readonly DType[] = ['int8', 'uint8', 'int4', 'int16', 'int32', 'float8'];

interface PerAxis {
  readonly dim?: number | undefined;
}

/** Scale and zero point, where they arrive, are single numbers or as many as the axis has positions. */
function checkScales(a: PerAxis, given: readonly TensorType[], layer: LayerContext): TensorType {
  const input = given[0] as TensorType;
  const positions = a.dim === undefined ? 1 : (input.shape[resolveAxis(a.dim, input.shape, ['dim'], layer)] ?? 1);
  for (let index = 1; index < given.length; index++) {
    const numbers = elementsOf((given[index] as TensorType).shape);
    if (numbers === 1 || numbers === positions) continue;
    throw new Refusal(
      ['inputs', index],
      'shape_mismatch',
      `${layer.producer(index)} gives ${numbers} numbers for ${positions} ${a.dim === undefined ? 'scale' : `positions of axis ${a.dim}`}`,
    );
  }
  return input;
}

const quantize = defineOperator({
  type: 'quantize',
  family,
  summary:
    'Each element over a scale, plus a zero point, limited to the element type that the layer states as dtype (uint8 where it states none).',
  source: 'ONNX QuantizeLinear-23; PyTorch quantize_per_tensor, quantize_per_channel',
  aliases: ['QuantizeLinear'],
  attributes: { dim },
  attributeAliases: { axis: 'dim' },
  inputs,
  infer(a, given, layer) {
    const input = checkScales(a, given, layer);
    const dtype = layer.dtype ?? 'uint8';
    if (!narrow.includes(dtype))
      throw new Refusal(['dtype'], 'wrong_dtype', `values are quantised to ${narrow.join(', ')}; dtype is ${dtype}`);
    if (!isFloating(input.dtype) && input.dtype !== 'int32')
      throw new Refusal(
        ['inputs', 0],
        'wrong_dtype',
        `quantize takes floating values or int32 sums, but ${layer.producer(0)} gives ${input.dtype}`,
      );
    return [{ shape: input.shape, dtype }];
  },
  counts: [count('div', 'e'), count('add', 'e'), count('cmp', '2·e')],
  shape: 'the shape of the input',
  examples: [
    // For each of 2·3 elements a division, an addition and the two ends of the range.
    {
      layer: { type: 'quantize', dtype: 'int8' },
      inputs: [{ shape: [2, 3] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: { div: 6, add: 6, cmp: 12 },
    },
  ],
});

const dequantize = defineOperator({
  type: 'dequantize',
  family,
  summary: 'Each element less a zero point, times a scale; floating, of the model’s type unless the layer states a dtype.',
  source: 'ONNX DequantizeLinear-23; PyTorch dequantize',
  aliases: ['DequantizeLinear'],
  attributes: { dim },
  attributeAliases: { axis: 'dim' },
  inputs,
  infer(a, given, layer) {
    const input = checkScales(a, given, layer);
    const dtype = layer.dtype ?? layer.modelDtype;
    if (!isFloating(dtype)) throw new Refusal(['dtype'], 'wrong_dtype', `what dequantize gives is floating; dtype is ${dtype}`);
    return [{ shape: input.shape, dtype }];
  },
  counts: [count('add', 'e'), count('mul', 'e')],
  shape: 'the shape of the input',
  examples: [
    // A subtraction and a multiplication for each of 2·3 elements.
    {
      layer: { type: 'dequantize' },
      inputs: [{ shape: [2, 3], dtype: 'int8' }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: { add: 6, mul: 6 },
    },
  ],
});

const dynamicQuantize = defineOperator({
  type: 'dynamic_quantize',
  family,
  summary:
    'Finds scale and zero point of the tensor at hand and quantises it to uint8: three outputs, the tensor, the scale, the zero point.',
  source: 'ONNX DynamicQuantizeLinear-11',
  aliases: ['DynamicQuantizeLinear'],
  attributes: {},
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(_a, given, layer) {
    const { shape, dtype } = given[0] as TensorType;
    if (!isFloating(dtype))
      throw new Refusal(['inputs', 0], 'wrong_dtype', `dynamic_quantize takes floating values, but ${layer.producer(0)} gives ${dtype}`);
    return [
      { shape, dtype: 'uint8' },
      { shape: [], dtype },
      { shape: [], dtype: 'uint8' },
    ];
  },
  counts: [count('cmp', '4·e + 2'), count('add', 'e + 1'), count('div', 'e + 2')],
  shape: 'the shape of the input, and two scalars',
  examples: [
    // Six elements: 2·5 + 2 + 2 + 12 comparisons, 6 + 1 additions, 6 + 2 divisions.
    {
      layer: { type: 'dynamic_quantize' },
      inputs: [{ shape: [2, 3] }],
      outputs: [[2, 3], [], []],
      parameters: 0,
      operations: { cmp: 26, add: 7, div: 8 },
    },
  ],
});

export const quantizeOperators: readonly Operator[] = [quantize, dequantize, dynamicQuantize];
