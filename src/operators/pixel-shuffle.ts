/**
 * Moves channels into space and back: r·r channels become an r × r square of cells, or the reverse. Cells are only moved, so nothing is computed.
 * The axes are … × channels × height × width, the last three of the input.
 * Source: Shi et al., arXiv:1609.05158; PyTorch documentation of PixelShuffle and PixelUnshuffle. ONNX's DepthToSpace and SpaceToDepth may order
 * the channels otherwise (mode "DCR"), which changes neither shapes nor counts.
 */

import { Refusal } from '../issue.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { requireAxes } from './feature-map-input.ts';
import type { Extent, LayerContext, Operator } from './operator.ts';
import { defineOperator } from './operator.ts';

const grown = formula('i·r');
const shrunk = formula('i/r');
const spread = formula('c/(r·r)');
const gathered = formula('c·r·r');

/** Channels, height and width; the axes before them are kept. */
function planeOf(input: TensorType, layer: LayerContext): readonly [number, number, number] {
  requireAxes(input, 4, Number.POSITIVE_INFINITY, layer);
  const [channels = 1, height = 1, width = 1] = input.shape.slice(-3);
  return [channels, height, width];
}

function extentsOf(input: Shape, r: number, channels: typeof spread, spatial: typeof spread): readonly Extent[] {
  const first = input.length - 3;
  return input.slice(-3).map((extent, axis) => ({
    output: 0,
    axis: first + axis,
    formula: axis === 0 ? channels : spatial,
    symbols: { c: extent, i: extent, r },
  }));
}

const shuffle = defineOperator({
  type: 'pixel_shuffle',
  family: 'pixel_shuffle',
  summary: 'Channels into space: … × c·r·r × h × w to … × c × h·r × w·r.',
  source: 'PyTorch PixelShuffle; ONNX DepthToSpace-13; Shi et al., arXiv:1609.05158',
  aliases: ['PixelShuffle', 'DepthToSpace'],
  attributes: { upscale_factor: positiveInteger.describe('Factor r by which height and width grow; its square divides the channels.') },
  attributeAliases: { blocksize: 'upscale_factor' },
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const r = a.upscale_factor;
    const [channels, height, width] = planeOf(input, layer);
    if (channels % (r * r) !== 0) {
      throw new Refusal(
        ['upscale_factor'],
        'not_divisible',
        `upscale_factor ${r} needs channels divisible by ${r}·${r} = ${r * r}, but ${layer.producer(0)} gives ${channels}`,
      );
    }
    if (r === 1) return [input];
    return [{ shape: [...input.shape.slice(0, -3), channels / (r * r), height * r, width * r], dtype: input.dtype }];
  },
  counts: [],
  shape: '[…, c/(r·r), h·r, w·r]',
  extents: (a, inputs) => extentsOf((inputs[0] as TensorType).shape, a.upscale_factor, spread, grown),
  examples: [
    // The end of ESPCN: 27 = 3·3·3 channels.
    {
      layer: { type: 'pixel_shuffle', upscale_factor: 3 },
      inputs: [{ shape: [1, 27, 72, 72] }],
      outputs: [[1, 3, 216, 216]],
      parameters: 0,
      operations: {},
    },
  ],
});

const unshuffle = defineOperator({
  type: 'pixel_unshuffle',
  family: 'pixel_shuffle',
  summary: 'Space into channels: … × c × h·r × w·r to … × c·r·r × h × w.',
  source: 'PyTorch PixelUnshuffle; ONNX SpaceToDepth-13',
  aliases: ['PixelUnshuffle', 'SpaceToDepth'],
  attributes: { downscale_factor: positiveInteger.describe('Factor r by which height and width shrink; divides both.') },
  attributeAliases: { blocksize: 'downscale_factor' },
  inputs: { min: 1, max: 1, names: ['input'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    const r = a.downscale_factor;
    const [channels, height, width] = planeOf(input, layer);
    if (height % r !== 0 || width % r !== 0) {
      const [name, extent] = height % r === 0 ? ['width', width] : ['height', height];
      throw new Refusal(
        ['downscale_factor'],
        'not_divisible',
        `downscale_factor ${r} does not divide the ${name} ${extent} from ${layer.producer(0)}`,
      );
    }
    if (r === 1) return [input];
    return [{ shape: [...input.shape.slice(0, -3), channels * r * r, height / r, width / r], dtype: input.dtype }];
  },
  counts: [],
  shape: '[…, c·r·r, h/r, w/r]',
  extents: (a, inputs) => extentsOf((inputs[0] as TensorType).shape, a.downscale_factor, gathered, shrunk),
  examples: [
    // Each channel gives its even and odd rows and columns: 3·4 channels of half the height and width.
    {
      layer: { type: 'pixel_unshuffle', downscale_factor: 2 },
      inputs: [{ shape: [1, 3, 32, 32] }],
      outputs: [[1, 12, 16, 16]],
      parameters: 0,
      operations: {},
    },
  ],
});

export const pixelShuffleOperators: readonly Operator[] = [shuffle, unshuffle];
