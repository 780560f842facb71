/**
 * What the attributes of a transposed convolution resolve to on given extents. `padding` cuts cells off the full output of (i − 1)·s + span cells,
 * `output_padding` adds cells at its end. "same" gives i·s cells (ONNX's rule for auto_pad), and with an `output_size` the one of
 * (i − 1)·s + 1 … i·s that it names: the extents that a convolution with "same" maps to i.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape } from '../tensor/shape.ts';
import type { AxisPadding } from '../tensor/window.ts';
import { spanOf, transposedExtent } from '../tensor/window.ts';
import { nonNegativeInteger, spread } from './attributes.ts';
import type { Extent } from './operator.ts';
import type { Padding } from './window-attributes.ts';
import { axisName } from './window-attributes.ts';

export interface TransposedAttributes {
  readonly kernel_size: number | readonly number[];
  readonly stride: number | readonly number[];
  readonly padding: Padding;
  readonly output_padding: number | readonly number[];
  readonly output_size?: number | readonly number[] | undefined;
  readonly dilation: number | readonly number[];
}

export function cutPadding(rank: number) {
  const pair = z.array(nonNegativeInteger).length(2);
  return z
    .union([
      nonNegativeInteger,
      z.array(nonNegativeInteger).length(rank),
      z.array(pair).length(rank),
      z.enum(['same', 'same_lower', 'valid']),
    ])
    .default(0)
    .describe(
      'Cells cut off the full output on each side: one number, one per axis, [before, after] per axis, or "same" (output i·s, the odd cell cut at the end), "same_lower" (at the start), "valid" (none).',
    );
}

/** Attributes of a transposed convolution on given extents, one number per axis. */
export interface TransposedWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Cells cut off the full output. */
  readonly padding: readonly AxisPadding[];
  /** Cells added at its end before the cut. */
  readonly outputPadding: readonly number[];
  readonly extents: readonly number[];
}

/**
 * Resolves the attributes on an input of extents `spatial`; refuses an `output_padding` that is not smaller than stride or dilation, an
 * `output_size` out of reach, and a padding that leaves nothing.
 */
export function transposedWindowOf(attributes: TransposedAttributes, spatial: Shape): TransposedWindow {
  const rank = spatial.length;
  const kernel = spread(attributes.kernel_size, rank);
  const steps = spread(attributes.stride, rank);
  const spacing = spread(attributes.dilation, rank);
  const added = spread(attributes.output_padding, rank);
  const wanted = attributes.output_size === undefined ? undefined : spread(attributes.output_size, rank);
  const padding = new Array<AxisPadding>(rank);
  const outputPadding = new Array<number>(rank);
  const extents = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const i = spatial[axis] ?? 1;
    const k = kernel[axis] ?? 1;
    const s = steps[axis] ?? 1;
    const d = spacing[axis] ?? 1;
    const size = wanted?.[axis];
    let extra = added[axis] ?? 0;
    if (size === undefined && extra >= s && extra >= d) {
      throw new Refusal(
        ['output_padding', axis],
        'out_of_range',
        `output_padding ${extra} of ${axisName(rank, axis)} must be smaller than the stride ${s} or the dilation ${d}`,
      );
    }
    let cut = cutOf(attributes.padding, axis);
    if (cut === undefined) {
      if (size !== undefined) checkSize(size, (i - 1) * s + 1, i * s, rank, axis);
      const extent = size ?? i * s;
      const full = (i - 1) * s + spanOf(k, d);
      extra = Math.max(size === undefined ? extra : 0, extent - full);
      const half = Math.floor((full + extra - extent) / 2);
      const rest = full + extra - extent - half;
      cut = attributes.padding === 'same_lower' ? [rest, half] : [half, rest];
    } else {
      const least = transposedExtent(i, k, s, d, cut, 0);
      if (size !== undefined) {
        checkSize(size, least, least + s - 1, rank, axis);
        extra = size - least;
      }
      if (least + extra < 1) {
        const full = least + cut[0] + cut[1] + extra;
        throw new Refusal(
          ['padding', axis],
          'padding_too_large',
          `padding ${cut[0]} + ${cut[1]} cuts all ${full} cells of the output's ${axisName(rank, axis)}; use less padding or a larger kernel`,
        );
      }
    }
    padding[axis] = cut;
    outputPadding[axis] = extra;
    extents[axis] = transposedExtent(i, k, s, d, cut, extra);
  }
  return { kernel, stride: steps, dilation: spacing, padding, outputPadding, extents };
}

/** Cells that the attribute itself says to cut on an axis; undefined for "same" and "same_lower", where they follow from the extent. */
function cutOf(value: Padding, axis: number): AxisPadding | undefined {
  if (typeof value === 'number') return [value, value];
  if (typeof value === 'string') return value === 'valid' ? [0, 0] : undefined;
  const own = value[axis] ?? 0;
  return typeof own === 'number' ? [own, own] : [own[0] ?? 0, own[1] ?? 0];
}

function checkSize(size: number, least: number, most: number, rank: number, axis: number): void {
  if (size >= least && size <= most) return;
  throw new Refusal(
    ['output_size', axis],
    'out_of_range',
    `output_size ${size} of ${axisName(rank, axis)} is out of reach; stride, padding and kernel allow ${least} to ${most}`,
  );
}

const even = formula('(i − 1)·s − 2·p + d·(k − 1) + 1 + p_out');
const uneven = formula('(i − 1)·s − p_before − p_after + d·(k − 1) + 1 + p_out');
const same = formula('i·s');

/** The extent rule in every form that `include=formulas` may print. */
export const transposedExtentRule = `each spatial axis: ${even.text}; with [before, after] padding: ${uneven.text}; padding "same" and "same_lower": ${same.text}; with output_size p_out is what is missing`;

/** One extent per spatial axis of the output, with its formula. */
export function transposedExtentFormulas(window: TransposedWindow, named: Padding, spatial: Shape): readonly Extent[] {
  const isSame = named === 'same' || named === 'same_lower';
  return spatial.map((i, axis) => {
    const [p_before, p_after] = window.padding[axis] ?? [0, 0];
    const symbols = {
      i,
      k: window.kernel[axis] ?? 1,
      s: window.stride[axis] ?? 1,
      d: window.dilation[axis] ?? 1,
      p: p_before,
      p_before,
      p_after,
      p_out: window.outputPadding[axis] ?? 0,
    };
    const rule = isSame && same.evaluate(symbols) === window.extents[axis] ? same : p_before === p_after ? even : uneven;
    return { output: 0, axis: axis + 2, formula: rule, symbols };
  });
}
