/**
 * Transposed convolution from the side of its outputs: an output is its bias plus, over the channels of its group, the input cells and the
 * kernel's taps, every product that lands on it (cell · stride + tap · dilation − before). Shares nothing with src/kernels, which groups outputs by remainder.
 */

import type { ConvGeometry, FloatArray } from '../../src/kernels/geometry.ts';

export function convolveTransposedNaive(
  input: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
): FloatArray {
  const { batch, groups, inChannels, outChannels, kernel, stride, dilation, before, output } = geometry;
  const [depth, height, width] = geometry.input;
  const perGroup = outChannels / groups;
  const result: number[] = [];

  const landings = (axis: 0 | 1 | 2, o: number): { cell: number; k: number }[] => {
    const found: { cell: number; k: number }[] = [];
    for (let cell = 0; cell < geometry.input[axis]; cell++)
      for (let k = 0; k < kernel[axis]; k++) if (cell * stride[axis] + k * dilation[axis] - before[axis] === o) found.push({ cell, k });
    return found;
  };

  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outChannels; o++)
      for (let od = 0; od < output[0]; od++)
        for (let oh = 0; oh < output[1]; oh++)
          for (let ow = 0; ow < output[2]; ow++) {
            const group = Math.floor(o / perGroup);
            let sum = bias === undefined ? 0 : Number(bias[o]);
            for (let c = (group * inChannels) / groups; c < ((group + 1) * inChannels) / groups; c++)
              for (const d of landings(0, od))
                for (const h of landings(1, oh))
                  for (const w of landings(2, ow)) {
                    const tap = (((c * perGroup + (o % perGroup)) * kernel[0] + d.k) * kernel[1] + h.k) * kernel[2] + w.k;
                    const at = (((n * inChannels + c) * depth + d.cell) * height + h.cell) * width + w.cell;
                    sum += Number(weight[tap]) * Number(input[at]);
                  }
            result.push(sum);
          }
  return input instanceof Float32Array ? Float32Array.from(result) : Float64Array.from(result);
}
