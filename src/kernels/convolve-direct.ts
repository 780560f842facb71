/** Convolution straight from the definition, for what the panels cannot hold: it allocates nothing, however far padding and dilation reach. */

import type { ConvGeometry, FloatArray, Triple } from './geometry.ts';
import { areFinite } from './pack.ts';

export function convolveDirect(
  input: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
  y: FloatArray,
): void {
  const { batch, groups, inChannels, outChannels, kernel, stride, output, before } = geometry;
  const perGroup = inChannels / groups;
  const size = geometry.input[0] * geometry.input[1] * geometry.input[2];
  const taps = perGroup * kernel[0] * kernel[1] * kernel[2];
  const finite = areFinite(weight);
  let to = 0;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < outChannels; c++) {
      const from = (n * inChannels + Math.floor((c * groups) / outChannels) * perGroup) * size;
      const start = bias === undefined ? 0 : bias[c]!;
      for (let d = 0; d < output[0]; d++) {
        for (let h = 0; h < output[1]; h++) {
          for (let w = 0; w < output[2]; w++) {
            const at: Triple = [d * stride[0] - before[0], h * stride[1] - before[1], w * stride[2] - before[2]];
            y[to++] = start + sumWindow(input, from, perGroup, weight, c * taps, geometry, at, finite);
          }
        }
      }
    }
  }
}

/**
 * One window whose first tap lies at (z, row, column) of the input. Cells outside hold zeros; they are multiplied unless all weights are
 * finite, since 0 · ∞ is NaN.
 */
function sumWindow(
  input: FloatArray,
  from: number,
  channels: number,
  weight: FloatArray,
  weightFrom: number,
  geometry: ConvGeometry,
  [z, row, column]: Triple,
  finite: boolean,
): number {
  const { kernel, dilation } = geometry;
  const [depth, height, width] = geometry.input;
  let sum = 0;
  let tap = weightFrom;
  for (let c = 0; c < channels; c++) {
    for (let kd = 0; kd < kernel[0]; kd++) {
      const d = z + kd * dilation[0];
      for (let kh = 0; kh < kernel[1]; kh++) {
        const h = row + kh * dilation[1];
        if (finite && (d < 0 || d >= depth || h < 0 || h >= height)) {
          tap += kernel[2];
          continue;
        }
        const inside = d >= 0 && d < depth && h >= 0 && h < height;
        const line = from + ((c * depth + d) * height + h) * width;
        for (let kw = 0, w = column; kw < kernel[2]; kw++, tap++, w += dilation[2]) {
          sum += weight[tap]! * (inside && w >= 0 && w < width ? input[line + w]! : 0);
        }
      }
    }
  }
  return sum;
}
