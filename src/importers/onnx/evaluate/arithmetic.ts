/**
 * Arithmetic on numbers that are known: what exporters compute shapes with. Integers beyond 2^53 are rounded; float32 results are rounded to float32, since
 * an extent may hang on it (⌊i · scale⌋). Source: the ONNX operators of the same names.
 */

import type { DType } from '../../../tensor/dtype.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import type { Known } from '../../value.ts';
import type { Call, Evaluator, KnownInput } from '../call.ts';
import { broadcastAll, offsetsOf, stretched, stridesOf } from './strided.ts';

/** As a number of that type; undefined where an integer type has no such number. */
function fitted(value: number, dtype: DType): number | undefined {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  if (dtype === 'float32') return Math.fround(value);
  if (isFloating(dtype)) return value;
  if (!Number.isFinite(value)) return undefined;
  // Integers are divided as C does. −0 is none.
  const whole = Math.trunc(value) + 0;
  return dtype === 'uint8' ? ((whole % 256) + 256) % 256 : whole;
}

/** All of them fitted, or none. */
function results(shape: readonly number[], dtype: DType, values: readonly number[]): readonly Known[] | undefined {
  const rounded: number[] = [];
  for (const value of values) {
    const number = fitted(value, dtype);
    if (number === undefined) return undefined;
    rounded.push(number);
  }
  return [{ shape, dtype, values: rounded }];
}

type Function2 = (left: number, right: number, call: Call) => number;

function unary(compute: (value: number) => number, result?: DType): Evaluator {
  return (_call, inputs) => {
    const [input] = inputs;
    if (input === undefined) return undefined;
    return results(input.shape, result ?? input.dtype, input.values.map(compute));
  };
}

/** Of two tensors or more, left to right, broadcast. */
function folding(compute: Function2, result?: DType): Evaluator {
  return (call, inputs) => {
    const given = inputs.filter((input): input is KnownInput => input !== undefined);
    const [first] = given;
    const shape = broadcastAll(given.map((input) => input.shape));
    if (first === undefined || shape === undefined || !call.mayWorkOut(shape)) return undefined;
    let values = stretched(first.values, first.shape, shape);
    for (const input of given.slice(1)) {
      const right = stretched(input.values, input.shape, shape);
      values = values.map((value, index) => compute(value, right[index] as number, call));
    }
    return results(shape, result ?? first.dtype, values);
  };
}

const compared = (test: (left: number, right: number) => boolean): Evaluator =>
  folding((left, right) => (test(left, right) ? 1 : 0), 'bool');

/** The sign is that of the divisor, with `fmod` that of the dividend. */
const remainder: Function2 = (left, right, call) => {
  const rest = left % right;
  return call.int('fmod', 0) !== 0 || rest === 0 || rest < 0 === right < 0 ? rest : rest + right;
};

/** Halves to the even neighbour. */
function roundedHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/** On the 64 bits of integers. */
const bitwise =
  (compute: (left: bigint, right: bigint) => bigint): Function2 =>
  (left, right) =>
    Number.isInteger(left) && Number.isInteger(right) ? Number(compute(BigInt(left), BigInt(right))) : Number.NaN;

const shifted: Function2 = (left, right, call) =>
  call.text('direction', '') === 'LEFT' ? left * 2 ** right : Math.floor(left / 2 ** right);

/** ONNX Clip-13; before opset 11 the bounds are attributes. */
const clip: Evaluator = (call, inputs) => {
  const [input, low, high] = inputs;
  if (input === undefined) return undefined;
  const least = low?.values[0] ?? call.float('min', Number.NEGATIVE_INFINITY);
  const most = high?.values[0] ?? call.float('max', Number.POSITIVE_INFINITY);
  return results(
    input.shape,
    input.dtype,
    input.values.map((value) => Math.min(Math.max(value, least), most)),
  );
};

/** ONNX Where-16. */
const where: Evaluator = (call, inputs) => {
  const [condition, left, right] = inputs;
  if (condition === undefined || left === undefined || right === undefined) return undefined;
  const shape = broadcastAll([condition.shape, left.shape, right.shape]);
  if (shape === undefined || !call.mayWorkOut(shape)) return undefined;
  const [chosen, yes, no] = [condition, left, right].map((input) => stretched(input.values, input.shape, shape)) as [
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  return [{ shape, dtype: left.dtype, values: chosen.map((value, index) => (value !== 0 ? yes[index] : no[index]) as number) }];
};

/** Mean-13: of several tensors, element by element. */
const mean: Evaluator = (call, inputs) => {
  const [sum] = folding((left, right) => left + right)(call, inputs) ?? [];
  return sum === undefined
    ? undefined
    : results(
        sum.shape,
        sum.dtype,
        sum.values.map((value) => value / inputs.length),
      );
};

/** Slices along `axes`, each reduced to what `reduce` makes of it; kept as extents of 1 or dropped. */
function reduced(
  input: KnownInput,
  axes: readonly number[],
  keep: boolean,
  dtype: DType,
  reduce: (values: readonly number[]) => number,
): readonly Known[] | undefined {
  const { shape, values } = input;
  const strides = stridesOf(shape);
  const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const of = (list: readonly number[], chosen: readonly number[]): number[] => chosen.map((axis) => list[axis] as number);
  const within = offsetsOf(of(shape, axes), of(strides, axes));
  const starts = offsetsOf(of(shape, kept), of(strides, kept));
  const result = starts.map((start) => reduce(within.map((offset) => values[start + offset] as number)));
  return results(keep ? shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)) : of(shape, kept), dtype, result);
}

