/**
 * Cropping: cells are cut off before and after on the last axes, in axis order. The rest is copied, so nothing is computed. Pairs stand for axes as
 * they lie, whatever the layout; Keras's Cropping layers, whose pairs skip the channels of a channels-last map, are therefore no aliases, and
 * neither is Caffe's Crop, which reads the size from a second input.
 * Source: PyTorch documentation of torch.nn.functional.pad with negative numbers; Ronneberger et al., arXiv:1505.04597 (copy and crop).
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { nonNegativeInteger } from './attributes.ts';
import type { Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const cropped = formula('i − before − after');

const crop = defineOperator({
  type: 'crop',
  family: 'crop',
  summary: 'Cuts cells off before and after on the last axes.',
  source: 'PyTorch Tensor.narrow; Ronneberger et al., arXiv:1505.04597',
  aliases: [],
  attributes: {
    cropping: z
      .array(z.array(nonNegativeInteger).length(2))
      .min(1)
      .max(64)
      .describe('[before, after] in cells for each of the last axes, in axis order.'),
  },
  inputs: { min: 1, max: 1, names: ['input'] },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const rank = input.shape.length;
    const first = rank - a.cropping.length;
    if (first < 0) {
      throw new Refusal(
        ['cropping'],
        'mismatch',
        `cropping has ${a.cropping.length} pairs, but ${layer.producer(0)} gives ${formatShape(input.shape)} (${rank} axes)`,
      );
    }
    const shape = [...input.shape];
    for (let pair = 0; pair < a.cropping.length; pair++) {
      const extent = shape[first + pair] ?? 1;
      const [before = 0, after = 0] = a.cropping[pair] ?? [];
      if (before + after >= extent) {
        throw new Refusal(
          ['cropping', pair],
          'out_of_range',
          `cropping [${before}, ${after}] leaves nothing of the ${extent} cells of axis ${first + pair}; cut at most ${extent - 1}`,
        );
      }
      shape[first + pair] = extent - before - after;
    }
    return [{ shape, dtype: input.dtype }];
  },
  counts: [],
  shape: `each of the last axes: ${cropped.text}; the others are kept`,
  extents(a, inputs) {
    const { shape } = inputs[0] as TensorType;
    const first = shape.length - a.cropping.length;
    return a.cropping.map(([before = 0, after = 0], pair) => ({
      output: 0,
      axis: first + pair,
      formula: cropped,
      symbols: { i: shape[first + pair] ?? 1, before, after },
    }));
  },
  examples: [
    // Copy and crop of U-Net: 64 − 4 − 4.
    {
      layer: {
        type: 'crop',
        cropping: [
          [4, 4],
          [4, 4],
        ],
      },
      inputs: [{ shape: [1, 64, 64, 64] }],
      outputs: [[1, 64, 56, 56]],
      parameters: 0,
      operations: {},
    },
  ],
});

export const cropOperators: readonly Operator[] = [crop];
