/** Operations that move, cut and join tensors, by Keras's and TensorFlow's names. */

import { productOf } from '../../../tensor/product.ts';
import type { DraftTensor } from '../../draft.ts';
import { leavesOf } from '../arguments.ts';
import type { Call } from '../call.ts';
import { isTensor } from '../call.ts';
import type { Rule } from '../network.ts';
import { plainOf, wholeOf, wholesOf } from './operands.ts';

function required(call: Call, values: readonly number[] | undefined, name: string): readonly number[] {
  return values ?? call.refuse('unsupported_argument', `${name} is missing, or comes from a tensor`);
}

/** A shape with the batch axis; −1 where the file leaves an extent open. */
const reshape: Rule = (call) => {
  const wanted = plainOf(call, 1, 'newshape', 'shape', 'target_shape');
  const list = (Array.isArray(wanted) ? wanted : [wanted]) as readonly unknown[];
  // A shape that is computed from a tensor: its entry is the batch axis in nearly every model.
  const shape = list.map((extent) => (extent === null || isTensor(extent as DraftTensor) ? -1 : extent));
  if (!shape.every((extent) => Number.isSafeInteger(extent))) return call.opaque();
  const extents = shape as number[];
  const elements = productOf(call.shape(0));
  const given = extents.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  // A stated batch of the traced model stands for the batch at hand.
  return call.row('reshape', { shape: extents.includes(-1) || given === elements ? extents : [-1, ...extents.slice(1)] });
};

const transpose: Rule = (call) => {
  const axes = wholesOf(call, 1, 'axes', 'perm');
  return call.row('permute', { dims: axes ?? call.shape().map((_, axis, { length }) => length - 1 - axis) });
};

const concatenate: Rule = (call) => {
  const values = plainOf(call, 0, 'xs', 'values', 'arrays');
  const tensors = values === undefined || isTensor(values) ? call.tensors : leavesOf<DraftTensor>(values);
  return call.row('concat', { dim: wholeOf(call, 1, 'axis') ?? (call.entry.module === undefined ? -1 : 0) }, tensors);
};

const stack: Rule = (call) => call.row('stack', { dim: wholeOf(call, 1, 'axis') ?? 0 }, call.tensors);

/** Equal parts, parts that begin at indices (Keras, NumPy), or parts of stated sizes (TensorFlow). */
const split: Rule = (call) => {
  const shape = call.shape();
  const inTensorFlow = call.entry.module === undefined;
  const axis = wholeOf(call, 2, 'axis') ?? 0;
  const extent = shape.at(axis) ?? call.refuse('out_of_range', `there is no axis ${axis}`);
  const values = required(call, wholesOf(call, 1, 'indices_or_sections', 'num_or_size_splits'), 'the parts');
  const isCount = !Array.isArray(plainOf(call, 1, 'indices_or_sections', 'num_or_size_splits'));
  if (isCount && (values[0] as number) > 0) return parts(call, extent / (values[0] as number), values[0] as number, axis);
  const sizes = inTensorFlow ? values : [...values, extent].map((end, index) => end - (index === 0 ? 0 : (values[index - 1] as number)));
  return parts(call, sizes, sizes.length, axis);
};

/** One tensor for each position of an axis. */
const unstack: Rule = (call) => {
  const dim = wholeOf(call, 2, 'axis') ?? 0;
  const count = call.shape().at(dim) ?? 1;
  const cut = call.rows('split', { split_size: 1, dim }, [call.input], 'parts', Math.min(count, 4096));
  return cut.map((tensor, index) => call.row('squeeze', { dim }, [tensor], index === 0 ? undefined : `${index}`));
};

function parts(call: Call, split_size: number | readonly number[], count: number, dim: number): readonly DraftTensor[] {
  return call.rows('split', { split_size, dim }, [call.input], undefined, Math.min(Math.max(count, 1), 4096));
}

const tile: Rule = (call) => call.row('tile', { repeats: required(call, wholesOf(call, 1, 'repeats', 'multiples'), 'repeats') });

