/**
 * Stored tensors cut up and put together in another order: exporters turn the gates of recurrent layers so. What holds every piece of some tensors once, and nothing
 * else, may be a layer's weight as those tensors themselves could.
 */

import type { DType } from '../../../tensor/dtype.ts';
import type { Shape, TensorType } from '../../../tensor/shape.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Piece, WeightSource } from '../../weights.ts';
import type { Call } from '../call.ts';
import { reshapings } from './reshapings.ts';

/** A tensor that consists of pieces. */
export interface Pieced extends TensorType {
  readonly pieces: readonly Piece[];
}

/** The outputs of a node, where they consist of pieces of stored tensors; empty where it is not so. */
export function piecedOutputs(call: Call): readonly Pieced[] {
  if (call.inputs.some((value) => value?.constant === false)) return [];
  const reshaping = reshapings.get(call.type);
  if (reshaping === undefined) return rules[call.type]?.(call) ?? [];
  const pieces = call.inputs[0]?.pieces;
  if (pieces === undefined) return [];
  const type = reshaping(call);
  return type === undefined ? [] : [{ ...type, pieces }];
}

const rules: Readonly<Record<string, (call: Call) => readonly Pieced[]>> = { Concat: joined, Slice: sliced, Split: split };

function joined(call: Call): readonly Pieced[] {
  const values = call.inputs.filter((value): value is Value => value !== undefined);
  const [first] = values;
  const parts = values.map((value) => value.pieces ?? wholeOf(value));
  if (first?.shape === undefined || !parts.every((own): own is readonly Piece[] => own !== undefined)) return [];
  const axis = call.axis(call.int('axis', 1), first.shape.length);
  const extent = values.reduce((sum, { shape }) => sum + (shape?.[axis] ?? 0), 0);
  return [{ ...cut(first.shape, axis, extent, first.dtype), pieces: parts.flat() }];
}

/** A stored tensor as it lies in the file, as one piece. */
function wholeOf({ weight }: Value): readonly Piece[] | undefined {
  const extent = weight?.shape[0];
  return weight === undefined || extent === undefined ? undefined : [{ source: weight, axis: 0, start: 0, end: extent }];
}

/** Cut along one axis, without gaps and forwards. */
function sliced(call: Call): readonly Pieced[] {
  const source = uncut(call.inputs[0]);
  const [starts, ends] = call.opset < 10 ? [call.ints('starts'), call.ints('ends')] : [call.inputs[1]?.values, call.inputs[2]?.values];
  const axes = (call.opset < 10 ? call.ints('axes') : call.inputs[3]?.values) ?? [0];
  const steps = (call.opset < 10 ? undefined : call.inputs[4]?.values) ?? [1];
  if (source === undefined || starts?.length !== 1 || ends?.length !== 1 || axes.length !== 1 || steps[0] !== 1) return [];
  const axis = call.axis(axes[0] as number, source.shape.length);
  const extent = source.shape[axis] as number;
  const within = (at: number): number => Math.min(Math.max(at < 0 ? at + extent : at, 0), extent);
  const [start, end] = [within(starts[0] as number), within(ends[0] as number)];
  return start < end ? [{ ...cut(source.shape, axis, end - start, call.input(0).dtype), pieces: [{ source, axis, start, end }] }] : [];
}

function split(call: Call): readonly Pieced[] {
  const source = uncut(call.inputs[0]);
  if (source === undefined) return [];
  const axis = call.axis(call.int('axis', 0), source.shape.length);
  const extent = source.shape[axis] as number;
  const parts = call.node.outputs.length;
  const even = Math.ceil(extent / parts);
  const sizes = call.ints('split') ?? call.inputs[1]?.values ?? Array.from({ length: parts }, () => even);
  let reached = 0;
  const pieces = sizes.map((size): Piece => {
    const start = reached;
    reached = Math.min(start + size, extent);
    return { source, axis, start, end: reached };
  });
  if (pieces.length !== parts || reached !== extent || pieces.some(({ start, end }) => end <= start)) return [];
  return pieces.map((piece) => ({ ...cut(source.shape, axis, piece.end - piece.start, call.input(0).dtype), pieces: [piece] }));
}

function cut(shape: Shape, axis: number, extent: number, dtype: DType): TensorType {
  return { shape: shape.map((own, index) => (index === axis ? extent : own)), dtype };
}

/** The stored tensor that a value is, in the shape that it is stored in. */
function uncut(value: Value | undefined): WeightSource | undefined {
  const source = value?.weight;
  return source !== undefined && value?.shape !== undefined && sameShape(value.shape, source.shape) ? source : undefined;
}
