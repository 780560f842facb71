/**
 * Convolution, by the kernel that suits the geometry. Padding cells are zeros and are multiplied like any other: a weight of ±∞ or NaN makes
 * NaN there, as in PyTorch.
 */

import { convolveDirect } from './convolve-direct.ts';
import { convolveSingle, fitsSingle } from './convolve-single.ts';
import { convolveTiled, fitsTiled } from './convolve-tiled.ts';
import { convolveWinograd, fitsWinograd } from './convolve-winograd.ts';
import type { ConvGeometry, FloatArray } from './geometry.ts';

/** `weight` is outChannels × inChannels/groups × kernel; the result has the input's element type. */
export function convolve(input: FloatArray, weight: FloatArray, bias: FloatArray | undefined, geometry: ConvGeometry): FloatArray {
  const { batch, outChannels, output } = geometry;
  const elements = batch * outChannels * output[0] * output[1] * output[2];
  if (input instanceof Float32Array && fitsWinograd(geometry)) {
    const result = new Float32Array(elements);
    if (convolveWinograd(input, weight, bias, geometry, result)) return result;
  }
  const result = input instanceof Float32Array ? new Float32Array(elements) : new Float64Array(elements);
  if (fitsSingle(geometry)) convolveSingle(input, weight, bias, geometry, result);
  else if (fitsTiled(geometry)) convolveTiled(input, weight, bias, geometry, result);
  else convolveDirect(input, weight, bias, geometry, result);
  return result;
}
