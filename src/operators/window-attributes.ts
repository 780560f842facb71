/** The attributes of sliding windows (convolution and pooling) as shared schema fields, and what they resolve to on given extents. */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import type { Formula, Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import type { AxisPadding } from '../tensor/window.ts';
import { samePadding, spanOf, windowExtent } from '../tensor/window.ts';
import { nonNegativeInteger, perAxis, positiveInteger, spread } from './attributes.ts';
import type { AttributeAlias, Extent } from './operator.ts';

export type Padding = number | readonly (number | readonly number[])[] | string;

/** Names of spatial axes, for messages. */
const axisNames: readonly (readonly string[])[] = [[], ['length'], ['height', 'width'], ['depth', 'height', 'width']];

export function axisName(rank: number, axis: number): string {
  return axisNames[rank]?.[axis] ?? `axis ${axis}`;
}

export function kernelSize(rank: number) {
  return perAxis(rank, positiveInteger).describe('Window size in cells, one number or one per axis.');
}

export function stride(rank: number) {
  return perAxis(rank, positiveInteger).describe('Step of the window in cells, one number or one per axis.');
}

/** A stride of 1 unless given: of convolution and unfold; pooling steps by its kernel. */
export function unitStride(rank: number) {
  return stride(rank).default(1).describe('Step of the window in cells, one number or one per axis.');
}

export function dilation(rank: number) {
  return perAxis(rank, positiveInteger).default(1).describe('Distance between kernel taps in cells, one number or one per axis.');
}

export function padding(rank: number) {
  const named = rank === 1 ? (['same', 'same_lower', 'valid', 'causal'] as const) : (['same', 'same_lower', 'valid'] as const);
  const pair = z.array(nonNegativeInteger).length(2);
  return z
    .union([nonNegativeInteger, z.array(nonNegativeInteger).length(rank), z.array(pair).length(rank), z.enum(named)])
    .default(0)
    .describe(
      `Cells of padding: one number, one per axis, [before, after] per axis, or "same" (output ⌈i/s⌉, the odd cell at the end), "same_lower" (the odd cell at the start), "valid" (none)${rank === 1 ? ', "causal" (all of it before)' : ''}.`,
    );
}

export const ceilMode = z
  .boolean()
  .default(false)
  .describe('Round the output extent up; a last window that would start in the end padding is dropped.');

const autoPads: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ['SAME_UPPER', 'same'],
  ['SAME_LOWER', 'same_lower'],
  ['VALID', 'valid'],
  ['NOTSET', 0],
]);

/** Other spellings of the window's attributes: Keras (`strides`, `pool_size`, `dilation_rate`), ONNX (`kernel_shape`, `pads`, `auto_pad`, `dilations`), Caffe (`pad`). */
export const windowAliases: Readonly<Record<string, string | AttributeAlias>> = {
  kernel_shape: 'kernel_size',
  strides: 'stride',
  dilations: 'dilation',
  dilation_rate: 'dilation',
  pad: 'padding',
  pads: {
    attribute: 'padding',
    read: readPads,
    form: 'a flat list of whole numbers of at least 0, all begins and then all ends: 2 numbers for 1 spatial axis, 4 for 2, 6 for 3',
  },
  auto_pad: { attribute: 'padding', read: (value) => autoPads.get(value), form: 'one of "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"' },
};

/** ONNX's flat list, all begins and then all ends, as pairs. */
export function readPads(value: unknown): unknown {
  if (!Array.isArray(value) || value.length % 2 !== 0) return undefined;
  const rank = value.length / 2;
  return Array.from({ length: rank }, (_, axis) => [value[axis], value[axis + rank]]);
}

/** Window attributes, one number per axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly AxisPadding[];
  readonly ceil: boolean;
}

export interface WindowAttributes {
  readonly kernel_size: number | readonly number[];
  readonly stride?: number | readonly number[] | null | undefined;
  readonly padding: Padding;
  readonly dilation?: number | readonly number[];
  readonly ceil_mode?: boolean;
}

/** Resolves the attributes on a map of extents `spatial`; `stride` falls back to the kernel, as pooling does. */
export function windowOf(attributes: WindowAttributes, spatial: Shape): Window {
  const rank = spatial.length;
  const kernel = spread(attributes.kernel_size, rank);
  const steps = spread(attributes.stride ?? kernel, rank);
  const spacing = spread(attributes.dilation ?? 1, rank);
  return {
    kernel,
    stride: steps,
    dilation: spacing,
    padding: paddingOf(attributes.padding, spatial, kernel, steps, spacing),
    ceil: attributes.ceil_mode ?? false,
  };
}

