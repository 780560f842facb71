import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { convolve } from '../../src/kernels/convolve.ts';
import { convolveTransposed } from '../../src/kernels/convolve-transposed.ts';
import type { ConvGeometry, FloatArray, Triple } from '../../src/kernels/geometry.ts';
import { spread } from '../../src/operators/attributes.ts';
import type { Padding } from '../../src/operators/window-attributes.ts';
import { windowOf } from '../../src/operators/window-attributes.ts';
import { relativeError } from './random-geometry.ts';

interface Layer {
  readonly type: string;
  readonly out_channels: number;
  readonly kernel_size: number | readonly number[];
  readonly stride?: number | readonly number[];
  readonly padding?: Padding;
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
  readonly padding_mode?: string;
}

interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64';
  readonly data: readonly (number | string)[];
}

interface Case {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly output: Tensor;
}

function valuesOf({ dtype, data }: Tensor): FloatArray {
  const numbers = data.map(Number);
  return dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
}

const triple = (list: readonly number[], first: number): Triple => {
  const [depth = first, height = first, width = first] = [...new Array<number>(3 - list.length).fill(first), ...list];
  return [depth, height, width];
};

/** Extents of the output are PyTorch's; what a padding in words means for a transposed convolution is worked out here. */
function geometryOf(layer: Layer, input: Tensor, output: Tensor): ConvGeometry {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, kernel_size } = layer;
  const spatial = input.shape.slice(2);
  const extents = output.shape.slice(2);
  const named = layer.type.startsWith('conv_transpose') && typeof padding === 'string' && padding !== 'valid';
  const window = windowOf({ kernel_size, stride, padding: named ? 0 : padding, dilation }, spatial);
  const before = window.padding.map(([cells], axis) => {
    if (!named) return cells;
    const full =
      ((spatial[axis] ?? 1) - 1) * (window.stride[axis] ?? 1) + (window.dilation[axis] ?? 1) * ((window.kernel[axis] ?? 1) - 1) + 1;
    const cut = Math.max(full - (extents[axis] ?? 1), 0);
    return padding === 'same_lower' ? Math.ceil(cut / 2) : Math.floor(cut / 2);
  });
  return {
    batch: input.shape[0] ?? 1,
    groups,
    inChannels: input.shape[1] ?? 1,
    outChannels: layer.out_channels,
    input: triple(spatial, 1),
    output: triple(extents, 1),
    kernel: triple(spread(kernel_size, spatial.length), 1),
    stride: triple(window.stride, 1),
    dilation: triple(window.dilation, 1),
    before: triple(before, 0),
    after: triple(
      window.padding.map(([, after]) => after),
      0,
    ),
  };
}

/** The kernels pad with zeros; for another padding_mode the padded map is made here, cell by cell, and convolved without padding. */
function padded(input: FloatArray, geometry: ConvGeometry, mode: string): [FloatArray, ConvGeometry] {
  if (mode === 'zeros') return [input, geometry];
  const { before, after, batch, inChannels } = geometry;
  const [depth, height, width] = geometry.input;
  const source = (at: number, extent: number) => {
    if (mode === 'replicate') return Math.max(0, Math.min(at, extent - 1));
    if (mode === 'circular') return (at + extent) % extent;
    return at < 0 ? -at : at >= extent ? 2 * (extent - 1) - at : at;
  };
  const cells: number[] = [];
  for (let plane = 0; plane < batch * inChannels; plane++)
    for (let d = -before[0]; d < depth + after[0]; d++)
      for (let h = -before[1]; h < height + after[1]; h++)
        for (let w = -before[2]; w < width + after[2]; w++)
          cells.push(Number(input[((plane * depth + source(d, depth)) * height + source(h, height)) * width + source(w, width)]));
  const extent: Triple = [depth + before[0] + after[0], height + before[1] + after[1], width + before[2] + after[2]];
  return [Float32Array.from(cells), { ...geometry, input: extent, before: [0, 0, 0], after: [0, 0, 0] }];
}

for (const operator of ['conv1d', 'conv2d', 'conv3d', 'conv_transpose1d', 'conv_transpose2d', 'conv_transpose3d']) {
  const { cases } = JSON.parse(readFileSync(new URL(`../golden/kernels/${operator}.json`, import.meta.url), 'utf8')) as { cases: Case[] };
  describe(`${operator} computes what PyTorch computes`, () => {
    test.each(cases.map((golden) => [golden.name, golden] as const))('%s', (_, { layer, input, weight, bias, output }) => {
      const [data, geometry] = padded(valuesOf(input), geometryOf(layer, input, output), layer.padding_mode ?? 'zeros');
      const kernel = operator.startsWith('conv_transpose') ? convolveTransposed : convolve;
      const actual = kernel(data, valuesOf(weight), bias && valuesOf(bias), geometry);
      const expected = valuesOf(output);
      expect(actual.constructor).toBe(expected.constructor);
      expect(Array.from(actual, String).map((text) => (Number.isFinite(Number(text)) ? 'finite' : text))).toEqual(
        Array.from(expected, String).map((text) => (Number.isFinite(Number(text)) ? 'finite' : text)),
      );
      expect(actual.length).toBe(expected.length);
      const finite = (list: FloatArray) => list.map((value) => (Number.isFinite(value) ? value : 0));
      expect(relativeError(finite(actual), finite(expected))).toBeLessThanOrEqual(output.dtype === 'float32' ? 1.2e-7 : 1e-14);
    });
  });
}
