/**
 * Transposed convolution over one, two or three spatial axes: every input element, times a k·k·c_out/g kernel, is added into the output, which
 * grows by the stride. Input batch × c_in × spatial, weight c_in × c_out/g × kernel, output batch × c_out × spatial'.
 * So a layer takes k·k·c_out/g multiply-accumulates an input element, those that land on cells cut off by the padding included. The bias is one
 * addition an output element.
 * `padding` cuts cells off the full output of (i − 1)·s + span cells; `output_padding` adds cells at its end. "same" gives i·s cells (ONNX's
 * rule for auto_pad), and with an `output_size` the one of (i − 1)·s + 1 … i·s that it names: the extents that a convolution with "same" maps to i.
 * Source: PyTorch documentation of ConvTranspose1d, ConvTranspose2d, ConvTranspose3d; ONNX operator ConvTranspose, version 22.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import { formula } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import type { AxisPadding } from '../tensor/window.ts';
import { spanOf, transposedExtent } from '../tensor/window.ts';
import { nonNegativeInteger, perAxis, positiveInteger, spread } from './attributes.ts';
import { checkGroups, convolutionAliases } from './conv.ts';
import { checkChannels, requireRank } from './feature-map-input.ts';
import type { Example, Extent, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import type { Padding } from './window-attributes.ts';
import { axisName, dilation, kernelSize, kernelSymbols } from './window-attributes.ts';

/** Other spellings: those of convolution, and ONNX's `output_shape`. */
const aliasesOfAttributes = { ...convolutionAliases, output_shape: 'output_size' };

interface TransposedAttributes {
  readonly kernel_size: number | readonly number[];
  readonly stride: number | readonly number[];
  readonly padding: Padding;
  readonly output_padding: number | readonly number[];
  readonly output_size?: number | readonly number[] | undefined;
  readonly dilation: number | readonly number[];
}

function convTranspose(rank: 1 | 2 | 3, aliases: readonly string[], examples: readonly Example[]): Operator {
  const kernelText = kernelSymbols(rank);
  const hasBias = (attributes: { readonly bias: boolean }) => attributes.bias;
  return defineOperator({
    type: `conv_transpose${rank}d`,
    family: 'conv_transpose',
    summary: `Transposed convolution over ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}: batch × c_in × spatial to batch × c_out × spatial, enlarged by the stride.`,
    source: `PyTorch ConvTranspose${rank}d; ONNX ConvTranspose-22; Dumoulin & Visin, arXiv:1603.07285`,
    aliases,
    rankedAliases: ['ConvTranspose', 'Deconvolution'],
    attributes: {
      in_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
      out_channels: positiveInteger.describe('Channels of the output.'),
      kernel_size: kernelSize(rank),
      stride: perAxis(rank, positiveInteger)
        .default(1)
        .describe('Cells of output from one input cell to the next, one number or one per axis.'),
      padding: cutPadding(rank),
      output_padding: perAxis(rank, nonNegativeInteger)
        .default(0)
        .describe('Cells added at the end of each axis, one number or one per axis; smaller than the stride or the dilation.'),
      output_size: perAxis(rank, positiveInteger)
        .optional()
        .describe('Spatial extents of the output, one number or one per axis; decides in place of output_padding.'),
      dilation: dilation(rank),
      groups: positiveInteger.default(1).describe('Groups of channels that are convolved apart; divides in and out channels.'),
      bias: z.boolean().default(true).describe('Adds one learned number per output channel.'),
      padding_mode: z.enum(['zeros']).default('zeros').describe('Only "zeros", as in PyTorch.'),
    },
    attributeAliases: aliasesOfAttributes,
    inputs: { min: 1, max: 1, names: ['input'] },
    featureMap: rank,
    textbook: true,
    infer(a, inputs, layer) {
      const input = inputs[0] as TensorType;
      requireRank(input, rank, layer);
      const map = featureMapOf(input.shape);
      checkChannels('in_channels', a.in_channels, map.channels, layer);
      checkGroups(a.groups, map.channels, a.out_channels, layer.producer(0));
      const { extents } = transposedWindowOf(a, map.spatial);
      return [
        {
          shape: shapeOf({ batch: map.batch, channels: a.out_channels, spatial: extents }),
          dtype: promote(input.dtype, layer.weightDtype),
        },
      ];
    },
    weights(a, inputs) {
      const channels = (inputs[0] as TensorType).shape[1] ?? 1;
      const weight = {
        name: 'weight',
        shape: [channels, a.out_channels / a.groups, ...spread(a.kernel_size, rank)],
        kind: 'parameter' as const,
      };
      return a.bias ? [weight, { name: 'bias', shape: [a.out_channels], kind: 'parameter', bias: true }] : [weight];
    },
    parameters: [{ text: `${kernelText}·c_in·{c_out/g}` }, { text: 'c_out', bias: true, when: 'bias', applies: hasBias }],
    symbols(a, inputs, outputs) {
      const [k0 = 1, k1 = 1, k2 = 1] = spread(a.kernel_size, rank);
      const { shape } = inputs[0] as TensorType;
      return {
        k0,
        k1,
        k2,
        'c_out/g': a.out_channels / a.groups,
        c_in: shape[1] ?? 1,
        c_out: a.out_channels,
        i: elementsOf(shape),
        e: elementsOf((outputs[0] as TensorType).shape),
      };
    },
    counts: [count('mac', `${kernelText}·{c_out/g}·i`), count('add', 'e', 'bias', hasBias)],
    shape: `[n, c_out, spatial]; each spatial axis: ${even.text}; with [before, after] padding: ${uneven.text}; padding "same" and "same_lower": ${same.text}; with output_size p_out is what is missing`,
    extents(a, inputs) {
      const spatial = (inputs[0] as TensorType).shape.slice(2);
      return extentFormulas(transposedWindowOf(a, spatial), a.padding, spatial);
    },
    examples,
  });
}

