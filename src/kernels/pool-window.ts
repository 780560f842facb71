/**
 * Pooling of feature maps, batch × channels × depth × height × width, row-major. Results are of the input's type; sums, means and norms are
 * worked out in double precision and stored once. Every plane is pooled by itself.
 */

import type { FloatArray, PoolGeometry } from './geometry.ts';
import { locateMaxima } from './locate-maxima.ts';
import { maxWindows } from './maxima.ts';
import { meanWindows } from './means.ts';
import { normWindows } from './norms.ts';
import type { AdaptiveGeometry, AxisWindows, MapGeometry, TapCounts, Windows } from './windows.ts';
import { adaptiveWindows, globalWindows, outputsOf, paddedTaps, presentTaps, slidingWindows } from './windows.ts';

/** Maxima, and where they are: positions within each plane, of equal cells the first, of several NaNs the last, −1 for a window without cells. */
export interface IndexedMaxima {
  readonly values: FloatArray;
  readonly indices: Float64Array;
}

/** Largest value of each window: NaN where one is in it, −Infinity where no cell is. */
export function maxPool(input: FloatArray, geometry: PoolGeometry): FloatArray {
  return maximaOf(input, geometry, slidingWindows(geometry));
}

export function maxPoolWithIndices(input: FloatArray, geometry: PoolGeometry): IndexedMaxima {
  return indexedMaximaOf(input, geometry, slidingWindows(geometry));
}

/**
 * Mean of each window. Padding adds nothing to the sum; with `countIncludePad` its cells count in the divisor as far as they were declared, without
 * the overhang of ceil mode. `divisorOverride` is the divisor of every window.
 */
export function averagePool(input: FloatArray, geometry: PoolGeometry, countIncludePad: boolean, divisorOverride?: number): FloatArray {
  const windows = slidingWindows(geometry);
  if (divisorOverride !== undefined) return meansOf(input, geometry, windows, everywhere(divisorOverride, windows));
  return meansOf(input, geometry, windows, countIncludePad ? paddedTaps(geometry) : presentTaps(windows));
}

/** p-norm of each window over the cells present, (Σ |x|^p)^(1/p). Source: ONNX operator LpPool, version 22. */
export function lpPool(input: FloatArray, geometry: PoolGeometry, p: number): FloatArray {
  return normsOf(input, geometry, slidingWindows(geometry), p);
}

export function adaptiveAveragePool(input: FloatArray, geometry: AdaptiveGeometry): FloatArray {
  const windows = adaptiveWindows(geometry);
  return meansOf(input, geometry, windows, presentTaps(windows));
}

export function adaptiveMaxPool(input: FloatArray, geometry: AdaptiveGeometry): FloatArray {
  return maximaOf(input, geometry, adaptiveWindows(geometry));
}

export function adaptiveMaxPoolWithIndices(input: FloatArray, geometry: AdaptiveGeometry): IndexedMaxima {
  return indexedMaximaOf(input, geometry, adaptiveWindows(geometry));
}

export function globalAveragePool(input: FloatArray, geometry: MapGeometry): FloatArray {
  const windows = globalWindows(geometry);
  return meansOf(input, geometry, windows, presentTaps(windows));
}

export function globalMaxPool(input: FloatArray, geometry: MapGeometry): FloatArray {
  return maximaOf(input, geometry, globalWindows(geometry));
}

export function globalLpPool(input: FloatArray, geometry: MapGeometry, p: number): FloatArray {
  return normsOf(input, geometry, globalWindows(geometry), p);
}

type Planes = Pick<PoolGeometry, 'batch' | 'channels'>;

function maximaOf(input: FloatArray, { batch, channels }: Planes, windows: Windows): FloatArray {
  const result = resultFor(input, batch * channels * outputsOf(windows));
  maxWindows(input, result, batch * channels, windows);
  return result;
}

function indexedMaximaOf(input: FloatArray, planes: Planes, windows: Windows): IndexedMaxima {
  const values = maximaOf(input, planes, windows);
  return { values, indices: locateMaxima(input, values, planes.batch * planes.channels, windows) };
}

function meansOf(input: FloatArray, { batch, channels }: Planes, windows: Windows, divisors: TapCounts): FloatArray {
  const result = resultFor(input, batch * channels * outputsOf(windows));
  meanWindows(input, result, batch * channels, windows, divisors);
  return result;
}

function normsOf(input: FloatArray, { batch, channels }: Planes, windows: Windows, p: number): FloatArray {
  const result = resultFor(input, batch * channels * outputsOf(windows));
  normWindows(input, result, batch * channels, windows, p);
  return result;
}

function resultFor(input: FloatArray, length: number): FloatArray {
  return input instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/** One divisor for all windows, as counts: it stands on the first axis. */
function everywhere(divisor: number, [depth, height, width]: Windows): TapCounts {
  const ones = ({ first }: AxisWindows) => new Float64Array(first.length).fill(1);
  return [ones(depth).fill(divisor), ones(height), ones(width)];
}
