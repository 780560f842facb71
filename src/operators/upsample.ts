/**
 * Resampling of a map to other spatial extents, larger or smaller. Copying the nearest cell computes nothing. The interpolating modes filter one
 * axis after the other, an output element from k0 × k1 × … taps, k of each axis: two for the linear modes, four for bicubic, six for lanczos; with
 * `antialias` the filter is stretched by i/o where the map shrinks. A filter of k taps takes k multiplications and k − 1 additions; applied to
 * nested axes that is k0·k1·k2 + k0·k1 + k0 multiplications and k0·k1·k2 − 1 additions. The weights, which are the same for every channel and
 * image, are not counted. "area" is adaptive average pooling.
 * A second input, where there is neither size nor factor, lends its spatial extents (ONNX's `sizes` computed from a tensor, PyTorch's size=other.shape[2:]).
 * Keras's UpSampling layers are no aliases: their `size` is a factor, here it is an extent.
 * Source: PyTorch documentation of torch.nn.functional.interpolate; ONNX operator Resize, version 19.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { isFloating } from '../tensor/dtype.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { adaptiveCells, adaptiveSymbols } from './adaptive-pool.ts';
import { maxInteger, positiveInteger } from './attributes.ts';
import { requireAxes } from './feature-map-input.ts';
import type { LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import { axisName } from './window-attributes.ts';

const modes = ['nearest', 'nearest-exact', 'linear', 'bilinear', 'bicubic', 'trilinear', 'lanczos', 'area'] as const;
type Mode = (typeof modes)[number];

interface ModeTraits {
  /** The only spatial rank it is defined for; any where absent. */
  readonly rank?: number;
  /** Taps of its filter on one axis; a copy has none. */
  readonly taps: number;
  /** Takes `align_corners`. */
  readonly aligns: boolean;
  /** Takes `antialias`. */
  readonly smooths: boolean;
}

const traits: Readonly<Record<Mode, ModeTraits>> = {
  nearest: { taps: 0, aligns: false, smooths: false },
  'nearest-exact': { taps: 0, aligns: false, smooths: false },
  linear: { rank: 1, taps: 2, aligns: true, smooths: false },
  bilinear: { rank: 2, taps: 2, aligns: true, smooths: true },
  bicubic: { rank: 2, taps: 4, aligns: true, smooths: true },
  trilinear: { rank: 3, taps: 2, aligns: true, smooths: false },
  lanczos: { rank: 2, taps: 6, aligns: false, smooths: true },
  area: { taps: 0, aligns: false, smooths: false },
};

interface UpsampleAttributes {
  readonly size?: number | readonly number[] | undefined;
  readonly scale_factor?: number | readonly number[] | undefined;
  readonly mode: Mode;
  readonly align_corners?: boolean | undefined;
  readonly recompute_scale_factor?: boolean | undefined;
  readonly antialias: boolean;
}

const scaled = formula('⌊i·scale⌋');
const filtersOver = (rank: number) => (attributes: { readonly mode: Mode }) => traits[attributes.mode].rank === rank;
const isArea = (attributes: { readonly mode: Mode }) => attributes.mode === 'area';
const factor = z.number().positive().max(maxInteger);
const scalesForm = 'a list of factors above 0 for all axes, 1 for batch and channels: [1, 1, 2, 2] doubles 2 spatial axes';

