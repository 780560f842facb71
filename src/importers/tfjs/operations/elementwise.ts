/** Functions of one tensor or several, element by element. */

import type { Value } from '../../value.ts';
import type { Lowering } from '../operation.ts';
import { addPrelu } from './convolution.ts';

const unary: Readonly<Record<string, string>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Elu: 'elu',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Exp: 'exp',
  Log: 'log',
  Sqrt: 'sqrt',
  Rsqrt: 'rsqrt',
  Square: 'square',
  Reciprocal: 'reciprocal',
  Neg: 'neg',
  Abs: 'abs',
  Sign: 'sign',
  Floor: 'floor',
  Ceil: 'ceil',
  Round: 'round',
  Erf: 'erf',
  Sin: 'sin',
  Cos: 'cos',
  Tan: 'tan',
  Asin: 'asin',
  Acos: 'acos',
  Atan: 'atan',
  Sinh: 'sinh',
  Cosh: 'cosh',
  LogicalNot: 'logical_not',
  Identity: 'identity',
  StopGradient: 'identity',
  Snapshot: 'identity',
  PreventGradient: 'identity',
  PlaceholderWithDefault: 'identity',
};

const binary: Readonly<Record<string, string>> = {
  Add: 'add',
  AddV2: 'add',
  AddN: 'add',
  BiasAdd: 'add',
  Sub: 'subtract',
  Mul: 'multiply',
  RealDiv: 'divide',
  Div: 'divide',
  FloorDiv: 'floor_divide',
  FloorMod: 'mod',
  Mod: 'mod',
  Pow: 'pow',
  Maximum: 'maximum',
  Minimum: 'minimum',
  Equal: 'equal',
  NotEqual: 'not_equal',
  Greater: 'greater',
  GreaterEqual: 'greater_equal',
  Less: 'less',
  LessEqual: 'less_equal',
  LogicalAnd: 'logical_and',
  LogicalOr: 'logical_or',
};

const others: Readonly<Record<string, Lowering>> = {
  LeakyRelu: (operation) => operation.add({ type: 'leaky_relu', negative_slope: operation.float('alpha', 0.2) }),
  Prelu: (operation) => addPrelu(operation, operation.input(0), operation.input(1)),
  Softmax: (operation) => operation.add({ type: 'softmax', dim: -1 }),
  LogSoftmax: (operation) => operation.add({ type: 'log_softmax', dim: -1 }),
  Select: (operation) => operation.add({ type: 'where' }, operation.inputs),
  SelectV2: (operation) => operation.add({ type: 'where' }, operation.inputs),
  Cast: (operation) => operation.add({ type: 'cast', dtype: operation.dtype('DstT') ?? 'float32' }),
  SquaredDifference: (operation) => {
    const difference = operation.addPart('difference', { type: 'subtract' }, operation.inputs);
    return operation.add({ type: 'square' }, [difference]);
  },
};

export const elementwiseOperations: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(Object.entries(unary).map(([op, type]): [string, Lowering] => [op, (operation) => operation.add({ type })])),
  ...Object.fromEntries(
    Object.entries(binary).map(([op, type]): [string, Lowering] => [
      op,
      (operation) => operation.add({ type: operation.inputs.length === 1 ? 'identity' : type }, operation.inputs as readonly Value[]),
    ]),
  ),
  ...others,
};
