/** What operators that move elements make of axes and extents; numbers that are inputs must be known. Rules that rows, arithmetic and weights share. */

import { isFloating } from '../../tensor/dtype.ts';
import { productOf } from '../../tensor/product.ts';
import type { Shape } from '../../tensor/shape.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Call } from './call.ts';

/** Axes as an input or, in older opsets, an attribute; resolved among `rank` axes. */
export function axesOf(call: Call, rank: number, input = 1): readonly number[] | undefined {
  const named = call.whole(input) ?? call.ints('axes');
  return named?.map((axis) => call.axis(axis, rank));
}

/** ONNX Reshape-25: 0 copies an axis unless `allowzero`, −1 is what is left. */
export function reshapedShape(call: Call): Shape {
  const own = call.shape(0);
  const wanted = call.whole(1) ?? call.ints('shape');
  if (wanted === undefined) throw call.refusal('missing_key', 'Reshape without a shape');
  const keepsZero = call.int('allowzero', 0) !== 0;
  const shape = wanted.map((extent, axis) => (extent === 0 && !keepsZero ? (own[axis] ?? Number.NaN) : extent));
  const elements = productOf(own);
  const free = shape.indexOf(-1);
  const given = productOf(shape.filter((_, axis) => axis !== free));
  if (free >= 0) shape[free] = given === 0 ? 0 : elements / given;
  const fits =
    shape.every((extent) => Number.isInteger(extent) && extent >= 0) && (free < 0 ? given : given * (shape[free] ?? 1)) === elements;
  if (!fits) throw call.refusal('shape_mismatch', `${formatShape(own)} has ${elements} elements, which do not make ${formatShape(wanted)}`);
  return shape;
}

/** ONNX Flatten-25: two axes, cut before `axis`. */
export function flattenedShape(call: Call): Shape {
  const own = call.shape(0);
  const axis = call.int('axis', 1);
  const cut = axis < 0 ? axis + own.length : axis;
  if (cut < 0 || cut > own.length) throw call.refusal('no_such_axis', `Flatten cuts before axis ${axis} of a tensor of rank ${own.length}`);
  return [productOf(own, 0, cut), productOf(own, cut)];
}

/** ONNX Transpose-25; reverses the axes where none are named. */
export function permutation(call: Call): readonly number[] {
  const rank = call.rank(0);
  const perm = call.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const axes = perm.map((axis) => call.axis(axis, rank));
  if (axes.length !== rank || new Set(axes).size !== rank)
    throw call.refusal('invalid_value', `perm ${formatShape(perm)} is no order of the ${rank} axes of ${formatShape(call.shape(0))}`);
  return axes;
}

/** ONNX Squeeze-25: the axes that are dropped. */
export function squeezedAxes(call: Call): readonly number[] {
  const own = call.shape(0);
  const axes = axesOf(call, own.length) ?? own.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  const wide = axes.find((axis) => own[axis] !== 1);
  if (wide !== undefined) throw call.refusal('shape_mismatch', `Squeeze drops axis ${wide} of ${formatShape(own)}, whose extent is not 1`);
  return axes;
}

export function squeezedShape(call: Call): Shape {
  const axes = squeezedAxes(call);
  return call.shape(0).filter((_, axis) => !axes.includes(axis));
}

/** ONNX Unsqueeze-25: the places of the new axes in the output. */
export function unsqueezedAxes(call: Call): readonly number[] {
  const given = call.whole(1) ?? call.ints('axes');
  if (given === undefined) throw call.refusal('missing_key', 'Unsqueeze without axes');
  const rank = call.rank(0) + given.length;
  const axes = given.map((axis) => call.axis(axis, rank));
  if (new Set(axes).size !== axes.length) throw call.refusal('invalid_value', `axes ${formatShape(given)} name an axis twice`);
  return axes;
}

export function unsqueezedShape(call: Call): Shape {
  const axes = unsqueezedAxes(call);
  const own = call.shape(0);
  const shape: number[] = [];
  for (let axis = 0, next = 0; axis < own.length + axes.length; axis++) shape.push(axes.includes(axis) ? 1 : (own[next++] as number));
  return shape;
}

