/** Pooling. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import { paddingOf } from './convolution.ts';
import type { Lowerings } from './index.ts';
import { addUncosted } from './uncosted.ts';

/** Spatial axes of the input; undefined where pooling here has no such rank. */
function spatialRank(call: Call): 1 | 2 | 3 | undefined {
  const rank = call.rank(0) - 2;
  return rank === 1 || rank === 2 || rank === 3 ? rank : undefined;
}

/** A pooling over sliding windows; ONNX's stride is 1 where it is not stated. */
export function windowed(type: string, more: (call: Call, padding: unknown) => Posted): Lowering {
  return (call) => {
    const rank = spatialRank(call);
    if (rank === undefined) return call.addCustom(`a ${call.type} over ${call.rank(0) - 2} spatial axes is not measured; 1 to 3 are`);
    const kernel = call.ints('kernel_shape');
    if (kernel === undefined) throw call.refusal('missing_key', `${call.type} needs kernel_shape`);
    const padding = paddingOf(call, rank);
    const dilations = call.ints('dilations');
    const layer = {
      type: `${type}${rank}d`,
      kernel_size: kernel,
      stride: call.ints('strides') ?? 1,
      ...(padding === 0 ? {} : { padding }),
      ...(dilations === undefined || dilations.every((step) => step === 1) ? {} : { dilation: dilations }),
      ...(call.int('ceil_mode', 0) === 0 ? {} : { ceil_mode: true }),
      ...more(call, padding),
    };
    return call.add(layer, [call.input(0)]);
  };
}

/** ONNX MaxPool-22. Positions count through the whole tensor there and in column order where `storage_order` says so, which changes no shape. */
const maxPool = windowed('max_pool', (call) => (call.outputs > 1 ? { return_indices: true } : {}));

/** ONNX AveragePool-22. */
const averagePool = windowed('avg_pool', countedPadding);

/** ONNX does not count padding in an average unless it says so. */
export function countedPadding(call: Call, padding: unknown): Posted {
  return padding !== 0 && call.int('count_include_pad', 0) === 0 ? { count_include_pad: false } : {};
}

/** ONNX LpPool-22. */
const lpPool = windowed('lp_pool', normOf);

function normOf(call: Call): Posted {
  const p = call.int('p') ?? call.float('p', 2);
  return p === 2 ? {} : { norm_type: p };
}

/** Over all spatial axes; a map that has none is its own mean. */
function global(type: string, more: (call: Call) => Posted = () => ({})): Lowering {
  return (call) => call.add(call.rank(0) === 2 ? { type: 'identity' } : { type, ...more(call) }, [call.input(0)]);
}

/** ONNX MaxUnpool-22: the map before a MaxPool, by its positions; `output_shape` tells it from others that pool to the same. */
function maxUnpool(call: Call): readonly Value[] {
  const rank = spatialRank(call);
  const kernel = call.ints('kernel_shape');
  if (kernel === undefined) throw call.refusal('missing_key', 'MaxUnpool needs kernel_shape');
  const strides = call.ints('strides') ?? kernel.map(() => 1);
  const before = kernel.map((_, axis) => call.ints('pads')?.[axis] ?? 0);
  const after = kernel.map((_, axis) => call.ints('pads')?.[axis + kernel.length] ?? 0);
  const extents = (ends: readonly number[]): readonly number[] =>
    call
      .shape(0)
      .slice(2)
      .map((extent, axis) => (extent - 1) * (strides[axis] ?? 1) + (kernel[axis] ?? 1) - (before[axis] ?? 0) - (ends[axis] ?? 0));
  // Ours pads alike on both sides and takes an extent of less than a stride more or less.
  const natural = extents(before);
  const shape = call.known(2) ?? [...call.shape(0).slice(0, 2), ...extents(after)];
  const spatial = shape.slice(2);
  const isNear = spatial.every((extent, axis) => Math.abs(extent - (natural[axis] as number)) < (strides[axis] ?? 1));
  if (rank === undefined || !isNear)
    return addUncosted(call, [{ shape, dtype: call.input(0).dtype }], 'a MaxUnpool of such an output has no counterpart here');
  const layer = {
    type: `max_unpool${rank}d`,
    kernel_size: kernel,
    stride: strides,
    ...(before.every((cells) => cells === 0) ? {} : { padding: before }),
    ...(sameShape(spatial, natural) ? {} : { output_size: spatial }),
  };
  return call.add(layer, [call.input(0), call.input(1)]);
}

/** ONNX MaxRoiPool-22: `pooled_shape` cells of each region, batch position in front. */
function maxRoiPool(call: Call): readonly Value[] {
  const shape = [call.shape(1)[0] ?? 1, call.shape(0)[1] ?? 1, ...(call.ints('pooled_shape') ?? [])];
  return addUncosted(call, [{ shape, dtype: call.input(0).dtype }], 'what a MaxRoiPool costs depends on the regions, which flow');
}

/** ONNX RoiAlign-22. Without a stated number of samples the regions decide it, and with it the cost. */
function roiAlign(call: Call): readonly Value[] {
  const size = [call.int('output_height', 1), call.int('output_width', 1)];
  const sampling_ratio = call.int('sampling_ratio', 0);
  const shape = [call.shape(1)[0] ?? 1, call.shape(0)[1] ?? 1, ...size];
  if (sampling_ratio < 1)
    return addUncosted(
      call,
      [{ shape, dtype: call.input(0).dtype }],
      'how many samples a RoiAlign takes depends on the regions, which flow',
    );
  const scale = call.float('spatial_scale', 1);
  const layer = {
    type: 'roi_align',
    output_size: size,
    sampling_ratio,
    ...(scale === 1 ? {} : { spatial_scale: scale }),
    // Before opset 16 regions were not shifted by half a cell.
    ...(call.opset >= 16 && call.text('coordinate_transformation_mode', 'half_pixel') === 'half_pixel' ? { aligned: true } : {}),
    ...(call.text('mode', 'avg') === 'max' ? { mode: 'max' } : {}),
  };
  return call.add(layer, [call.input(0), call.input(1), call.input(2)]);
}

export const poolingLowerings: Lowerings = {
  AveragePool: averagePool,
  GlobalAveragePool: global('global_avg_pool'),
  GlobalLpPool: global('global_lp_pool', normOf),
  GlobalMaxPool: global('global_max_pool'),
  LpPool: lpPool,
  MaxPool: maxPool,
  MaxRoiPool: maxRoiPool,
  MaxUnpool: maxUnpool,
  RoiAlign: roiAlign,
};
