/**
 * Shapes changed, axes reduced, tensors joined and cut. Axes and sizes are tensors there, and mostly lie in the weight files; where the shapes leave no doubt what
 * they are, or one reading is usual, that is taken and said.
 */

import type { Shape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Lowering, Operation } from '../operation.ts';

const inWeightFiles = 'its numbers are in the weight files';

function reshape(operation: Operation): readonly Value[] {
  const target = operation.known(1) ?? operation.statedShapes()?.[0];
  if (target !== undefined) return operation.add({ type: 'reshape', shape: target });
  const [rank] = operation.shape(1);
  const input = operation.shape(0);
  if (rank === 1) return operation.add({ type: 'reshape', shape: [-1] });
  if (rank === 2 && input.length > 2) {
    operation.assume(`the target shape is in the weight files; taken as one row a batch entry`);
    return operation.add({ type: 'flatten' });
  }
  if (rank === 4 && input.length === 2) {
    operation.assume('the target shape is in the weight files; taken as one cell of all channels, as after a global pooling');
    return operation.add({ type: 'reshape', shape: [input[0], 1, 1, input[1]] });
  }
  return operation.addCustom(`the shape that "${operation.node.name}" gives is unknown: ${inWeightFiles}`);
}

function reduce(type: string): Lowering {
  return (operation) => {
    const input = operation.shape(0);
    const keepdim = operation.flag('keep_dims');
    const known = operation.known(1);
    if (known !== undefined) return operation.add({ type, dim: known, keepdim });
    const axes = operation.inputs[1]?.shape ?? [];
    if (axes[0] === input.length) return operation.add({ type, keepdim });
    if (input.length === 4 && axes[0] === 2) {
      operation.assume('the reduced axes are in the weight files; taken as height and width');
      return operation.add({ type, dim: [1, 2], keepdim });
    }
    return operation.addCustom(`the axes that "${operation.node.name}" reduces are unknown: ${inWeightFiles}`, operation.statedShapes());
  };
}

function concat(operation: Operation): readonly Value[] {
  const tensors = operation.inputs.slice(0, -1);
  const known = operation.known(operation.inputs.length - 1)?.[0];
  return operation.add({ type: 'concat', dim: known ?? axisOfDifference(operation, tensors) }, tensors);
}

/** The one axis in which the tensors differ; the last where they do not. */
function axisOfDifference(operation: Operation, tensors: readonly Value[]): number {
  const shapes = tensors.map(({ shape }) => shape ?? []);
  const first = shapes[0] as Shape;
  const axis = first.findIndex((extent, index) => shapes.some((shape) => shape[index] !== extent));
  if (axis >= 0) return axis;
  operation.assume('the axis is in the weight files, and all inputs have one shape; taken as the last');
  return -1;
}

