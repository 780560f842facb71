/** Operators that move elements about and compute nothing: other axes, other extents, parts and joins. What decides their shape must be known. */

import { quote } from '../../../architecture/names.ts';
import { elementsOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import { broadcast, formatShape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import { constant } from '../../value.ts';
import type { Call } from '../call.ts';
import {
  axesOf,
  mostParts,
  padPairs,
  permutation,
  reshapedShape,
  sliceRanges,
  splitSizes,
  squeezedAxes,
  unsqueezedAxes,
} from '../shape-rules.ts';
import type { Lowerings } from './index.ts';

/** Why a node is a `custom` row: its `what` follows from data. */
export function openReason(call: Call, what: string): string {
  return `${quote(call.name)} is ${call.type}, ${what} by the data that flows: what that is, and with it the compute from here on, cannot be told`;
}

/** Shape that the file states for output `index`. */
function statedShape(call: Call, index = 0): Shape | undefined {
  return call.scope.stated(call.node.outputs[index] ?? '')?.shape;
}

/** ONNX Reshape-25. The axis that the file leaves open stays open, so that the document holds for other batches. */
function reshape(call: Call): readonly Value[] {
  if (call.isOpen(1)) {
    const stated = statedShape(call);
    if (stated === undefined || elementsOf(stated) !== elementsOf(call.shape(0)))
      return call.addCustom(openReason(call, 'its shape is decided'));
    return call.add({ type: 'reshape', shape: stated });
  }
  const shape = reshapedShape(call);
  const wanted = call.whole(1) ?? call.ints('shape') ?? [];
  const free = wanted.includes(-1) ? wanted.indexOf(-1) : wanted[0] === 0 ? 0 : -1;
  return call.add({ type: 'reshape', shape: shape.map((extent, axis) => (axis === free ? -1 : extent)) });
}

/** ONNX Flatten-25: always to two axes. */
function flatten(call: Call): readonly Value[] {
  const rank = call.rank(0);
  const axis = call.int('axis', 1);
  const cut = axis < 0 ? axis + rank : axis;
  if (cut < 0 || cut > rank) throw call.refusal('no_such_axis', `Flatten cuts before axis ${axis} of a tensor of rank ${rank}`);
  if (cut === 1 && rank > 1) return call.add({ type: 'flatten' });
  const own = call.shape(0);
  const [left, right] = [elementsOf(own.slice(0, cut)), elementsOf(own.slice(cut))];
  return call.add({ type: 'reshape', shape: cut === 0 ? [1, -1] : cut === rank ? [-1, 1] : [left, right] });
}

/** ONNX Transpose-25. */
function transpose(call: Call): readonly Value[] {
  return call.add({ type: 'permute', dims: permutation(call) });
}

/** ONNX Squeeze-25. */
function squeeze(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'whose axes are chosen'));
  const dim = squeezedAxes(call);
  return dim.length === 0 ? call.add({ type: 'identity' }) : call.add({ type: 'squeeze', dim });
}

/** ONNX Unsqueeze-25. */
function unsqueeze(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'whose axes are chosen'));
  const dim = unsqueezedAxes(call);
  return dim.length === 0 ? call.add({ type: 'identity' }) : call.add({ type: 'unsqueeze', dim });
}

/** ONNX Expand-13: both ways, an extent of 1 in the shape keeps the axis. */
function expand(call: Call): readonly Value[] {
  const own = call.shape(0);
  const open = call.isOpen(1);
  const shape = open ? statedShape(call) : broadcast(own, call.whole(1) ?? []);
  if (shape === undefined && open) return call.addCustom(openReason(call, 'its shape is decided'));
  if (shape === undefined)
    throw call.refusal('shape_mismatch', `${formatShape(own)} does not stretch to ${formatShape(call.whole(1) ?? [])}`);
  return call.add({ type: 'expand', shape });
}

/** ONNX Tile-13. */
function tile(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'its repeats are decided'));
  return call.add({ type: 'tile', repeats: call.whole(1) ?? [] });
}

/** ONNX DepthToSpace-13; its two modes order channels differently, which no shape shows. */
function depthToSpace(call: Call): readonly Value[] {
  return call.add({ type: 'pixel_shuffle', upscale_factor: call.int('blocksize', 1) });
}

/** ONNX SpaceToDepth-13. */
function spaceToDepth(call: Call): readonly Value[] {
  return call.add({ type: 'pixel_unshuffle', downscale_factor: call.int('blocksize', 1) });
}

/** ONNX Concat-13. Empty tensors add nothing. */
function concat(call: Call): readonly Value[] {
  const inputs = call.inputs.filter((value): value is Value => value !== undefined);
  const axis = call.axis(call.int('axis', 1), call.rank(0));
  return joinAlong(call, inputs, axis);
}

/** The node's row that joins tensors of one rank. */
export function joinAlong(call: Call, inputs: readonly Value[], axis: number): readonly Value[] {
  const full = inputs.filter(({ shape }) => shape?.[axis] !== 0);
  return call.add({ type: 'concat', dim: axis }, full.length === 0 ? inputs : full);
}

/** ONNX Split-18. */
function split(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'its parts are decided'));
  const axis = call.axis(call.int('axis', 0), call.rank(0));
  return cutInto(call, splitSizes(call, axis), axis);
}

