/**
 * Convolution straight from its definition: each output is its bias plus, over the channels of its group and the kernel's taps, weight times
 * the cell under the tap; cells of padding hold zeros. Sums in doubles, in the order of the weights; nothing is shared with src/kernels.
 */

import type { ConvGeometry, FloatArray } from '../../src/kernels/geometry.ts';

export function convolveNaive(input: FloatArray, weight: FloatArray, bias: FloatArray | undefined, geometry: ConvGeometry): FloatArray {
  const { batch, groups, inChannels, outChannels, kernel, stride, dilation, before, output } = geometry;
  const [depth, height, width] = geometry.input;
  const perGroup = inChannels / groups;
  const result: number[] = [];

  const cell = (n: number, c: number, d: number, h: number, w: number): number => {
    const inside = d >= 0 && d < depth && h >= 0 && h < height && w >= 0 && w < width;
    return inside ? Number(input[(((n * inChannels + c) * depth + d) * height + h) * width + w]) : 0;
  };

  for (let n = 0; n < batch; n++)
    for (let o = 0; o < outChannels; o++)
      for (let od = 0; od < output[0]; od++)
        for (let oh = 0; oh < output[1]; oh++)
          for (let ow = 0; ow < output[2]; ow++) {
            const firstChannel = Math.floor(o / (outChannels / groups)) * perGroup;
            let sum = bias === undefined ? 0 : Number(bias[o]);
            let tap = o * perGroup * kernel[0] * kernel[1] * kernel[2];
            for (let c = 0; c < perGroup; c++)
              for (let kd = 0; kd < kernel[0]; kd++)
                for (let kh = 0; kh < kernel[1]; kh++)
                  for (let kw = 0; kw < kernel[2]; kw++) {
                    const d = od * stride[0] - before[0] + kd * dilation[0];
                    const h = oh * stride[1] - before[1] + kh * dilation[1];
                    const w = ow * stride[2] - before[2] + kw * dilation[2];
                    sum += Number(weight[tap++]) * cell(n, firstChannel + c, d, h, w);
                  }
            result.push(sum);
          }
  return input instanceof Float32Array ? Float32Array.from(result) : Float64Array.from(result);
}
