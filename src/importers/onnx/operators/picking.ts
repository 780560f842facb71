/** Operators that pick elements, or put them in place, by indices or by a condition. */

import { isInteger } from '../../../tensor/dtype.ts';
import type { TensorType } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import { constant, isKnown } from '../../value.ts';
import type { Call } from '../call.ts';
import { dtypeOf } from '../element-types.ts';
import { heldPositions } from '../evaluate/picks.ts';
import { isLearnable, rangeLength } from '../shape-rules.ts';
import type { Lowerings } from './index.ts';
import { openReason } from './shaping.ts';

/** ONNX Gather-13. Rows of a stored matrix are an `embedding`; one cell that is known is a view. */
function gather(call: Call): readonly Value[] {
  const [data, indices] = [call.input(0), call.input(1)];
  const axis = call.axis(call.int('axis', 0), call.rank(0));
  if (data.weight !== undefined && call.rank(0) === 2 && axis === 0 && isLearnable(data.dtype) && isInteger(indices.dtype)) {
    const [num_embeddings, embedding_dim] = call.shape(0);
    const table = { role: 'weight', value: data, shape: call.shape(0) };
    const embedding = call.addOwning({ type: 'embedding', num_embeddings, embedding_dim }, [indices], [table]);
    if (embedding !== undefined) return embedding;
  }
  const extent = call.shape(0)[axis] as number;
  if (isKnown(indices)) {
    const outside = indices.values.find((index) => index < -extent || index >= extent);
    if (outside !== undefined) throw call.refusal('out_of_range', `Gather picks cell ${outside} of an axis of ${extent}`);
    if (indices.shape.length === 0) {
      const index = indices.values[0] as number;
      return call.add({ type: 'squeeze', dim: axis }, [cellOf(call, '', data, axis, index < 0 ? index + extent : index)]);
    }
  }
  return call.add({ type: 'take', dim: axis }, [data, indices]);
}

/** One cell of an axis, the axis still there: a view `<node>/<part>slice`; the tensor itself where it has one cell. */
export function cellOf(call: Call, part: string, value: Value, axis: number, index: number): Value {
  if (value.shape?.[axis] === 1) return value;
  return call.addPart(`${part}slice`, { type: 'slice', dim: axis, start: index, end: index + 1 }, [value]);
}

/** ONNX GatherElements-13. */
function gatherElements(call: Call): readonly Value[] {
  return call.add({ type: 'gather', dim: call.axis(call.int('axis', 0), call.rank(0)) }, [call.input(0), call.input(1)]);
}

/** ONNX GatherND-13. */
function gatherNd(call: Call): readonly Value[] {
  const batch_dims = call.int('batch_dims', 0);
  return call.add({ type: 'gather_nd', ...(batch_dims === 0 ? {} : { batch_dims }) }, [call.input(0), call.input(1)]);
}

function reduceOf(call: Call): { readonly reduce?: string } {
  const reduce = call.text('reduction', 'none');
  return reduce === 'none' ? {} : { reduce };
}

/** ONNX ScatterElements-18, called Scatter before opset 11. */
function scatterElements(call: Call): readonly Value[] {
  const dim = call.axis(call.int('axis', 0), call.rank(0));
  return call.add({ type: 'scatter', dim, ...reduceOf(call) }, [call.input(0), call.input(1), call.input(2)]);
}

/** ONNX ScatterND-18. */
function scatterNd(call: Call): readonly Value[] {
  return call.add({ type: 'scatter_nd', ...reduceOf(call) }, [call.input(0), call.input(1), call.input(2)]);
}

/** ONNX TensorScatter-24: new cells of a cache, at positions that no shape depends on. */
function tensorScatter(call: Call): readonly Value[] {
  const circular = call.text('mode', 'linear') === 'circular' ? { mode: 'circular' } : {};
  const read = call.inputs.filter((value): value is Value => value !== undefined);
  return call.add({ type: 'tensor_scatter', dim: call.axis(call.int('axis', -2), call.rank(0)), ...circular }, read);
}

/** ONNX Where-16. */
function where(call: Call): readonly Value[] {
  return call.add({ type: 'where' }, [call.input(0), call.input(1), call.input(2)]);
}

