/** Convolution with one output channel in each group, depthwise above all: the padded channels of a group lie in the panel of cells. */

import type { ConvGeometry, FloatArray } from './geometry.ts';
import { fillImage, imageOf, reach, tapTable } from './pack.ts';
import { cells, filters, offsets, sumOne, sumThreeByThree } from './panels.ts';

/** Does a group fit the panels? */
export function fitsSingle(geometry: ConvGeometry): boolean {
  const { kernel, groups, inChannels, outChannels } = geometry;
  if (outChannels !== groups) return false;
  const taps = (inChannels / groups) * kernel[0] * kernel[1] * kernel[2];
  return taps <= offsets.length && (inChannels / groups) * imageOf(reach(geometry)).channel <= cells.length;
}

export function convolveSingle(
  input: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
  geometry: ConvGeometry,
  y: FloatArray,
): void {
  const { batch, groups, kernel, dilation, stride, output, before } = geometry;
  const inChannels = geometry.inChannels / groups;
  const size = geometry.input[0] * geometry.input[1] * geometry.input[2];
  const plane = output[0] * output[1] * output[2];
  const image = imageOf(reach(geometry));
  const taps = inChannels * kernel[0] * kernel[1] * kernel[2];
  const byThree = taps === 9 && kernel[1] === 3 && kernel[2] === 3 && stride[2] === 1 && dilation[2] === 1 && output[2] >= 4;
  tapTable(offsets, image, inChannels, byThree ? [1, 3, 1] : kernel, dilation);
  cells.fill(0, 0, inChannels * image.channel);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < groups; c++) {
      fillImage(cells, image, before, input, (n * groups + c) * inChannels * size, inChannels, geometry.input);
      for (let t = 0; t < taps; t++) filters[t] = weight[(c * taps + t) | 0]!;
      const sweep = {
        count: output,
        readFrom: 0,
        read: [stride[0] * image.plane, stride[1] * image.row, stride[2]] as const,
        writeFrom: (n * groups + c) * plane,
        write: [output[1] * output[2], output[2], 1] as const,
      };
      const start = bias === undefined ? 0 : bias[c]!;
      if (byThree) sumThreeByThree(start, y, sweep);
      else sumOne(taps, start, y, sweep);
    }
  }
}
