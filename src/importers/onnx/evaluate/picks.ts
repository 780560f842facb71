/** Numbers that are known, picked or put in place by indices that are known. Source: the ONNX operators of the same names. */

import { productOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import type { Call, Evaluator, KnownInput } from '../call.ts';
import { gatheredShape } from '../shape-rules.ts';
import { strided, stridesOf } from './strided.ts';

/** An index from the front; undefined where there is no such cell. */
function cellOf(index: number, extent: number): number | undefined {
  const cell = index < 0 ? index + extent : index;
  return cell >= 0 && cell < extent ? cell : undefined;
}

const gather: Evaluator = (call, [data, indices]) => {
  if (data === undefined || indices === undefined) return undefined;
  const axis = call.axis(call.int('axis', 0), data.shape.length);
  const extent = data.shape[axis] as number;
  const shape = gatheredShape(data.shape, axis, indices.shape);
  if (!call.mayWorkOut(shape)) return undefined;
  const inner = productOf(data.shape, axis + 1);
  const values: number[] = [];
  for (let row = 0; row < productOf(data.shape, 0, axis); row++)
    for (const index of indices.values) {
      const cell = cellOf(index, extent);
      if (cell === undefined) throw call.refusal('out_of_range', `Gather picks cell ${index} of an axis of ${extent}`);
      const start = (row * extent + cell) * inner;
      for (let at = start; at < start + inner; at++) values.push(data.values[at] as number);
    }
  return [{ shape, dtype: data.dtype, values }];
};

/** Offsets that an index tensor as large as the output names along an axis. */
function elementOffsets(call: Call, shape: Shape, indices: KnownInput): readonly number[] | undefined {
  const axis = call.axis(call.int('axis', 0), shape.length);
  const strides = stridesOf(shape);
  const along = strides[axis] as number;
  if (indices.shape.length !== shape.length || indices.shape.some((extent, at) => at !== axis && extent > (shape[at] as number)))
    return undefined;
  const starts = strided(
    Array.from({ length: productOf(shape) }, (_, offset) => offset),
    indices.shape,
    strides.with(axis, 0),
  );
  const offsets = starts.map((start, at) => {
    const cell = cellOf(indices.values[at] as number, shape[axis] as number);
    return cell === undefined ? undefined : start + cell * along;
  });
  return offsets.every((offset): offset is number => offset !== undefined) ? offsets : undefined;
}

const gatherElements: Evaluator = (call, [data, indices]) => {
  if (data === undefined || indices === undefined) return undefined;
  const offsets = elementOffsets(call, data.shape, indices);
  return offsets === undefined
    ? undefined
    : [{ shape: indices.shape, dtype: data.dtype, values: offsets.map((offset) => data.values[offset] as number) }];
};

/** How an update meets what is there. */
const reductions: Readonly<Record<string, (held: number, update: number) => number>> = {
  none: (_held, update) => update,
  add: (held, update) => held + update,
  mul: (held, update) => held * update,
  max: Math.max,
  min: Math.min,
};

const scatterElements: Evaluator = (call, [data, indices, updates]) => {
  if (data === undefined || indices === undefined || updates === undefined) return undefined;
  const offsets = elementOffsets(call, data.shape, indices);
  const combine = reductions[call.text('reduction', 'none')];
  if (offsets === undefined || combine === undefined) return undefined;
  const values = data.values.slice();
  for (const [at, offset] of offsets.entries()) values[offset] = combine(values[offset] as number, updates.values[at] as number);
  return [{ shape: data.shape, dtype: data.dtype, values }];
};

/** Offsets of the slices that the rows of an index tensor name, behind `batch` axes that both have. */
function sliceOffsets(
  shape: Shape,
  indices: KnownInput,
  batch: number,
): { readonly starts: readonly number[]; readonly inner: number } | undefined {
  const depth = indices.shape.at(-1) ?? 0;
  if (indices.shape.length === 0 || batch + depth > shape.length) return undefined;
  const strides = stridesOf(shape);
  const rows = productOf(indices.shape) / Math.max(depth, 1);
  const rowsPerBatch = productOf(indices.shape, batch, indices.shape.length - 1);
  const cellsPerBatch = productOf(shape, batch);
  const starts: number[] = [];
  for (let row = 0; row < rows; row++) {
    let offset = Math.floor(row / rowsPerBatch) * cellsPerBatch;
    for (let at = 0; at < depth; at++) {
      const cell = cellOf(indices.values[row * depth + at] as number, shape[batch + at] as number);
      if (cell === undefined) return undefined;
      offset += cell * (strides[batch + at] as number);
    }
    starts.push(offset);
  }
  return { starts, inner: productOf(shape, batch + depth) };
}

const gatherNd: Evaluator = (call, [data, indices]) => {
  if (data === undefined || indices === undefined) return undefined;
  const batch = call.int('batch_dims', 0);
  const found = sliceOffsets(data.shape, indices, batch);
  const shape = [...indices.shape.slice(0, -1), ...data.shape.slice(batch + (indices.shape.at(-1) ?? 0))];
  if (found === undefined || !call.mayWorkOut(shape)) return undefined;
  const values = found.starts.flatMap((start) => data.values.slice(start, start + found.inner));
  return [{ shape, dtype: data.dtype, values }];
};

const scatterNd: Evaluator = (call, [data, indices, updates]) => {
  if (data === undefined || indices === undefined || updates === undefined) return undefined;
  const found = sliceOffsets(data.shape, indices, 0);
  const combine = reductions[call.text('reduction', 'none')];
  if (found === undefined || combine === undefined || updates.values.length !== found.starts.length * found.inner) return undefined;
  const values = data.values.slice();
  for (const [row, start] of found.starts.entries())
    for (let at = 0; at < found.inner; at++)
      values[start + at] = combine(values[start + at] as number, updates.values[row * found.inner + at] as number);
  return [{ shape: data.shape, dtype: data.dtype, values }];
};

const nonZero: Evaluator = (call, [input]) => {
  if (input === undefined) return undefined;
  const { shape, values } = input;
  const strides = stridesOf(shape);
  const found = values.flatMap((value, offset) => (value === 0 ? [] : [offset]));
  if (!call.mayWorkOut([shape.length, found.length])) return undefined;
  const cells = shape.map((extent, axis) => found.map((offset) => Math.floor(offset / (strides[axis] as number)) % extent));
  return [{ shape: [shape.length, found.length], dtype: 'int64', values: cells.flat() }];
};

/** ONNX OneHot-11: on and off come as the third input. */
const oneHot: Evaluator = (call, [indices, , states]) => {
  const cells = call.whole(1)?.[0];
  const [off, on] = states?.values ?? [];
  if (indices === undefined || states === undefined || !((cells ?? 0) >= 1) || cells === undefined || off === undefined || on === undefined)
    return undefined;
  const rank = indices.shape.length;
  const axis = call.axis(call.int('axis', -1), rank + 1);
  const shape = indices.shape.toSpliced(axis, 0, cells);
  if (!call.mayWorkOut(shape)) return undefined;
  const inner = productOf(indices.shape, axis);
  const values = new Array<number>(productOf(shape)).fill(off);
  for (const [at, index] of indices.values.entries()) {
    const cell = cellOf(index, cells);
    if (cell !== undefined) values[(Math.floor(at / inner) * cells + cell) * inner + (at % inner)] = on;
  }
  return [{ shape, dtype: states.dtype, values }];
};

/** Positions, row-major, where the condition holds; it is taken to be false behind its end. */
export function heldPositions(condition: readonly number[]): readonly number[] {
  return condition.flatMap((value, index) => (value === 0 ? [] : [index]));
}

const compress: Evaluator = (call, [input, condition]) => {
  if (input === undefined || condition === undefined) return undefined;
  const held = heldPositions(condition.values);
  const named = call.int('axis');
  const flat: KnownInput = named === undefined ? { ...input, shape: [input.values.length] } : input;
  const axis = call.axis(named ?? 0, flat.shape.length);
  if (held.some((index) => index >= (flat.shape[axis] as number))) return undefined;
  const inner = productOf(flat.shape, axis + 1);
  const values: number[] = [];
  for (let row = 0; row < productOf(flat.shape, 0, axis); row++)
    for (const cell of held) {
      const start = (row * (flat.shape[axis] as number) + cell) * inner;
      values.push(...flat.values.slice(start, start + inner));
    }
  return [{ shape: flat.shape.with(axis, held.length), dtype: input.dtype, values }];
};

export const pickEvaluators: Readonly<Record<string, Evaluator>> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
  NonZero: nonZero,
  OneHot: oneHot,
  Compress: compress,
};