function cutPadding(rank: number) {
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

function extentFormulas(window: TransposedWindow, named: Padding, spatial: Shape): readonly Extent[] {
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

export const convTransposeOperators: readonly Operator[] = [
  convTranspose(
    1,
    ['ConvTranspose1d', 'Conv1DTranspose', 'Convolution1DTranspose'],
    [
      // 4·8·3 weights and 8 biases; (10 − 1)·2 + 3 = 21 cells; each of 40 input elements takes 3·8 products.
      {
        layer: { type: 'conv_transpose1d', out_channels: 8, kernel_size: 3, stride: 2 },
        inputs: [{ shape: [1, 4, 10] }],
        outputs: [[1, 8, 21]],
        parameters: 104,
        operations: { mac: 960, add: 168 },
      },
    ],
  ),
  convTranspose(
    2,
    ['ConvTranspose2d', 'Conv2DTranspose', 'Convolution2DTranspose', 'Deconvolution2D'],
    [
      // An up-convolution of U-Net: 64·32·2·2 weights and 32 biases; 64·28·28 input elements take 4·32 products each.
      {
        layer: { type: 'conv_transpose2d', out_channels: 32, kernel_size: 2, stride: 2 },
        inputs: [{ shape: [1, 64, 28, 28] }],
        outputs: [[1, 32, 56, 56]],
        parameters: 8224,
        operations: { mac: 6422528, add: 100352 },
      },
      // Depthwise: 6·5·5 input elements take 16 products each; (5 − 1)·2 + 4 = 12 cells, one cut on each side.
      {
        layer: { type: 'conv_transpose2d', out_channels: 6, kernel_size: 4, stride: 2, padding: 1, groups: 6, bias: false },
        inputs: [{ shape: [1, 6, 5, 5] }],
        outputs: [[1, 6, 10, 10]],
        parameters: 96,
        operations: { mac: 2400 },
      },
    ],
  ),
  convTranspose(
    3,
    ['ConvTranspose3d', 'Conv3DTranspose', 'Convolution3DTranspose'],
    [
      // 2·4·8 weights; 16 input elements take 8·4 products each.
      {
        layer: { type: 'conv_transpose3d', out_channels: 4, kernel_size: 2, stride: 2, bias: false },
        inputs: [{ shape: [1, 2, 2, 2, 2] }],
        outputs: [[1, 4, 4, 4, 4]],
        parameters: 64,
        operations: { mac: 512 },
      },
    ],
  ),
];