const repeat: Rule = (call) => {
  const count = wholeOf(call, 1, 'repeats');
  const axis = wholeOf(call, 2, 'axis');
  if (count === undefined || axis === undefined) return call.opaque();
  const rank = call.shape().length;
  const dim = axis < 0 ? axis + rank : axis;
  return call.row('tile', { repeats: Array.from({ length: rank }, (_, index) => (index === dim ? count : 1)) });
};

const broadcastTo: Rule = (call) => call.row('expand', { shape: required(call, wholesOf(call, 1, 'shape'), 'shape') });

const expandDims: Rule = (call) => {
  const dim = required(call, wholesOf(call, 1, 'axis'), 'axis');
  return call.row('unsqueeze', { dim: dim.length === 1 ? dim[0] : dim });
};

const squeeze: Rule = (call) => {
  const dim = wholesOf(call, 1, 'axis');
  return call.row('squeeze', dim === undefined ? {} : { dim: dim.length === 1 ? dim[0] : dim });
};

const moveAxis: Rule = (call) => {
  const rank = call.shape().length;
  const front = (axes: readonly number[]) => axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const from = front(required(call, wholesOf(call, 1, 'source'), 'source'));
  const to = front(required(call, wholesOf(call, 2, 'destination'), 'destination'));
  const rest = [...Array(rank).keys()].filter((axis) => !from.includes(axis));
  const dims = Array.from({ length: rank }, (_, axis) => (to.includes(axis) ? from[to.indexOf(axis)] : rest.shift()));
  return call.row('permute', { dims });
};

const swapAxes: Rule = (call) => call.row('transpose', { dim0: wholeOf(call, 1, 'axis1') ?? 0, dim1: wholeOf(call, 2, 'axis2') ?? 1 });

const modes: ReadonlyMap<string, string> = new Map([
  ['constant', 'constant'],
  ['reflect', 'reflect'],
  ['edge', 'replicate'],
  ['wrap', 'circular'],
]);

const pad: Rule = (call) => {
  const width = plainOf(call, 1, 'pad_width', 'paddings');
  const pairs = (Array.isArray(width) ? width : []) as readonly unknown[];
  const mode = modes.get(String(plainOf(call, 2, 'mode') ?? 'constant').toLowerCase());
  if (mode === undefined || pairs.length === 0 || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return call.opaque();
  return call.row('pad', { padding: pairs, ...(mode === 'constant' ? {} : { mode }) });
};

const flip: Rule = (call) => call.row('flip', { dims: wholesOf(call, 1, 'axis') ?? call.shape().map((_, axis) => axis) });

const roll: Rule = (call) => {
  const shifts = required(call, wholesOf(call, 1, 'shift'), 'shift');
  const dims = wholesOf(call, 2, 'axis');
  return call.row('roll', { shifts, ...(dims === undefined ? {} : { dims }) });
};

const resize: Rule = (call) => {
  const size = required(call, wholesOf(call, 1, 'size'), 'size');
  const mode = String(plainOf(call, 2, 'interpolation', 'method') ?? 'bilinear');
  const channelsLast = plainOf(call, 9, 'data_format') !== 'channels_first';
  const known = ['nearest', 'bilinear', 'bicubic', 'area'].includes(mode) ? mode : mode.startsWith('lanczos') ? 'lanczos' : undefined;
  return known === undefined ? call.opaque() : call.row('upsample', { size, mode: known, ...call.layout(channelsLast) });
};

export const shapingOperations: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Ravel: (call) => call.row('flatten', { start_dim: 0 }),
  Transpose: transpose,
  Concatenate: concatenate,
  Concat: concatenate,
  Stack: stack,
  Split: split,
  Unstack: unstack,
  Tile: tile,
  Repeat: repeat,
  BroadcastTo: broadcastTo,
  ExpandDims: expandDims,
  Squeeze: squeeze,
  Moveaxis: moveAxis,
  Swapaxes: swapAxes,
  Pad: pad,
  Flip: flip,
  Reverse: flip,
  Roll: roll,
  Resize: resize,
};
