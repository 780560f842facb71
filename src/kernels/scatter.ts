/**
 * Transposed convolution by its definition: every input element, times the kernel, is added into the output. One channel of doubles at a
 * time. For what the tiles cannot take: weights that are not finite (tiles would multiply them with zeros), many remainders, far reaches.
 */

import type { ConvGeometry, FloatArray } from './geometry.ts';

export function scatter(input: FloatArray, weight: FloatArray, bias: FloatArray | undefined, geometry: ConvGeometry, y: FloatArray): void {
  const { batch, groups, kernel, output } = geometry;
  const inChannels = geometry.inChannels / groups;
  const outChannels = geometry.outChannels / groups;
  const size = geometry.input[0] * geometry.input[1] * geometry.input[2];
  const kernelSize = kernel[0] * kernel[1] * kernel[2];
  const sums = new Float64Array(output[0] * output[1] * output[2]);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < geometry.outChannels; c++) {
      const first = Math.floor(c / outChannels) * inChannels;
      sums.fill(bias === undefined ? 0 : bias[c]!);
      for (let i = first; i < first + inChannels; i++) {
        addChannel(sums, input, (n * geometry.inChannels + i) * size, weight, (i * outChannels + (c % outChannels)) * kernelSize, geometry);
      }
      y.set(sums, (n * geometry.outChannels + c) * sums.length);
    }
  }
}

function addChannel(
  sums: Float64Array,
  input: FloatArray,
  from: number,
  weight: FloatArray,
  weightFrom: number,
  geometry: ConvGeometry,
): void {
  const { kernel, stride, dilation, before } = geometry;
  const [depth, height, width] = geometry.input;
  const [outDepth, outHeight, outWidth] = geometry.output;
  let tap = weightFrom;
  for (let kd = 0; kd < kernel[0]; kd++) {
    for (let kh = 0; kh < kernel[1]; kh++) {
      for (let kw = 0; kw < kernel[2]; kw++) {
        const factor = weight[tap++]!;
        for (let d = 0; d < depth; d++) {
          const z = d * stride[0] + kd * dilation[0] - before[0];
          if (z < 0 || z >= outDepth) continue;
          for (let h = 0; h < height; h++) {
            const row = h * stride[1] + kh * dilation[1] - before[1];
            if (row < 0 || row >= outHeight) continue;
            const source = from + (d * height + h) * width;
            const target = (z * outHeight + row) * outWidth;
            for (let w = 0; w < width; w++) {
              const column = w * stride[2] + kw * dilation[2] - before[2];
              if (column >= 0 && column < outWidth) sums[target + column]! += factor * input[source + w]!;
            }
          }
        }
      }
    }
  }
}
