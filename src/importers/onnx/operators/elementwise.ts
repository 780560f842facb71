/** Functions of one tensor or several, element by element. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import type { Value } from '../../value.ts';
import { isKnown } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import { decimal } from '../decimal.ts';
import type { Lowerings } from './index.ts';
import { addReshaped } from './reshaped.ts';
import { addElementwise } from './scalar.ts';

/** Reads its first input only. */
export function unary(type: string): Lowering {
  return (call) => call.add({ type }, [call.input(0)]);
}

/** All inputs that are there. Before opset 7 the second was laid along the axis that `axis` names, where that was not the end. */
function operands(call: Call): readonly Value[] {
  const inputs = call.inputs.filter((value): value is Value => value !== undefined);
  const axis = call.opset < 7 ? call.int('axis') : undefined;
  const [first, second] = inputs;
  if (axis === undefined || first?.shape === undefined || second?.shape === undefined) return inputs;
  const after = first.shape.length - call.axis(axis, first.shape.length) - second.shape.length;
  if (after <= 0) return inputs;
  return [first, addReshaped(call, 'axes', second, [...second.shape, ...new Array<number>(after).fill(1)])];
}

/** Reads all its inputs, whose type the output has; of a single one it is the identity, as ONNX has it. */
function several(type: string): Lowering {
  return (call) => {
    const inputs = operands(call);
    return inputs.length === 1 ? call.add({ type: 'identity' }, inputs) : addElementwise(call, { type }, inputs);
  };
}

/** The output has the type of the first input, which ours does not always keep. */
function ofFirstType(type: string, attributes: (call: Call) => Posted = () => ({})): Lowering {
  return (call) => {
    const [first, second] = operands(call);
    if (first === undefined || second === undefined) throw call.refusal('wrong_input_count', `${call.type} reads two tensors`);
    const keeps = isFloating(first.dtype) && first.dtype === second.dtype;
    return addElementwise(call, { type, ...attributes(call), ...(keeps ? {} : { dtype: first.dtype }) }, [first, second]);
  };
}

/** ONNX Mean-13, of several tensors: their sum over their number. */
function meanOfSeveral(call: Call): readonly Value[] {
  const inputs = operands(call);
  if (inputs.length === 1) return call.add({ type: 'identity' }, inputs);
  const sum = call.addPart('sum', { type: 'add' }, inputs);
  return call.add({ type: 'divide', other: inputs.length }, [sum]);
}

/** ONNX Clip-13. Bounds are attributes before opset 11. Bounds that are no numbers of the file, or none of JSON, are read as tensors or left out. */
function clip(call: Call): readonly Value[] {
  const bounds = (['min', 'max'] as const).map((name, index) => {
    if (call.opset < 11) return call.float(name);
    const value = call.inputs[index + 1];
    return isKnown(value) && value.weight === undefined ? value.values[0] : value;
  });
  if (bounds.every((bound) => bound === undefined || typeof bound === 'number')) {
    const [min, max] = bounds.map((bound) => (typeof bound === 'number' && Number.isFinite(bound) ? decimal(bound) : undefined));
    const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    return call.add(Object.keys(limits).length === 0 ? { type: 'identity' } : { type: 'clamp', ...limits });
  }
  const [min, max] = [call.inputs[1], call.inputs[2]];
  if (min === undefined || max === undefined)
    return call.add({ type: min === undefined ? 'minimum' : 'maximum' }, [call.input(0), (min ?? max) as Value]);
  return call.add({ type: 'minimum' }, [call.addPart('maximum', { type: 'maximum' }, [call.input(0), min]), max]);
}

/** ONNX CumSum-14 and CumProd-26. Whether a sum includes its own element, and from which end it runs, changes no shape. */
function cumulative(type: string): Lowering {
  return (call) => {
    const [axis] = call.known(1) ?? [];
    if (axis === undefined) throw call.refusal('missing_key', `${call.type} needs its axis`);
    const { dtype } = call.input(0);
    return call.add({ type, dim: call.axis(axis, call.rank(0)), ...(isFloating(dtype) ? {} : { dtype }) });
  };
}

/** By ONNX's name; ours. */
const ofOne: Readonly<Record<string, string>> = {
  Abs: 'abs',
  Acos: 'acos',
  Acosh: 'acosh',
  Asin: 'asin',
  Asinh: 'asinh',
  Atan: 'atan',
  Atanh: 'atanh',
  BitwiseNot: 'bitwise_not',
  Ceil: 'ceil',
  Cos: 'cos',
  Cosh: 'cosh',
  Erf: 'erf',
  Exp: 'exp',
  Floor: 'floor',
  IsInf: 'is_inf',
  IsNaN: 'is_nan',
  Log: 'log',
  Neg: 'neg',
  Not: 'logical_not',
  Reciprocal: 'reciprocal',
  Round: 'round',
  Sigmoid: 'sigmoid',
  Sign: 'sign',
  Sin: 'sin',
  Sinh: 'sinh',
  Sqrt: 'sqrt',
  Tan: 'tan',
  Tanh: 'tanh',
};

const ofSeveral: Readonly<Record<string, string>> = {
  Add: 'add',
  And: 'logical_and',
  BitwiseAnd: 'bitwise_and',
  BitwiseOr: 'bitwise_or',
  BitwiseXor: 'bitwise_xor',
  Equal: 'equal',
  Greater: 'greater',
  GreaterOrEqual: 'greater_equal',
  Less: 'less',
  LessOrEqual: 'less_equal',
  Max: 'maximum',
  Min: 'minimum',
  Mul: 'multiply',
  Or: 'logical_or',
  Sub: 'subtract',
  Sum: 'add',
  Xor: 'logical_xor',
};

export const elementwiseLowerings: Lowerings = {
  ...Object.fromEntries(Object.entries(ofOne).map(([name, type]) => [name, unary(type)])),
  ...Object.fromEntries(Object.entries(ofSeveral).map(([name, type]) => [name, several(type)])),
  BitShift: ofFirstType('bit_shift', (call) => ({ direction: call.text('direction', 'LEFT').toLowerCase() })),
  Clip: clip,
  CumProd: cumulative('cumprod'),
  CumSum: cumulative('cumsum'),
  Div: ofFirstType('divide'),
  Mean: meanOfSeveral,
  Mod: ofFirstType('mod', (call) => (call.int('fmod', 0) === 0 ? {} : { fmod: true })),
  Pow: ofFirstType('pow'),
};
