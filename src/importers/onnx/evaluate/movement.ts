/** Numbers that are known, moved: reshaped, joined, cut, repeated, filled in. Source: the ONNX operators of the same names. */

import type { DType } from '../../../tensor/dtype.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import { broadcast } from '../../../tensor/shape.ts';
import type { Known } from '../../value.ts';
import type { Call, Evaluator, KnownInput } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import {
  flattenedShape,
  padPairs,
  permutation,
  rangeLength,
  reshapedShape,
  slicedShape,
  sliceRanges,
  splitSizes,
  squeezedShape,
  unsqueezedShape,
} from '../shape-rules.ts';
import { stretched, strided, stridesOf } from './strided.ts';

/** The same numbers in another shape. */
function reshaping(shapeOf: (call: Call) => Shape): Evaluator {
  return (call, inputs) => {
    const [input] = inputs;
    return input === undefined ? undefined : [{ shape: shapeOf(call), dtype: input.dtype, values: input.values }];
  };
}

/** The same numbers in another type: integers are cut, bool is whether there is something. */
export function castTo(input: KnownInput, dtype: DType): Known {
  const { shape, values } = input;
  if (dtype === 'bool') return { shape, dtype, values: values.map((value) => (value === 0 ? 0 : 1)) };
  if (isFloating(dtype)) return { shape, dtype, values: dtype === 'float32' ? values.map(Math.fround) : values };
  return { shape, dtype, values: isFloating(input.dtype) ? values.map((value) => Math.trunc(value) + 0) : values };
}

const cast: Evaluator = (call, inputs) => {
  const dtype = dtypeOf(call.int('to', 1));
  return inputs[0] === undefined || dtype === undefined ? undefined : [castTo(inputs[0], dtype)];
};

const castLike: Evaluator = (_call, [input, like]) => (input === undefined || like === undefined ? undefined : [castTo(input, like.dtype)]);

const transpose: Evaluator = (call, [input]) => {
  if (input === undefined) return undefined;
  const axes = permutation(call);
  const strides = stridesOf(input.shape);
  const shape = axes.map((axis) => input.shape[axis] as number);
  return [
    {
      shape,
      dtype: input.dtype,
      values: strided(
        input.values,
        shape,
        axes.map((axis) => strides[axis] as number),
      ),
    },
  ];
};

/** Of each part the cells along `axis` lie together, one part behind the other. */
export function joined(call: Call, parts: readonly KnownInput[], axis: number): Known | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const { shape, dtype } = first;
  const others = parts.every(
    (part) => part.shape.length === shape.length && part.shape.every((extent, at) => at === axis || extent === shape[at]),
  );
  const whole = shape.with(
    axis,
    parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0),
  );
  if (!others || !call.mayWorkOut(whole)) return undefined;
  const values: number[] = [];
  const rows = productOf(shape, 0, axis);
  for (let row = 0; row < rows; row++)
    for (const part of parts) {
      const length = productOf(part.shape, axis);
      for (let at = row * length; at < (row + 1) * length; at++) values.push(part.values[at] as number);
    }
  return { shape: whole, dtype, values };
}

const concat: Evaluator = (call, inputs) => {
  const parts = inputs.filter((input): input is KnownInput => input !== undefined);
  const axis = call.axis(call.int('axis', 1), parts[0]?.shape.length ?? 0);
  const whole = joined(call, parts, axis);
  return whole === undefined ? undefined : [whole];
};

const slice: Evaluator = (call, [input]) => {
  if (input === undefined) return undefined;
  const ranges = sliceRanges(call);
  const shape = slicedShape(input.shape, ranges);
  const strides = stridesOf(input.shape);
  let base = 0;
  for (const { axis, start, step } of ranges) {
    base += start * (strides[axis] as number);
    strides[axis] = (strides[axis] as number) * step;
  }
  return [{ shape, dtype: input.dtype, values: strided(input.values, shape, strides, base) }];
};

/** The cells from `start` on of an axis. */
export function cut(input: KnownInput, axis: number, start: number, cells: number): Known {
  const strides = stridesOf(input.shape);
  const shape = input.shape.with(axis, cells);
  return { shape, dtype: input.dtype, values: strided(input.values, shape, strides, start * (strides[axis] as number)) };
}

const split: Evaluator = (call, [input]) => {
  if (input === undefined) return undefined;
  const axis = call.axis(call.int('axis', 0), input.shape.length);
  let start = 0;
  return splitSizes(call, axis).map((cells) => {
    const part = cut(input, axis, start, cells);
    start += cells;
    return part;
  });
};

const expand: Evaluator = (call, [input]) => {
  const wanted = call.whole(1);
  if (input === undefined || wanted === undefined) return undefined;
  const shape = broadcast(input.shape, wanted);
  if (shape === undefined || !call.mayWorkOut(shape)) return undefined;
  return [{ shape, dtype: input.dtype, values: stretched(input.values, input.shape, shape) }];
};

const tile: Evaluator = (call, [input, repeats]) => {
  if (input === undefined || repeats === undefined || repeats.values.length !== input.shape.length) return undefined;
  const copies = call.whole(1) ?? [];
  if (copies.some((count) => count < 0)) return undefined;
  const shape = input.shape.map((extent, axis) => extent * (copies[axis] as number));
  if (!call.mayWorkOut(shape)) return undefined;
  let whole: Known | undefined = input;
  for (const [axis, count] of copies.entries())
    if (count !== 1 && whole !== undefined)
      whole = count === 0 ? cut(whole, axis, 0, 0) : joined(call, new Array<Known>(count).fill(whole), axis);
  return whole === undefined ? undefined : [whole];
};

const pad: Evaluator = (call, [input, , fill]) => {
  if (input === undefined || call.text('mode', 'constant') !== 'constant') return undefined;
  const value = fill?.values[0] ?? call.float('value', 0);
  let padded: Known | undefined = input;
  for (const [axis, pair] of padPairs(call).entries()) {
    for (const [side, cells] of pair.entries()) {
      if (cells === 0 || padded === undefined) continue;
      const { shape, dtype }: Known = padded;
      const extent = shape[axis] as number;
      if (cells < -extent) return undefined;
      if (cells < 0) padded = cut(padded, axis, side === 0 ? -cells : 0, extent + cells);
      else {
        const border = shape.with(axis, cells);
        if (!call.mayWorkOut(border)) return undefined;
        const filled = { shape: border, dtype, values: new Array<number>(productOf(border)).fill(value) };
        padded = joined(call, side === 0 ? [filled, padded] : [padded, filled], axis);
      }
    }
  }
  return padded === undefined ? undefined : [padded];
};

const range: Evaluator = (call, [start, limit, delta]) => {
  const [from, to, step] = [start?.values[0], limit?.values[0], delta?.values[0]];
  if (start === undefined || from === undefined || to === undefined || step === undefined) return undefined;
  const length = rangeLength(from, to, step);
  if (!call.mayWorkOut([length])) return undefined;
  return [{ shape: [length], dtype: start.dtype, values: Array.from({ length }, (_, index) => from + index * step) }];
};

export const movementEvaluators: Readonly<Record<string, Evaluator>> = {
  Identity: reshaping((call) => call.shape(0)),
  Reshape: reshaping(reshapedShape),
  Flatten: reshaping(flattenedShape),
  Squeeze: reshaping(squeezedShape),
  Unsqueeze: reshaping(unsqueezedShape),
  Cast: cast,
  CastLike: castLike,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Range: range,
};