/** The node's row that cuts its first input into parts of these sizes; a part without cells is no tensor of the document. */
export function cutInto(call: Call, sizes: readonly number[], axis: number): readonly Value[] {
  const full = sizes.filter((size) => size > 0);
  if (full.length > mostParts) throw call.refusal('out_of_range', `a split into ${full.length} parts; at most ${mostParts} are measured`);
  if (full.length === 0) throw call.refusal('empty_output', `all parts of axis ${axis} of ${formatShape(call.shape(0))} are empty`);
  const [size = 1] = full;
  const even = full.every((cells, index) => cells === size || (index === full.length - 1 && cells < size));
  const parts = call.add({ type: 'split', split_size: even ? size : full, dim: axis }, [call.input(0)], full.length).values();
  return sizes.map((cells) => (cells > 0 ? (parts.next().value as Value) : emptyLike(call, call.shape(0).with(axis, 0))));
}

/** A tensor without elements, which only what counts elements can read. */
export function emptyLike(call: Call, shape: Shape): Value {
  const { dtype } = call.input(0);
  return constant({ shape, dtype, values: [] }, () => call.addPart('empty', { type: 'constant', shape, dtype }, []).tensor());
}

/** ONNX Slice-13. */
function slice(call: Call): readonly Value[] {
  if (call.isOpen(1, 2, 3, 4)) return call.addCustom(openReason(call, 'its ends are decided'));
  const own = call.shape(0);
  const ranges = sliceRanges(call).filter(({ axis, cells, step }) => cells !== own[axis] || step !== 1);
  if (ranges.length === 0) return call.add({ type: 'identity' });
  const none = ranges.find(({ cells }) => cells === 0);
  if (none !== undefined) {
    const shape = own.slice();
    for (const { axis, cells } of ranges) shape[axis] = cells;
    return [emptyLike(call, shape)];
  }
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) {
    const { axis, start, step } = only;
    return call.add({ type: 'slice', dim: axis, start, ...endOf(only, own), ...(step === 1 ? {} : { step }) });
  }
  return call.add({
    type: 'slice',
    dim: ranges.map(({ axis }) => axis),
    start: ranges.map(({ start }) => start),
    end: ranges.map(({ end, axis }) => (end < 0 ? -1 - (own[axis] as number) : end)),
    ...(ranges.every(({ step }) => step === 1) ? {} : { step: ranges.map(({ step }) => step) }),
  });
}

/** The end as the document has it: none where all is taken, and before the first cell it is counted from the end. */
function endOf({ axis, end, step }: { readonly axis: number; readonly end: number; readonly step: number }, own: Shape): object {
  const extent = own[axis] as number;
  if (end === extent && step > 0) return {};
  return { end: end < 0 ? -1 - extent : end };
}

const padModes: Readonly<Record<string, string>> = { constant: 'constant', reflect: 'reflect', edge: 'replicate', wrap: 'circular' };

/** ONNX Pad-25. */
function pad(call: Call): readonly Value[] {
  if (call.isOpen(1, 3)) return call.addCustom(openReason(call, 'its padding is decided'));
  const mode = padModes[call.text('mode', 'constant')];
  if (mode === undefined) throw call.refusal('invalid_value', `Pad has the mode ${quote(call.text('mode'))}`);
  const fill = call.inputs[2]?.values?.[0] ?? call.float('value', 0);
  const value = mode === 'constant' && fill !== 0 && Number.isFinite(fill) ? { value: fill } : {};
  return addPadding(call, padPairs(call), { mode, ...value });
}

/** The node's row that pads, or cuts where a number is negative; axes in front that stay as they are need no pair. */
function addPadding(call: Call, pairs: readonly (readonly [number, number])[], rest: { readonly mode: string }): readonly Value[] {
  const first = pairs.findIndex(([before, after]) => before !== 0 || after !== 0);
  if (first < 0) return call.add({ type: 'identity' });
  const { mode, ...value } = rest;
  return call.add({ type: 'pad', padding: pairs.slice(first), ...(mode === 'constant' ? {} : { mode }), ...value });
}

/** ONNX CenterCropPad-18: cuts or fills both ends of each axis until it has the extent that is asked for. */
function centerCropPad(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'its shape is decided'));
  const own = call.shape(0);
  const wanted = call.whole(1) ?? [];
  const axes = axesOf(call, own.length, 2) ?? own.map((_, axis) => axis);
  if (axes.length !== wanted.length) throw call.refusal('mismatch', `CenterCropPad has ${wanted.length} extents for ${axes.length} axes`);
  const pairs = own.map((): readonly [number, number] => [0, 0]);
  for (const [index, axis] of axes.entries()) {
    const missing = (wanted[index] as number) - (own[axis] as number);
    const before = Math.trunc(missing / 2) + 0;
    pairs[axis] = [before, missing - before];
  }
  const first = pairs.findIndex((pair) => pair.some((cells) => cells !== 0));
  if (first >= 0 && pairs.every((pair) => pair.every((cells) => cells <= 0)))
    return call.add({ type: 'crop', cropping: pairs.slice(first).map((pair) => pair.map((cells) => 0 - cells)) });
  return addPadding(call, pairs, { mode: 'constant' });
}

export const shapingLowerings: Lowerings = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  CenterCropPad: centerCropPad,
};
