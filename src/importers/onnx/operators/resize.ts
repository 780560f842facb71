/** Resampling. The native layer resamples the spatial axes of a feature map; other axes are brought there by views. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { isFloating } from '../../../tensor/dtype.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Shape } from '../../../tensor/shape.ts';
import { sameShape } from '../../../tensor/shape.ts';
import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';
import { decimal } from '../decimal.ts';
import type { Lowerings } from './index.ts';
import { addReshaped, reshapeTo } from './reshaped.ts';
import { addUncosted } from './uncosted.ts';

interface Target {
  readonly shape: Shape;
  /** Factors by axis, where the file states them. */
  readonly scales: readonly number[] | undefined;
}

/** ONNX Resize-19. */
function resize(call: Call): readonly Value[] {
  // Opset 10 has no region: its second input are the scales.
  const scales = numbersOf(call, call.opset < 11 ? 1 : 2);
  const sizes = call.opset < 11 ? undefined : numbersOf(call, 3);
  if (scales === undefined && sizes === undefined) throw call.refusal('missing_key', 'Resize needs scales or sizes');
  return addResized(call, targetOf(call, scales, sizes));
}

/** An empty tensor stands for one that is not there. */
function numbersOf(call: Call, index: number): readonly number[] | undefined {
  if (call.inputs[index]?.shape?.[0] === 0) return undefined;
  const numbers = call.known(index);
  return numbers === undefined || numbers.length === 0 ? undefined : numbers;
}

function targetOf(call: Call, scales: readonly number[] | undefined, sizes: readonly number[] | undefined): Target {
  const shape = call.shape(0);
  const rank = shape.length;
  const axes = call.ints('axes')?.map((axis) => call.axis(axis, rank)) ?? shape.map((_, axis) => axis);
  const given = (scales ?? sizes) as readonly number[];
  if (given.length !== axes.length)
    throw call.refusal('invalid_value', `${scales === undefined ? 'sizes' : 'scales'} has ${given.length} numbers for ${axes.length} axes`);
  const target = shape.slice() as number[];
  if (scales !== undefined) {
    const factors = new Array<number>(rank).fill(1);
    const crop = call.text('coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize' ? call.known(1) : undefined;
    for (const [index, axis] of axes.entries()) {
      const part = crop === undefined ? 1 : (crop[index + axes.length] ?? 1) - (crop[index] ?? 0);
      factors[axis] = (scales[index] as number) * part;
      target[axis] = Math.floor((shape[axis] as number) * (factors[axis] as number));
    }
    return { shape: target, scales: factors };
  }
  const policy = call.text('keep_aspect_ratio_policy', 'stretch');
  const ratios = axes.map((axis, index) => (given[index] as number) / (shape[axis] as number));
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : policy === 'not_smaller' ? Math.max(...ratios) : undefined;
  for (const [index, axis] of axes.entries())
    target[axis] = ratio === undefined ? (given[index] as number) : Math.floor(ratio * (shape[axis] as number) + 0.5);
  return { shape: target, scales: undefined };
}

/** ONNX Upsample-9, which became Resize; scales are an attribute before opset 9, and two of them before opset 7. */
function upsample(call: Call): readonly Value[] {
  const shape = call.shape(0);
  const old = call.opset < 7 ? [1, 1, call.float('height_scale', 1), call.float('width_scale', 1)] : undefined;
  const scales = call.floats('scales') ?? old ?? call.known(1);
  if (scales === undefined || scales.length !== shape.length)
    throw call.refusal('invalid_value', `Upsample takes a scale for each of ${shape.length} axes; given ${scales?.length ?? 'none'}`);
  return addResized(call, { shape: shape.map((extent, axis) => Math.floor(extent * (scales[axis] as number))), scales });
}

/** Modes by the number of spatial axes of the map. */
const filters: Readonly<Record<string, readonly (string | undefined)[]>> = {
  nearest: [undefined, 'nearest', 'nearest', 'nearest'],
  linear: [undefined, 'linear', 'bilinear', 'trilinear'],
  cubic: [undefined, undefined, 'bicubic', undefined],
};

function addResized(call: Call, { shape: target, scales }: Target): readonly Value[] {
  const input = call.input(0);
  const shape = call.shape(0);
  const rank = shape.length;
  if (target.some((extent) => extent < 1))
    throw call.refusal('invalid_value', `its output would be [${target.join(', ')}]; an extent is at least 1`);
  if (sameShape(shape, target)) return call.add({ type: 'identity' }, [input]);
  const named = call.text('mode', 'nearest');
  // Before opset 11 "linear" of Upsample went by "bilinear" as well.
  const family = named === 'bilinear' ? 'linear' : named;
  const changed = shape.flatMap((extent, axis) => (extent === target[axis] ? [] : [axis]));
  const first = changed[0] as number;
  const last = changed.at(-1) as number;
  const spatial = rank - 2;
  const direct = first >= 2 && spatial <= 3 && layerFor(call, family, spatial);
  if (direct) return call.add({ ...direct, ...sizeOf(2, rank, shape, target, scales), ...typeOf(input) }, [input]);
  const between = first >= 1 && last < rank - 1 && spatial >= 1 && spatial <= 3 && layerFor(call, family, spatial);
  if (between)
    return call.add({ ...between, data_format: 'channels_last', ...sizeOf(1, rank - 1, shape, target, scales), ...typeOf(input) }, [input]);
  const layer = last - first < 3 ? layerFor(call, family, last - first + 1) : undefined;
  if (layer === undefined || last !== rank - 1)
    return addUncosted(
      call,
      [{ shape: target, dtype: input.dtype }],
      `resampling the axes ${changed.join(', ')} of ${rank} with mode ${named} has no counterpart here`,
    );
  const folded = addReshaped(call, 'axes', input, [productOf(shape, 0, first), 1, ...shape.slice(first)]);
  const resampled = call.addPart('resampled', { ...layer, ...sizeOf(first, rank, shape, target, scales), ...typeOf(input) }, [folded]);
  return call.add(reshapeTo(target), [resampled]);
}

/** The native layer over so many spatial axes, without its size; undefined where there is none. */
function layerFor(call: Call, family: string, spatial: number): Posted | undefined {
  const mode = filters[family]?.[spatial];
  if (mode === undefined) return undefined;
  const antialias = call.int('antialias', 0) !== 0 && family !== 'nearest';
  if (antialias && spatial !== 2) return undefined;
  const aligned = family !== 'nearest' && call.text('coordinate_transformation_mode', 'half_pixel') === 'align_corners';
  return {
    type: 'upsample',
    ...(mode === 'nearest' ? {} : { mode }),
    ...(antialias ? { antialias } : {}),
    ...(aligned ? { align_corners: true } : {}),
  };
}

/** Factors where they give the extents, so that the document holds for other resolutions; else the extents. */
function sizeOf(start: number, end: number, shape: Shape, target: Shape, scales: readonly number[] | undefined): Posted {
  const exact = scales?.slice(start, end) ?? [];
  const factors = [exact.map(decimal), exact].find(
    (list) =>
      list.length > 0 && list.every((factor, index) => Math.floor((shape[start + index] as number) * factor) === target[start + index]),
  );
  if (factors === undefined) return { size: target.slice(start, end) };
  const [one] = factors;
  return { scale_factor: factors.every((factor) => factor === one) ? one : factors };
}

/** Integers stay integers in ONNX, filtered or not. */
function typeOf({ dtype }: Value): Posted {
  return isFloating(dtype) ? {} : { dtype };
}

export const resizeLowerings: Lowerings = { Resize: resize, Upsample: upsample };
