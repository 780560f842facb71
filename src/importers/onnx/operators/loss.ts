/** Losses, which training ends in and a network that is measured does not. */

import type { Value } from '../../value.ts';
import type { Call } from '../call.ts';
import type { Lowerings } from './index.ts';
import { addUncosted } from './uncosted.ts';

const reason = 'a loss is no part of the network that is measured; what it costs is not counted';

/** NegativeLogLikelihoodLoss-22 and SoftmaxCrossEntropyLoss-13: one number, or one a label; the latter also the logarithms of the probabilities. */
function loss(call: Call): readonly Value[] {
  const shape = call.text('reduction', 'mean') === 'none' ? call.shape(1) : [];
  const { dtype } = call.input(0);
  const outputs = [
    { shape, dtype },
    { shape: call.shape(0), dtype },
  ];
  return addUncosted(call, outputs.slice(0, call.outputs), reason);
}

export const lossLowerings: Lowerings = { NegativeLogLikelihoodLoss: loss, SoftmaxCrossEntropyLoss: loss };
