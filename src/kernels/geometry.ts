/** What a kernel over sliding windows has to know: extents, steps and padding, resolved. Nothing is checked here. */

export type FloatArray = Float32Array | Float64Array;

/** One to three spatial axes are always given as three, leading ones 1 (a 2-d map is depth 1). */
export type Triple = readonly [depth: number, height: number, width: number];

export interface WindowGeometry {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly dilation: Triple;
  /** Cells of padding before the data. */
  readonly before: Triple;
  readonly after: Triple;
}

export interface ConvGeometry extends WindowGeometry {
  readonly batch: number;
  readonly groups: number;
  readonly inChannels: number;
  readonly outChannels: number;
}

export interface PoolGeometry extends WindowGeometry {
  readonly batch: number;
  readonly channels: number;
}