/** What a slice takes of an axis: `cells` of them, from `start`, `step` apart. */
export interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly cells: number;
}

/** ONNX Slice-13: clamped as Python's slices are. Before opset 10 all is attributes. */
export function sliceRanges(call: Call): readonly Range[] {
  const own = call.shape(0);
  const starts = call.whole(1) ?? call.ints('starts') ?? [];
  const ends = call.whole(2) ?? call.ints('ends') ?? [];
  const axes = axesOf(call, own.length, 3) ?? starts.map((_, index) => call.axis(index, own.length));
  const steps = call.whole(4);
  if (ends.length !== starts.length || axes.length !== starts.length || (steps !== undefined && steps.length !== starts.length))
    throw call.refusal('mismatch', `Slice has ${starts.length} starts, ${ends.length} ends and ${axes.length} axes; they go together`);
  return axes.map((axis, index) => {
    const extent = own[axis] as number;
    const step = steps?.[index] ?? 1;
    if (step === 0) throw call.refusal('invalid_value', 'Slice has a step of 0');
    const [least, most] = step > 0 ? [0, extent] : [-1, extent - 1];
    const place = (given: number): number => Math.min(Math.max(given < 0 ? given + extent : given, least), most);
    const [start, end] = [place(starts[index] as number), place(ends[index] as number)];
    return { axis, start, end, step, cells: Math.max(0, Math.ceil((end - start) / step)) };
  });
}

export function slicedShape(own: Shape, ranges: readonly Range[]): Shape {
  const shape = own.slice();
  for (const { axis, cells } of ranges) shape[axis] = cells;
  return shape;
}

/** ONNX Split-18: sizes as an input or attribute, a number of parts, or as many even parts as there are outputs. */
export function splitSizes(call: Call, axis: number): readonly number[] {
  const extent = call.shape(0)[axis] as number;
  const sizes = call.whole(1) ?? call.ints('split');
  if (sizes !== undefined) {
    if (sizes.some((size) => !(size >= 0)) || sizes.reduce((sum, size) => sum + size, 0) !== extent)
      throw call.refusal('mismatch', `parts of ${formatShape(sizes)} do not make the ${extent} cells of axis ${axis}`);
    return sizes;
  }
  const parts = call.int('num_outputs', call.node.outputs.length);
  if (!(parts >= 1 && parts <= mostParts))
    throw call.refusal('out_of_range', `a split into ${parts} parts; 1 to ${mostParts} are measured`);
  const size = Math.ceil(extent / parts);
  return Array.from({ length: parts }, (_, part) => Math.max(0, Math.min(size, extent - part * size)));
}

/** As many parts as a native layer gives. */
export const mostParts = 4096;

/** ONNX Pad-25: cells before and after, by axis. */
export function padPairs(call: Call): readonly (readonly [number, number])[] {
  const rank = call.rank(0);
  const pads = call.whole(1) ?? call.ints('pads') ?? call.ints('paddings') ?? [];
  const axes = axesOf(call, rank, 3) ?? Array.from({ length: rank }, (_, axis) => axis);
  if (pads.length !== 2 * axes.length)
    throw call.refusal('mismatch', `pads has ${pads.length} numbers; ${axes.length} axes take ${2 * axes.length}`);
  const pairs = Array.from({ length: rank }, (): readonly [number, number] => [0, 0]);
  for (const [index, axis] of axes.entries()) pairs[axis] = [pads[index] as number, pads[index + axes.length] as number];
  return pairs;
}

/** ONNX Gather-13. */
export function gatheredShape(data: Shape, axis: number, indices: Shape): Shape {
  return [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)];
}

/** ONNX Range-27: numbers from start up to limit. */
export function rangeLength(start: number, limit: number, delta: number): number {
  return delta === 0 ? Number.NaN : Math.max(Math.ceil((limit - start) / delta), 0);
}

/** Whether a stored tensor of this type may be learned, quantised weights included. */
export function isLearnable(dtype: Parameters<typeof isFloating>[0]): boolean {
  return isFloating(dtype) || dtype === 'int8' || dtype === 'uint8' || dtype === 'int4';
}
