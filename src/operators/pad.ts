/**
 * Padding: cells before and after the data on the last axes, in axis order; negative numbers cut. Cells are only written or copied, so nothing is
 * computed. Pairs stand for axes as they lie, whatever the layout: Keras's ZeroPadding layers, whose pairs skip the channels of a channels-last
 * map, and PyTorch's ReflectionPad, whose type implies a mode, are therefore no aliases.
 * Source: PyTorch documentation of torch.nn.functional.pad; ONNX operator Pad, version 23, which pads any axis in any mode.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { integer } from './attributes.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';
import { readPads } from './window-attributes.ts';

const padded = formula('i + p_before + p_after');

/** Cells that padding may add to one side of an axis: a reflection leaves the border cell out, a wrap goes around once. */
export function longestPadding(mode: string, extent: number): number {
  if (mode === 'reflect') return extent - 1;
  return mode === 'circular' ? extent : Number.POSITIVE_INFINITY;
}

const pad = defineOperator({
  type: 'pad',
  family: 'pad',
  summary: 'Adds cells before and after the data on the last axes, constant or taken from the data; negative numbers cut.',
  source: 'PyTorch torch.nn.functional.pad; ONNX Pad-23',
  aliases: ['Pad', 'ZeroPad1d', 'ZeroPad2d', 'ZeroPad3d', 'ConstantPad1d', 'ConstantPad2d', 'ConstantPad3d'],
  attributes: {
    padding: z
      .array(z.array(integer).length(2))
      .min(1)
      .max(64)
      .describe('[before, after] in cells for each of the last axes, in axis order; negative numbers cut.'),
    mode: z.enum(['constant', 'reflect', 'replicate', 'circular']).default('constant').describe('What the new cells hold.'),
    value: z.number().optional().describe('What they hold in mode "constant"; 0 where absent.'),
  },
  attributeAliases: {
    pads: {
      attribute: 'padding',
      read: readPads,
      form: 'a flat list of whole numbers, all begins and then all ends: 2 numbers for the last axis, 4 for the last 2; negative numbers cut',
    },
  },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const rank = input.shape.length;
    const first = rank - a.padding.length;
    if (first < 0) {
      throw new Refusal(
        ['padding'],
        'mismatch',
        `padding has ${a.padding.length} pairs, but ${layer.producer(0)} gives ${formatShape(input.shape)} (${rank} axes)`,
      );
    }
    if (a.value !== undefined && a.value !== 0 && a.mode !== 'constant') {
      throw new Refusal(['value'], 'invalid_value', `value ${a.value} is for mode "constant"; mode is "${a.mode}"`);
    }
    const shape = [...input.shape];
    for (let pair = 0; pair < a.padding.length; pair++) {
      const extent = shape[first + pair] ?? 1;
      const [before = 0, after = 0] = a.padding[pair] ?? [];
      shape[first + pair] = paddedExtent(extent, before, after, a.mode, pair, first + pair);
    }
    return [{ shape, dtype: input.dtype }];
  },
  counts: [],
  shape: `each of the last axes: ${padded.text}; the others are kept`,
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const first = shape.length - a.padding.length;
    return a.padding.map(([p_before = 0, p_after = 0], pair) => ({
      output: 0,
      axis: first + pair,
      formula: padded,
      symbols: { i: shape[first + pair] ?? 1, p_before, p_after },
    }));
  },
  examples: [
    // Height 5 + 1 + 2, width 6 + 3 + 4.
    {
      layer: {
        type: 'pad',
        padding: [
          [1, 2],
          [3, 4],
        ],
      },
      inputs: [{ shape: [1, 3, 5, 6] }],
      outputs: [[1, 3, 8, 13]],
      parameters: 0,
      operations: {},
    },
    // Reflects 3 of 4 cells at the end, the most that there are beside the border cell.
    {
      layer: { type: 'pad', padding: [[0, 3]], mode: 'reflect' },
      inputs: [{ shape: [1, 2, 4] }],
      outputs: [[1, 2, 7]],
      parameters: 0,
      operations: {},
    },
  ],
});

function paddedExtent(extent: number, before: number, after: number, mode: string, pair: number, axis: number): number {
  // "constant" and "circular" cut first, so they cannot cut more than there is; the others cut what they have filled.
  const cut = mode === 'constant' || mode === 'circular' ? -Math.min(before, 0) - Math.min(after, 0) : 0;
  const result = extent + before + after;
  if (cut > extent || result < 1) {
    throw new Refusal(
      ['padding', pair],
      'out_of_range',
      `padding [${before}, ${after}] leaves nothing of the ${extent} cells of axis ${axis}`,
    );
  }
  const longest = longestPadding(mode, extent);
  const side = before > longest ? 0 : after > longest ? 1 : undefined;
  if (side !== undefined) {
    throw new Refusal(
      ['padding', pair, side],
      'padding_too_large',
      `${mode} padding ${side === 0 ? before : after} of axis ${axis} exceeds ${longest}, the most that its ${extent} cells allow`,
    );
  }
  return result;
}

export const padOperators: readonly Operator[] = [pad];
