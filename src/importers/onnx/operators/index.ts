/** The table of lowerings: how each operator of ONNX becomes rows. */

import type { Lowering } from '../call.ts';
import { activationLowerings } from './activation.ts';
import { attentionLowerings } from './attention.ts';
import { constantLowerings } from './constants.ts';
import { controlFlowLowerings } from './control-flow.ts';
import { convolutionLowerings } from './convolution.ts';
import { elementwiseLowerings } from './elementwise.ts';
import { lossLowerings } from './loss.ts';
import { microsoftLowerings } from './microsoft.ts';
import { microsoftAttentionLowerings } from './microsoft-attention.ts';
import { normalizationLowerings } from './normalization.ts';
import { passingLowerings } from './passing.ts';
import { pickingLowerings } from './picking.ts';
import { poolingLowerings } from './pooling.ts';
import { productLowerings } from './products.ts';
import { quantizedLowerings } from './quantized.ts';
import { randomLowerings } from './random.ts';
import { recurrentLowerings } from './recurrent.ts';
import { reductionLowerings } from './reductions.ts';
import { resizeLowerings } from './resize.ts';
import { samplingLowerings } from './sampling.ts';
import { sequenceLowerings } from './sequences.ts';
import { shapingLowerings } from './shaping.ts';
import { signalLowerings } from './signal.ts';
import { textLowerings } from './text.ts';

/** A lowering that also takes inputs of unknown shape, sequences or nothing at all says so. */
export interface Entry {
  readonly lower: Lowering;
  readonly reads?: 'anything';
}

export type Lowerings = Readonly<Record<string, Lowering | Entry>>;

const families: readonly Lowerings[] = [
  activationLowerings,
  attentionLowerings,
  constantLowerings,
  controlFlowLowerings,
  convolutionLowerings,
  elementwiseLowerings,
  lossLowerings,
  microsoftAttentionLowerings,
  microsoftLowerings,
  normalizationLowerings,
  passingLowerings,
  pickingLowerings,
  poolingLowerings,
  productLowerings,
  quantizedLowerings,
  randomLowerings,
  recurrentLowerings,
  reductionLowerings,
  resizeLowerings,
  samplingLowerings,
  sequenceLowerings,
  shapingLowerings,
  signalLowerings,
  textLowerings,
];

/** By operator type; other domains than ONNX's own in front, as `com.microsoft.Gelu`. */
export const lowerings: ReadonlyMap<string, Entry> = new Map(
  families.flatMap((family) =>
    Object.entries(family).map(([type, entry]) => [type, typeof entry === 'function' ? { lower: entry } : entry] as const),
  ),
);