/** Axes are an attribute or, later, the second input; none are all, unless the node says that none are none: then every cell is reduced alone. */
function reduction(reduce: (values: readonly number[]) => number): Evaluator {
  return (call, inputs) => {
    const [input, second] = inputs;
    if (input === undefined) return undefined;
    const rank = input.shape.length;
    const named = second?.values ?? call.ints('axes') ?? [];
    const all = named.length === 0 && call.int('noop_with_empty_axes', 0) === 0;
    const axes = all ? input.shape.map((_, axis) => axis) : named.map((axis) => call.axis(axis, rank)).sort((a, b) => a - b);
    return reduced(input, axes, call.int('keepdims', 1) !== 0, input.dtype, reduce);
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Position of the extreme; the first of several, or the last where the node says so. */
function position(isBetter: (value: number, best: number) => boolean): Evaluator {
  return (call, inputs) => {
    const [input] = inputs;
    if (input === undefined || input.values.length === 0) return undefined;
    const axis = call.axis(call.int('axis', 0), input.shape.length);
    const last = call.int('select_last_index', 0) !== 0;
    return reduced(input, [axis], call.int('keepdims', 1) !== 0, 'int64', (values) => {
      let best = 0;
      for (let index = 1; index < values.length; index++) {
        const [value, held] = [values[index] as number, values[best] as number];
        if (isBetter(value, held) || (last && value === held)) best = index;
      }
      return best;
    });
  };
}

/** ONNX CumSum-14 and CumProd-26: along an axis, from its end with `reverse`, the own cell left out with `exclusive`. */
function running(start: number, combine: (left: number, right: number) => number): Evaluator {
  return (call, inputs) => {
    const [input, named] = inputs;
    const wanted = named?.values[0];
    if (input === undefined || wanted === undefined) return undefined;
    const { shape, values, dtype } = input;
    const axis = call.axis(wanted, shape.length);
    const extent = shape[axis] as number;
    const stride = stridesOf(shape)[axis] as number;
    const backwards = call.int('reverse', 0) !== 0;
    const exclusive = call.int('exclusive', 0) !== 0;
    const result = values.slice();
    for (let cell = 0; cell < values.length; cell++) {
      if (Math.floor(cell / stride) % extent !== 0) continue;
      let sum = start;
      for (let step = 0; step < extent; step++) {
        const at = cell + (backwards ? extent - 1 - step : step) * stride;
        const next = combine(sum, values[at] as number);
        result[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return results(shape, dtype, result);
  };
}

export const arithmeticEvaluators: Readonly<Record<string, Evaluator>> = {
  Add: folding((left, right) => left + right),
  Sub: folding((left, right) => left - right),
  Mul: folding((left, right) => left * right),
  Div: folding((left, right) => left / right),
  Mod: folding(remainder),
  Pow: folding((left, right) => left ** right),
  Sum: folding((left, right) => left + right),
  Max: folding((left, right) => Math.max(left, right)),
  Min: folding((left, right) => Math.min(left, right)),
  Mean: mean,
  Neg: unary((value) => 0 - value),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundedHalfEven),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Reciprocal: unary((value) => 1 / value),
  Relu: unary((value) => Math.max(value, 0)),
  Not: unary((value) => (value === 0 ? 1 : 0), 'bool'),
  IsNaN: unary((value) => (Number.isNaN(value) ? 1 : 0), 'bool'),
  BitwiseNot: unary((value) => -1 - value),
  Clip: clip,
  Where: where,
  Equal: compared((left, right) => left === right),
  Less: compared((left, right) => left < right),
  LessOrEqual: compared((left, right) => left <= right),
  Greater: compared((left, right) => left > right),
  GreaterOrEqual: compared((left, right) => left >= right),
  And: compared((left, right) => left !== 0 && right !== 0),
  Or: compared((left, right) => left !== 0 || right !== 0),
  Xor: compared((left, right) => (left !== 0) !== (right !== 0)),
  BitwiseAnd: folding(bitwise((left, right) => left & right)),
  BitwiseOr: folding(bitwise((left, right) => left | right)),
  BitwiseXor: folding(bitwise((left, right) => left ^ right)),
  BitShift: folding(shifted),
  ReduceSum: reduction(total),
  ReduceProd: reduction((values) => values.reduce((product, value) => product * value, 1)),
  ReduceMax: reduction((values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
  ReduceMin: reduction((values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)),
  ReduceMean: reduction((values) => total(values) / values.length),
  ReduceL1: reduction((values) => total(values.map(Math.abs))),
  ReduceL2: reduction((values) => Math.sqrt(total(values.map((value) => value * value)))),
  ReduceSumSquare: reduction((values) => total(values.map((value) => value * value))),
  ArgMax: position((value, best) => value > best),
  ArgMin: position((value, best) => value < best),
  CumSum: running(0, (left, right) => left + right),
  CumProd: running(1, (left, right) => left * right),
};