/** Padding before a strided convolution is taken to be what gives it ⌈i/s⌉ outputs, as Keras pads. */
function pad(operation: Operation): readonly Value[] {
  const known = operation.known(1);
  const shape = operation.shape(0);
  if (known !== undefined) return operation.add({ type: 'pad', padding: shape.map((_, axis) => [known[2 * axis], known[2 * axis + 1]]) });
  const stated = operation.statedShapes()?.[0];
  const readers = operation.around.readers.get(operation.node.name) ?? [];
  const [reader] = readers;
  const filter = reader?.inputs[1] === undefined ? undefined : operation.around.weightShape(reader.inputs[1].name);
  const strides = (reader?.attributes.strides as { list?: { i?: unknown[] } } | undefined)?.list?.i?.map(Number) ?? [];
  const partner = stated ?? operation.partnerShape(['Add', 'AddV2'], shape.length);
  if (partner?.every((extent, axis) => extent >= (shape[axis] as number))) {
    if (stated === undefined)
      operation.assume('the padding is in the weight files; taken as what makes it as large as the tensor it is added to');
    return operation.add({ type: 'pad', padding: shape.map((extent, axis) => [0, (partner[axis] as number) - extent]).slice(1) });
  }
  if (stated === undefined && (filter === undefined || readers.length !== 1 || shape.length !== 4 || strides.length !== 4))
    return operation.addCustom(`the padding of "${operation.node.name}" is unknown: ${inWeightFiles}`);
  operation.assume('the padding is in the weight files; taken as what the layer after it needs');
  const padding = [1, 2].map((axis) => {
    const extent = shape[axis] as number;
    const total =
      stated === undefined
        ? Math.max(
            0,
            (Math.ceil(extent / (strides[axis] as number)) - 1) * (strides[axis] as number) + (filter?.[axis - 1] as number) - extent,
          )
        : (stated[axis] as number) - extent;
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return operation.add({ type: 'pad', padding: [...padding, [0, 0]] });
}

/** A lookup in a stored table: axis and indices are tensors, and of a table of two axes the first is what is looked up. */
function gather(operation: Operation): readonly Value[] {
  const table = operation.input(0);
  const indices = operation.input(1);
  const axis = operation.known(2)?.[0] ?? 0;
  if (table.weight === undefined || table.shape?.length !== 2 || axis !== 0 || indices.constant) return unknownUnlessStated(operation);
  const [num_embeddings, embedding_dim] = table.shape;
  const embedding = { type: 'embedding', num_embeddings, embedding_dim };
  return (
    operation.addOwning(embedding, [indices], [{ role: 'weight', value: table, shape: table.shape }]) ??
    operation.add({ type: 'take', dim: 0 }, [table, indices])
  );
}

function squeeze(operation: Operation): readonly Value[] {
  const dims = operation.ints('squeeze_dims');
  const axes = dims.length > 0 ? dims : operation.shape(0).flatMap((extent, axis) => (extent === 1 && axis > 0 ? [axis] : []));
  return operation.add({ type: 'squeeze', dim: axes });
}

function transpose(operation: Operation): readonly Value[] {
  const perm = operation.known(1);
  return perm === undefined
    ? operation.addCustom(`the order of axes of "${operation.node.name}" is unknown: ${inWeightFiles}`, operation.statedShapes())
    : operation.add({ type: 'permute', dims: perm });
}

function resize(mode: string): Lowering {
  return (operation) => {
    const known = operation.known(1) ?? operation.statedShapes()?.[0]?.slice(1, 3);
    if (known !== undefined) return operation.add({ type: 'upsample', size: known, mode });
    const partner = operation.partnerShape(['ConcatV2', 'Add', 'AddV2', 'Mul'], 4)?.slice(1, 3);
    operation.assume(
      `the size is in the weight files; taken as ${partner === undefined ? 'twice that of the input' : 'that of the tensor it is joined with'}`,
    );
    return operation.add(partner === undefined ? { type: 'upsample', scale_factor: 2, mode } : { type: 'upsample', size: partner, mode });
  };
}

function split(operation: Operation): readonly Value[] {
  const count = operation.int('num_split', 1);
  const [axis, value] = [operation.known(0)?.[0] ?? -1, operation.input(1)];
  if (operation.known(0) === undefined) operation.assume('the axis is in the weight files; taken as the last');
  const extent = value.shape?.at(axis) ?? 1;
  if (extent % count !== 0) return operation.addCustom(`the axis that "${operation.node.name}" splits is unknown: ${inWeightFiles}`);
  return operation.add({ type: 'split', split_size: extent / count, dim: axis }, [value], count);
}

/** TensorFlow's unstack: cells along an axis, which is gone from them. */
function unpack(operation: Operation): readonly Value[] {
  const value = operation.input(0);
  const count = operation.int('num', 1);
  const dim = operation.int('axis', 0);
  if (count !== operation.shape(0).at(dim))
    throw operation.refusal('shape_mismatch', `gives ${count} parts of an axis of ${operation.shape(0).at(dim)}`);
  const { name } = operation.node;
  if (count === 1) return operation.add({ type: 'squeeze', dim }, [value]);
  const cells = operation.add({ name: `${name}/split`, type: 'split', split_size: 1, dim }, [value], count);
  return cells.flatMap((cell, index) => operation.add({ name: index === 0 ? name : `${name}:${index}`, type: 'squeeze', dim }, [cell]));
}

/** Operators whose output the numbers of an input decide, which are not in the file. */
function unknownUnlessStated(operation: Operation): readonly Value[] {
  return operation.addCustom(
    `what "${operation.node.name}" (${operation.node.op}) gives depends on numbers that are in the weight files`,
    operation.statedShapes(),
  );
}

export const shapingOperations: Readonly<Record<string, Lowering>> = {
  Reshape: reshape,
  Squeeze: squeeze,
  Transpose: transpose,
  Pad: pad,
  PadV2: pad,
  MirrorPad: pad,
  ConcatV2: concat,
  Split: split,
  Mean: reduce('mean'),
  Sum: reduce('sum'),
  Max: reduce('reduce_max'),
  Min: reduce('reduce_min'),
  Prod: reduce('reduce_prod'),
  ResizeBilinear: resize('bilinear'),
  ResizeNearestNeighbor: resize('nearest'),
  DepthToSpace: (operation) => operation.add({ type: 'pixel_shuffle', upscale_factor: operation.int('block_size', 2) }),
  SpaceToDepth: (operation) => operation.add({ type: 'pixel_unshuffle', downscale_factor: operation.int('block_size', 2) }),
  GatherV2: gather,
  Gather: gather,
  ResourceGather: gather,
  Einsum: (operation) => operation.add({ type: 'einsum', equation: operation.text('equation', '') }, operation.inputs),
  Pack: (operation) => operation.add({ type: 'stack', dim: operation.int('axis', 0) }, operation.inputs),
  Unpack: unpack,
  ...Object.fromEntries(
    [
      'StridedSlice',
      'Slice',
      'GatherNd',
      'Tile',
      'ExpandDims',
      'SplitV',
      'Fill',
      'Range',
      'TopKV2',
      'ArgMax',
      'ArgMin',
      'OneHot',
      'BroadcastTo',
    ].map((op) => [op, unknownUnlessStated]),
  ),
};
