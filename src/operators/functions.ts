/**
 * Functions of one tensor that no network is built of but that files contain: trigonometry, rounding, questions about each element. Shape kept.
 * A function that has no class of its own and is evaluated by series or tables, such as a sine, counts as one operation of the class exp.
 * Source: PyTorch documentation of torch.sin, torch.floor, torch.isnan, …; ONNX operators as named below.
 */

import { Refusal } from '../issue.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { TensorType } from '../tensor/shape.ts';
import { floatingOutput, ofType } from './element-types.ts';
import type { CountRule, Example, LayerContext, OperationClass, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

interface Described {
  readonly summary: string;
  readonly source: string;
  readonly aliases: readonly string[];
  /** Operations of the example, 2 × 3 elements. */
  readonly operations: Readonly<Partial<Record<OperationClass, number>>>;
  readonly counts: readonly CountRule<unknown>[];
  infer(attributes: unknown, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[];
}

function elementFunction(type: string, described: Described, dtype: 'float32' | 'int64' = 'float32'): Operator {
  const { operations, ...told } = described;
  const example: Example = { layer: { type }, inputs: [{ shape: [2, 3], dtype }], outputs: [[2, 3]], parameters: 0, operations };
  return defineOperator({
    ...told,
    type,
    family: 'functions',
    attributes: {},
    inputs: { min: 1, max: 1, names: ['input'] },
    shape: 'the shape of the input',
    examples: [example],
  });
}

/** Counted as one exponential; NumPy's and PyTorch's spelling of the inverse ones is `arcsin`. */
function transcendental(type: string, onnx: string, words: string, aliases: readonly string[] = []): Operator {
  return elementFunction(type, {
    summary: `${words}, element by element; counted as one operation of the class exp, like every transcendental function without a class of its own.`,
    source: `PyTorch ${type}; ONNX ${onnx}`,
    aliases: [`${type[0]?.toUpperCase()}${type.slice(1)}`, ...aliases],
    // One for each of 2·3 elements.
    operations: { exp: 6 },
    counts: [count('exp', 'e')],
    infer: floatingOutput,
  });
}

const transcendentals: readonly Operator[] = [
  transcendental('sin', 'Sin-22', 'Sine'),
  transcendental('cos', 'Cos-22', 'Cosine'),
  transcendental('tan', 'Tan-22', 'Tangent'),
  transcendental('asin', 'Asin-22', 'Inverse sine', ['arcsin']),
  transcendental('acos', 'Acos-22', 'Inverse cosine', ['arccos']),
  transcendental('atan', 'Atan-22', 'Inverse tangent', ['arctan']),
  transcendental('sinh', 'Sinh-22', 'Hyperbolic sine'),
  transcendental('cosh', 'Cosh-22', 'Hyperbolic cosine'),
  transcendental('asinh', 'Asinh-22', 'Inverse hyperbolic sine', ['arcsinh']),
  transcendental('acosh', 'Acosh-22', 'Inverse hyperbolic cosine', ['arccosh']),
  transcendental('atanh', 'Atanh-22', 'Inverse hyperbolic tangent', ['arctanh']),
];

const erf = elementFunction('erf', {
  summary: 'The error function, element by element.',
  source: 'PyTorch erf; ONNX Erf-13',
  aliases: ['Erf'],
  operations: { erf: 6 },
  counts: [count('erf', 'e')],
  infer: floatingOutput,
});

const log = elementFunction('log', {
  summary: 'Natural logarithm, element by element.',
  source: 'PyTorch log; ONNX Log-13',
  aliases: ['Log'],
  operations: { log: 6 },
  counts: [count('log', 'e')],
  infer: floatingOutput,
});

const reciprocal = elementFunction('reciprocal', {
  summary: '1/x, element by element.',
  source: 'PyTorch reciprocal; ONNX Reciprocal-13',
  aliases: ['Reciprocal'],
  operations: { div: 6 },
  counts: [count('div', 'e')],
  infer: floatingOutput,
});

const rsqrt = elementFunction('rsqrt', {
  // A root and the division of 1 by it.
  summary: '1/√x, element by element.',
  source: 'PyTorch rsqrt',
  aliases: ['Rsqrt'],
  operations: { sqrt: 6, div: 6 },
  counts: [count('sqrt', 'e'), count('div', 'e')],
  infer: floatingOutput,
});

const square = elementFunction('square', {
  summary: 'x·x, element by element.',
  source: 'PyTorch square; TensorFlow Square',
  aliases: ['Square'],
  operations: { mul: 6 },
  counts: [count('mul', 'e')],
  infer: (_a, inputs) => {
    const input = inputs[0] as TensorType;
    return [ofType(input, input.dtype === 'bool' ? 'int64' : input.dtype)];
  },
});

/** Rounds, or tells the sign of, each element: a comparison. */
function rounding(type: string, onnx: string, words: string): Operator {
  return elementFunction(type, {
    summary: `${words}, element by element; counted as one comparison.`,
    source: `PyTorch ${type}; ONNX ${onnx}`,
    aliases: [`${type[0]?.toUpperCase()}${type.slice(1)}`],
    operations: { cmp: 6 },
    counts: [count('cmp', 'e')],
    infer: (_a, inputs) => [inputs[0] as TensorType],
  });
}

const roundings: readonly Operator[] = [
  rounding('sign', 'Sign-13', '−1, 0 or 1, the sign of x'),
  rounding('floor', 'Floor-13', 'The largest whole number up to x'),
  rounding('ceil', 'Ceil-13', 'The smallest whole number from x on'),
  rounding('round', 'Round-22', 'The nearest whole number, halves to even'),
];

/** Asks something of each element: a comparison, and an answer in bool. */
function question(type: string, source: string, aliases: readonly string[], words: string): Operator {
  return elementFunction(type, {
    summary: `True where x ${words}, element by element; the output is bool.`,
    source,
    aliases,
    operations: { cmp: 6 },
    counts: [count('cmp', 'e')],
    infer: (_a, inputs) => [ofType(inputs[0] as TensorType, 'bool')],
  });
}

const questions: readonly Operator[] = [
  question('is_nan', 'PyTorch isnan; ONNX IsNaN-20', ['IsNaN', 'isnan'], 'is no number'),
  question('is_inf', 'PyTorch isinf; ONNX IsInf-20', ['IsInf', 'isinf'], 'is infinite'),
  question('logical_not', 'PyTorch logical_not; ONNX Not-1', ['Not', 'LogicalNot'], 'is false or 0'),
];

const bitwiseNot = elementFunction(
  'bitwise_not',
  {
    summary: 'Every bit turned, of bool the other value, element by element; counted as one comparison.',
    source: 'PyTorch bitwise_not; ONNX BitwiseNot-18',
    aliases: ['BitwiseNot'],
    operations: { cmp: 6 },
    counts: [count('cmp', 'e')],
    infer(_a, inputs, layer) {
      const input = inputs[0] as TensorType;
      if (isFloating(input.dtype))
        throw new Refusal(
          ['inputs', 0],
          'wrong_dtype',
          `bitwise_not takes integers or bool, but ${layer.producer(0)} gives ${input.dtype}`,
        );
      return [input];
    },
  },
  'int64',
);

export const functionsOperators: readonly Operator[] = [
  ...transcendentals,
  erf,
  log,
  reciprocal,
  rsqrt,
  square,
  ...roundings,
  ...questions,
  bitwiseNot,
];
