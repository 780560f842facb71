/** Convolution of any geometry: pads the input and sums tiles of outputs over a table of taps. No column buffer is built. */

import type { ConvGeometry, FloatArray } from './geometry.ts';
import { fillImage, imageOf, packWeights, reach, tapTable } from './pack.ts';
import type { Sweep } from './panels.ts';
import { mostTaps, sumMany } from './sweep.ts';

/** Are the taps few enough for the panels, and the padding small enough beside the data to be written out? */
export function fitsTiled(geometry: ConvGeometry): boolean {
  const { kernel, input, output, batch, groups } = geometry;
  const inChannels = geometry.inChannels / groups;
  const data = geometry.inChannels * input[0] * input[1] * input[2] + batch * geometry.outChannels * output[0] * output[1] * output[2];
  return inChannels * kernel[0] * kernel[1] * kernel[2] <= mostTaps && inChannels * imageOf(reach(geometry)).channel <= 8 * data + 2 ** 16;
}

export function convolveTiled(
  input: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
  y: FloatArray,
): void {
  const { batch, groups, kernel, dilation, stride, output, before, after } = geometry;
  const inChannels = geometry.inChannels / groups;
  const outChannels = geometry.outChannels / groups;
  const size = geometry.input[0] * geometry.input[1] * geometry.input[2];
  const plane = output[0] * output[1] * output[2];
  const padded = Math.max(...before, ...after) > 0;
  const image = padded ? imageOf(reach(geometry)) : imageOf(geometry.input, 1);
  const values = padded ? new Float64Array(inChannels * image.channel) : input;
  const taps = tapTable(new Int32Array(inChannels * kernel[0] * kernel[1] * kernel[2]), image, inChannels, kernel, dilation);
  const pack = (from: number, last: number) => packWeights(weight, from, last, taps.length);
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      const from = (n * groups + g) * inChannels * size;
      if (padded) fillImage(values as Float64Array, image, before, input, from, inChannels, geometry.input);
      const sweep: Sweep = {
        count: output,
        readFrom: padded ? 0 : from,
        read: [stride[0] * image.plane, stride[1] * image.row, stride[2]],
        writeFrom: n * geometry.outChannels * plane,
        write: [output[1] * output[2], output[2], 1],
      };
      sumMany(values, taps, pack, bias, y, { first: g * outChannels, count: outChannels, stride: plane }, sweep);
    }
  }
}