/** Small paddings, the same on every side: nearly all there are, and never written to. */
const evenPaddings: readonly (readonly (readonly AxisPadding[])[])[] = [0, 1, 2, 3].map((rank) =>
  Array.from({ length: 16 }, (_, cells) => Object.freeze(new Array<AxisPadding>(rank).fill(Object.freeze([cells, cells] as const)))),
);

function paddingOf(
  value: Padding,
  spatial: Shape,
  kernel: readonly number[],
  steps: readonly number[],
  spacing: readonly number[],
): readonly AxisPadding[] {
  const even = typeof value === 'number' ? evenPaddings[spatial.length]?.[value] : undefined;
  if (even !== undefined) return even;
  return spatial.map((extent, axis): AxisPadding => {
    const k = kernel[axis] ?? 1;
    const d = spacing[axis] ?? 1;
    if (typeof value === 'number') return [value, value];
    if (typeof value === 'string') {
      if (value === 'valid') return [0, 0];
      if (value === 'causal') return [spanOf(k, d) - 1, 0];
      return samePadding(extent, k, steps[axis] ?? 1, d, value === 'same_lower');
    }
    const own = value[axis] ?? 0;
    return typeof own === 'number' ? [own, own] : [own[0] ?? 0, own[1] ?? 0];
  });
}

/** Output extents of a window; refuses a kernel that is larger than its padded input. */
export function windowExtents(window: Window, spatial: Shape): number[] {
  const rank = spatial.length;
  const extents = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const input = spatial[axis] ?? 1;
    const k = window.kernel[axis] ?? 1;
    const d = window.dilation[axis] ?? 1;
    const pad = window.padding[axis] ?? [0, 0];
    const extent = windowExtent(input, k, window.stride[axis] ?? 1, d, pad, window.ceil);
    if (extent < 1) {
      const span = spanOf(k, d);
      const spread = d === 1 ? `${k}` : `${k} (dilated to ${span})`;
      throw new Refusal(
        ['kernel_size', axis],
        'kernel_too_large',
        `kernel ${axisName(rank, axis)} ${spread} exceeds padded input ${axisName(rank, axis)} ${input + pad[0] + pad[1]} (input ${formatShape(spatial)}); add padding or use a smaller kernel`,
      );
    }
    extents[axis] = extent;
  }
  return extents;
}

const plain = formula('⌊(i + 2·p − k)/s⌋ + 1');
const dilated = formula('⌊(i + 2·p − d·(k − 1) − 1)/s⌋ + 1');
const uneven = formula('⌊(i + p_before + p_after − d·(k − 1) − 1)/s⌋ + 1');
const same = formula('⌈i/s⌉');
const ceiled = formula('⌈(i + p_before + p_after − d·(k − 1) − 1)/s⌉ + 1');
const dropped = formula('⌈(i + p_before + p_after − d·(k − 1) − 1)/s⌉ + 1 − 1');

/** The window's extent rule in every form that `include=formulas` may print. */
export const windowExtentRule =
  `each spatial axis: ${dilated.text}, where d = 1: ${plain.text}; with [before, after] padding: ${uneven.text}; padding "same" and "same_lower": ${same.text}; ` +
  `with ceil_mode: ${ceiled.text}, less one where the last window would start in the end padding`;

/** One extent per spatial axis of the first output, with its formula. `firstAxis` is where the spatial axes start. */
export function windowExtentFormulas(window: Window, named: Padding, spatial: Shape, extents: Shape, firstAxis = 2): readonly Extent[] {
  return spatial.map((i, axis) => {
    const k = window.kernel[axis] ?? 1;
    const s = window.stride[axis] ?? 1;
    const d = window.dilation[axis] ?? 1;
    const [p_before, p_after] = window.padding[axis] ?? [0, 0];
    const symbols: Symbols = { i, k, s, d, p: p_before, p_before, p_after };
    return { output: 0, axis: axis + firstAxis, formula: extentFormula(window, named, symbols, extents[axis] ?? 1), symbols };
  });
}

function extentFormula(window: Window, named: Padding, symbols: Symbols, extent: number): Formula {
  if ((named === 'same' || named === 'same_lower') && same.evaluate(symbols) === extent) return same;
  if (window.ceil) return ceiled.evaluate(symbols) === extent ? ceiled : dropped;
  if (symbols.p_before !== symbols.p_after) return uneven;
  return symbols.d === 1 ? plain : dilated;
}

/** Symbols `k0 …` of the kernel, for formulas over a window. */
export function kernelSymbols(rank: number): string {
  return ['k0', 'k1', 'k2'].slice(0, rank).join('·');
}

/** Symbols of the output's spatial extents: `l`, `h·w` or `t·h·w`. */
export function spatialSymbols(rank: number): string {
  return rank === 1 ? 'l' : rank === 2 ? 'h·w' : 't·h·w';
}