/** ONNX OneHot-11. */
function oneHot(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'its depth is decided'));
  const dim = call.axis(call.int('axis', -1), call.rank(0) + 1);
  return call.add({ type: 'one_hot', num_classes: call.whole(1)?.[0], dim, dtype: call.input(2).dtype });
}

/** ONNX Trilu-14. The diagonal changes no shape. */
function trilu(call: Call): readonly Value[] {
  const diagonal = call.inputs[1]?.values?.[0] ?? 0;
  return call.add({ type: call.int('upper', 1) === 0 ? 'tril' : 'triu', ...(diagonal === 0 ? {} : { diagonal }) });
}

/** ONNX TopK-24; k is an attribute before opset 10. */
function topk(call: Call): readonly Value[] {
  if (call.isOpen(1)) return call.addCustom(openReason(call, 'its k is decided'));
  const k = call.whole(1)?.[0] ?? call.int('k');
  if (k === undefined) throw call.refusal('missing_key', 'TopK without k');
  const dim = call.axis(call.int('axis', -1), call.rank(0));
  const smallest = call.int('largest', 1) === 0 ? { largest: false } : {};
  const unsorted = call.int('sorted', 1) === 0 ? { sorted: false } : {};
  return call.add({ type: 'topk', k, dim, ...smallest, ...unsorted }, [call.input(0)], 2);
}

/** ONNX Compress-11: a condition that is stored picks cells that are known. */
function compress(call: Call): readonly Value[] {
  const condition = call.input(1);
  if (!isKnown(condition)) return call.addCustom(openReason(call, 'whose number of cells is decided'));
  const held = heldPositions(condition.values);
  const axis = call.int('axis');
  const data = axis === undefined ? call.addPart('flatten', { type: 'reshape', shape: [-1] }, [call.input(0)]) : call.input(0);
  const index = { shape: [held.length], dtype: 'int64', values: held } as const;
  const indices = call.translation.numbers(index, `${call.name}/indices`, call.at);
  return call.add({ type: 'take', dim: call.axis(axis ?? 0, data.shape?.length ?? 0) }, [data, indices]);
}

/** How many cells there are depends on the data. */
function counting(call: Call): readonly Value[] {
  return call.addCustom(openReason(call, 'whose number of cells is decided'));
}

/** A constant of this type as the node's row, made where something reads it. */
function constantRow(call: Call, type: TensorType): Value {
  return constant(type, () => (call.add({ type: 'constant', ...type }, [])[0] as Value).tensor());
}

/** ONNX EyeLike-22: reads a shape and no numbers. */
function eyeLike(call: Call): readonly Value[] {
  const stated = call.int('dtype');
  const dtype = stated === undefined ? call.input(0).dtype : (dtypeOf(stated) ?? 'float32');
  return [constantRow(call, { shape: call.shape(0), dtype })];
}

/** ONNX Range-27; here it is too long to be written out, or its ends are data. */
function range(call: Call): readonly Value[] {
  if (call.isOpen(0, 1, 2)) return call.addCustom(openReason(call, 'whose length is decided'));
  const [start = 0, limit = 0, delta = 1] = [call.known(0)?.[0], call.known(1)?.[0], call.known(2)?.[0]];
  const length = rangeLength(start, limit, delta);
  if (Number.isNaN(length)) throw call.refusal('invalid_value', 'Range has a delta of 0');
  return [constantRow(call, { shape: [length], dtype: call.input(0).dtype })];
}

/** ONNX ReverseSequence-10: of each sequence the first cells turn around. */
function reverseSequence(call: Call): readonly Value[] {
  const dim = call.axis(call.int('time_axis', 0), call.rank(0));
  const batch_dim = call.axis(call.int('batch_axis', 1), call.rank(0));
  return call.add({ type: 'reverse_sequence', dim, batch_dim }, [call.input(0), call.input(1)]);
}

/** Shape and Size of a tensor whose shape is not known. */
function unknownShape(call: Call): readonly Value[] {
  return call.addCustom();
}

export const pickingLowerings: Lowerings = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
  TensorScatter: tensorScatter,
  Where: where,
  OneHot: oneHot,
  Trilu: trilu,
  TopK: topk,
  NonZero: counting,
  Unique: counting,
  Compress: compress,
  EyeLike: eyeLike,
  Range: range,
  ReverseSequence: reverseSequence,
  Shape: { lower: unknownShape, reads: 'anything' },
  Size: { lower: unknownShape, reads: 'anything' },
};
