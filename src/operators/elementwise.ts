/**
 * Arithmetic of several tensors, or of a tensor and a number, element by element. They broadcast as NumPy does and promote as PyTorch does; add, multiply, maximum and minimum read any
 * number of tensors, two at a time, which takes (inputs − 1) operations per output element.
 * Source: PyTorch documentation of torch.add, mul, maximum, …; ONNX operators as named below.
 */

import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { broadcastInputs } from './broadcast-inputs.ts';
import { floatingType, ofType, refuseBool, resultType } from './element-types.ts';
import type { LayerContext, OperationClass, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { operandsOf, scalarOperand } from './scalar-operand.ts';

type Attributes = Readonly<Record<string, unknown>> & { readonly other?: number | undefined };

/** Broadcast shape, promoted type. */
function promoted(a: Attributes, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  const first = inputs[0] as TensorType;
  const shape = broadcastInputs(inputs, layer);
  const dtype = resultType(operandsOf(a, inputs, layer));
  return [shape === first.shape ? ofType(first, dtype) : { shape, dtype }];
}

/** Broadcast shape, promoted type, integers to floating ones. */
function quotient(a: Attributes, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  return [{ shape: broadcastInputs(inputs, layer), dtype: floatingType(resultType(operandsOf(a, inputs, layer)), layer) }];
}

function difference(a: Attributes, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  for (let index = 0; index < inputs.length; index++) refuseBool(inputs[index] as TensorType, 'subtract', layer, index);
  return promoted(a, inputs, layer);
}

function ofSeveral(type: string, of: OperationClass) {
  return {
    type,
    family: 'elementwise',
    attributes: scalarOperand,
    inputs: { min: 2, max: Number.POSITIVE_INFINITY, names: ['input', 'other'] },
    scalar: 'other',
    infer: promoted,
    symbols: (a: Attributes, inputs: readonly TensorType[], outputs: readonly TensorType[]) => ({
      inputs: inputs.length + (a.other === undefined ? 0 : 1),
      e: elementsOf((outputs[0] as TensorType).shape),
    }),
    counts: [count(of, '(inputs − 1)·e')],
    shape: 'the shapes of the inputs, broadcast: aligned at the end, extents agree or are 1',
  };
}

function ofTwo(type: string, of: OperationClass) {
  return {
    type,
    family: 'elementwise',
    attributes: scalarOperand,
    inputs: { min: 2, max: 2, names: ['input', 'other'] },
    scalar: 'other',
    counts: [count(of, 'e')],
    shape: 'the shapes of the inputs, broadcast: aligned at the end, extents agree or are 1',
  };
}

const add = defineOperator({
  ...ofSeveral('add', 'add'),
  summary: 'Sum of two or more tensors, element by element, with broadcasting.',
  source: 'PyTorch add; ONNX Add-14, Sum-13',
  aliases: ['Add', 'Sum'],
  examples: [
    // A residual connection: one addition for each of 64·56·56 elements.
    {
      layer: { type: 'add' },
      inputs: [{ shape: [1, 64, 56, 56] }, { shape: [1, 64, 56, 56] }],
      outputs: [[1, 64, 56, 56]],
      parameters: 0,
      operations: { add: 200704 },
    },
    // Three tensors: two additions for each of 2·3 elements.
    {
      layer: { type: 'add' },
      inputs: [{ shape: [2, 3] }, { shape: [3] }, { shape: [2, 1] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: { add: 12 },
    },
  ],
});

const multiply = defineOperator({
  ...ofSeveral('multiply', 'mul'),
  summary: 'Product of two or more tensors, element by element, with broadcasting.',
  source: 'PyTorch mul; ONNX Mul-14',
  aliases: ['Multiply', 'Mul', 'mul'],
  examples: [
    // Channel attention: one multiplication for each of 8·5·7 elements.
    {
      layer: { type: 'multiply' },
      inputs: [{ shape: [1, 8, 1, 1] }, { shape: [1, 8, 5, 7] }],
      outputs: [[1, 8, 5, 7]],
      parameters: 0,
      operations: { mul: 280 },
    },
  ],
});

const maximum = defineOperator({
  ...ofSeveral('maximum', 'cmp'),
  summary: 'Larger of two or more tensors, element by element, with broadcasting.',
  source: 'PyTorch maximum; ONNX Max-13',
  aliases: ['Maximum', 'Max'],
  examples: [
    // One comparison for each of 2·3 elements.
    {
      layer: { type: 'maximum' },
      inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: { cmp: 6 },
    },
  ],
});

const minimum = defineOperator({
  ...ofSeveral('minimum', 'cmp'),
  summary: 'Smaller of two or more tensors, element by element, with broadcasting.',
  source: 'PyTorch minimum; ONNX Min-13',
  aliases: ['Minimum', 'Min'],
  examples: [
    // One comparison for each of 2·3 elements.
    {
      layer: { type: 'minimum' },
      inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
      outputs: [[2, 3]],
      parameters: 0,
      operations: { cmp: 6 },
    },
  ],
});

const subtract = defineOperator({
  ...ofTwo('subtract', 'add'),
  summary: 'First tensor less the second, element by element, with broadcasting.',
  source: 'PyTorch sub; ONNX Sub-14',
  aliases: ['Subtract', 'Sub', 'sub'],
  infer: difference,
  examples: [
    // One subtraction, which counts as an addition, for each of 3·5 elements.
    {
      layer: { type: 'subtract' },
      inputs: [{ shape: [3, 1] }, { shape: [1, 5] }],
      outputs: [[3, 5]],
      parameters: 0,
      operations: { add: 15 },
    },
  ],
});

const divide = defineOperator({
  ...ofTwo('divide', 'div'),
  summary: 'First tensor over the second, element by element, with broadcasting; integers give floating values.',
  source: 'PyTorch div; ONNX Div-14',
  aliases: ['Divide', 'Div', 'div', 'true_divide'],
  infer: quotient,
  examples: [
    // Scaling attention scores by a scalar: one division for each of 12·4·4 elements.
    {
      layer: { type: 'divide' },
      inputs: [{ shape: [1, 12, 4, 4] }, { shape: [] }],
      outputs: [[1, 12, 4, 4]],
      parameters: 0,
      operations: { div: 192 },
    },
  ],
});

const pow = defineOperator({
  ...ofTwo('pow', 'pow'),
  summary: 'First tensor to the power of the second, element by element, with broadcasting.',
  source: 'PyTorch pow; ONNX Pow-15',
  aliases: ['Pow'],
  attributeAliases: { exponent: 'other' },
  infer: promoted,
  examples: [
    // x²: one power for each of 2·3 elements.
    { layer: { type: 'pow', other: 2 }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations: { pow: 6 } },
    // One power for each of 2·3 elements.
    { layer: { type: 'pow' }, inputs: [{ shape: [2, 3] }, { shape: [] }], outputs: [[2, 3]], parameters: 0, operations: { pow: 6 } },
  ],
});

export const elementwiseOperators: readonly Operator[] = [add, subtract, multiply, divide, maximum, minimum, pow];