const upsample = defineOperator({
  type: 'upsample',
  family: 'upsample',
  summary: 'Resamples the spatial axes to `size`, by `scale_factor`, or to those of a second input; batch and channels are kept.',
  source: 'PyTorch Upsample, torch.nn.functional.interpolate; ONNX Resize-19',
  aliases: ['Upsample', 'interpolate', 'Interpolate', 'resize', 'Resize', 'UpsamplingNearest2d'],
  attributes: {
    size: z
      .union([positiveInteger, z.array(positiveInteger).min(1).max(3)])
      .optional()
      .describe('Spatial extents of the output in cells, one number or one per axis.'),
    scale_factor: z
      .union([factor, z.array(factor).min(1).max(3)])
      .optional()
      .describe('Output extent over input extent, rounded down to cells; one number or one per axis.'),
    mode: z.enum(modes).default('nearest').describe('How values between cells come about.'),
    align_corners: z.boolean().optional().describe('Lets the corner cells keep their values; shapes and counts are the same.'),
    recompute_scale_factor: z.boolean().optional().describe('Takes the factor from the rounded extents; shapes and counts are the same.'),
    antialias: z.boolean().default(false).describe('Stretches the filter where the map shrinks.'),
  },
  attributeAliases: { interpolation: 'mode', scales: { attribute: 'scale_factor', read: readScales, form: scalesForm } },
  inputs: { min: 1, max: 2, names: ['input', 'size as'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireAxes(input, 3, 5, layer);
    checkMode(a, input, layer);
    return [{ shape: resampled(a, inputs, layer), dtype: keepsDtype(a.mode, input) ? input.dtype : layer.modelDtype }];
  },
  symbols(a, inputs, outputs) {
    const input = (inputs[0] as TensorType).shape;
    const output = (outputs[0] as TensorType).shape;
    const { taps } = traits[a.mode];
    return {
      ...adaptiveSymbols(input, output),
      k0: tapsOf(taps, input[2], output[2], a.antialias),
      k1: tapsOf(taps, input[3], output[3], a.antialias),
      k2: tapsOf(taps, input[4], output[4], a.antialias),
    };
  },
  counts: [
    count('mul', 'k0·e', 'mode "linear"', filtersOver(1)),
    count('mul', '(k0·k1 + k0)·e', 'mode "bilinear", "bicubic" or "lanczos"', filtersOver(2)),
    count('mul', '(k0·k1·k2 + k0·k1 + k0)·e', 'mode "trilinear"', filtersOver(3)),
    count('add', '(k0 − 1)·e', 'mode "linear"', filtersOver(1)),
    count('add', '(k0·k1 − 1)·e', 'mode "bilinear", "bicubic" or "lanczos"', filtersOver(2)),
    count('add', '(k0·k1·k2 − 1)·e', 'mode "trilinear"', filtersOver(3)),
    count('add', `${adaptiveCells(3)} − e`, 'mode "area"', isArea),
    count('div', 'e', 'mode "area"', isArea),
  ],
  shape: `[n, c, size]; with scale_factor each spatial axis: ${scaled.text}`,
  extents(a, inputs) {
    const { scale_factor } = a;
    if (scale_factor === undefined) return [];
    return (inputs[0] as TensorType).shape.slice(2).map((i, axis) => ({
      output: 0,
      axis: axis + 2,
      formula: scaled,
      symbols: { i, scale: typeof scale_factor === 'number' ? scale_factor : (scale_factor[axis] ?? 1) },
    }));
  },
  examples: [
    // Copies only.
    {
      layer: { type: 'upsample', scale_factor: 2 },
      inputs: [{ shape: [1, 2, 4, 4] }],
      outputs: [[1, 2, 8, 8]],
      parameters: 0,
      operations: {},
    },
    // 128 elements, each from two pairs of cells and then from the two results: 2·2 + 2 multiplications, 3 additions.
    {
      layer: { type: 'upsample', scale_factor: 2, mode: 'bilinear' },
      inputs: [{ shape: [1, 2, 4, 4] }],
      outputs: [[1, 2, 8, 8]],
      parameters: 0,
      operations: { mul: 768, add: 384 },
    },
    // As large as the second input; its channels do not matter.
    {
      layer: { type: 'upsample' },
      inputs: [{ shape: [1, 2, 4, 4] }, { shape: [1, 3, 9, 7] }],
      outputs: [[1, 2, 9, 7]],
      parameters: 0,
      operations: {},
    },
    // Two channels of 5 cells to 3: windows of 2 + 3 + 2 = 7 cells.
    {
      layer: { type: 'upsample', size: 3, mode: 'area' },
      inputs: [{ shape: [1, 2, 5] }],
      outputs: [[1, 2, 3]],
      parameters: 0,
      operations: { add: 8, div: 6 },
    },
  ],
});

/** ONNX's list has a factor of 1 for batch and channels in front. */
function readScales(value: unknown): unknown {
  return Array.isArray(value) && value.length > 2 && value[0] === 1 && value[1] === 1 ? value.slice(2) : undefined;
}

/** What does not go with the mode, or with the other of size and factor. */
function checkMode(a: UpsampleAttributes, input: TensorType, layer: LayerContext): void {
  const { rank, aligns, smooths } = traits[a.mode];
  const axes = input.shape.length - 2;
  if (rank !== undefined && rank !== axes) {
    throw new Refusal(
      ['mode'],
      'wrong_rank',
      `mode "${a.mode}" is for ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}, but ${layer.producer(0)} gives ${formatShape(input.shape)}, which has ${axes}`,
    );
  }
  if (a.align_corners !== undefined && !aligns && !(a.mode === 'lanczos' && !a.align_corners)) {
    throw new Refusal(
      ['align_corners'],
      'invalid_value',
      `align_corners is for the modes "linear", "bilinear", "bicubic" and "trilinear"; mode is "${a.mode}"`,
    );
  }
  if (a.antialias && !smooths)
    throw new Refusal(
      ['antialias'],
      'invalid_value',
      `antialias is for the modes "bilinear", "bicubic" and "lanczos"; mode is "${a.mode}"`,
    );
  if (a.mode === 'lanczos' && !a.antialias) throw new Refusal(['mode'], 'invalid_value', 'mode "lanczos" needs antialias: true');
  if (a.size !== undefined && a.recompute_scale_factor) {
    throw new Refusal(['recompute_scale_factor'], 'invalid_value', 'recompute_scale_factor goes with scale_factor; size is given');
  }
}

function resampled(a: UpsampleAttributes, inputs: readonly TensorType[], layer: LayerContext): Shape {
  const input = (inputs[0] as TensorType).shape;
  const rank = input.length - 2;
  if (a.size !== undefined && a.scale_factor !== undefined)
    throw new Refusal(['scale_factor'], 'invalid_value', 'size and scale_factor are both given; keep one');
  const other = inputs[1];
  const key = a.size === undefined ? 'scale_factor' : 'size';
  if (other !== undefined) return sizedAs(other, input, a[key] === undefined ? undefined : key, layer);
  const given = a[key];
  if (given === undefined) throw new Refusal([], 'missing_key', 'upsample needs size, scale_factor or a second input');
  if (typeof given !== 'number' && given.length !== rank)
    throw new Refusal([key], 'mismatch', `${key} has ${given.length} entries for ${rank} spatial ${rank === 1 ? 'axis' : 'axes'}`);
  const shape = [...input];
  for (let axis = 0; axis < rank; axis++) {
    const value = typeof given === 'number' ? given : (given[axis] ?? 1);
    const extent = input[axis + 2] ?? 1;
    // In doubles, as PyTorch does: 100 · 0.29 gives 28.
    const result = key === 'size' ? value : Math.floor(extent * value);
    if (result < 1)
      throw new Refusal(
        [key, axis],
        'out_of_range',
        `scale_factor ${value} leaves nothing of the ${axisName(rank, axis)} ${extent}; it must be at least 1/${extent}`,
      );
    shape[axis + 2] = result;
  }
  return shape;
}

/** Batch and channels of `input`, spatial extents of `other`. */
function sizedAs(other: TensorType, input: Shape, given: string | undefined, layer: LayerContext): Shape {
  if (given !== undefined)
    throw new Refusal([given], 'invalid_value', `${given} is given and so is a second input, which sets the size; keep one`);
  if (other.shape.length !== input.length) {
    throw new Refusal(
      ['inputs', 1],
      'wrong_rank',
      `the size is taken from ${layer.producer(1)}, which gives ${formatShape(other.shape)}; expected ${input.length} axes`,
    );
  }
  return [...input.slice(0, 2), ...other.shape.slice(2)];
}

/** Copies keep the element type, and images of uint8 are filtered as such; other integers come out in the model's floating type. */
function keepsDtype(mode: Mode, input: TensorType): boolean {
  if (isFloating(input.dtype)) return true;
  const { taps } = traits[mode];
  return mode !== 'area' && (taps === 0 || (input.dtype === 'uint8' && mode !== 'linear' && mode !== 'trilinear'));
}

/** Taps of the filter on one axis, the most that an output cell has where it is stretched. */
function tapsOf(taps: number, input = 1, output = 1, antialias: boolean): number {
  return antialias && input > output ? Math.ceil((taps * input) / output) : taps;
}

export const upsampleOperators: readonly Operator[] = [upsample];
