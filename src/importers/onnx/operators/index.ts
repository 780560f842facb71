/** The table of lowerings: how each operator of ONNX becomes rows. */

import type { Lowering } from '../call.ts';
import { constantLowerings } from './constants.ts';
import { convolutionLowerings } from './convolution.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { productLowerings } from './products.ts';

/** A lowering that also takes inputs of unknown shape, sequences or nothing at all says so. */
export interface Entry {
  readonly lower: Lowering;
  readonly reads?: 'anything';
}

export type Lowerings = Readonly<Record<string, Lowering | Entry>>;

const families: readonly Lowerings[] = [constantLowerings, convolutionLowerings, elementwiseLowerings, productLowerings];

/** By operator type; other domains than ONNX's own in front, as `com.microsoft.Gelu`. */
export const lowerings: ReadonlyMap<string, Entry> = new Map(
  families.flatMap((family) =>
    Object.entries(family).map(([type, entry]) => [type, typeof entry === 'function' ? { lower: entry } : entry] as const),
  ),
);
