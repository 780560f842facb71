/** Checks that operators on feature maps share: rank, channels given against channels found. */

import { Refusal } from '../issue.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import type { LayerContext } from './operator.ts';

/** Refuses an input that is not batch × channels × `rank` spatial axes; unbatched forms are refused with the rest. */
export function requireRank(input: TensorType, rank: number, layer: LayerContext, index = 0): void {
  if (input.shape.length === rank + 2) return;
  throw new Refusal(
    ['inputs', index],
    'wrong_rank',
    `expected a batch × channels × ${rank} spatial ${rank === 1 ? 'axis' : 'axes'} input (${rank + 2} axes), but ${layer.producer(index)} gives ${formatShape(input.shape)} (${input.shape.length} axes)`,
  );
}

/** Refuses an input of fewer than `least` or more than `most` axes. */
export function requireAxes(input: TensorType, least: number, most: number, layer: LayerContext, index = 0): void {
  const axes = input.shape.length;
  if (axes >= least && axes <= most) return;
  const wanted = least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  throw new Refusal(
    ['inputs', index],
    'wrong_rank',
    `expected an input of ${wanted} axes, but ${layer.producer(index)} gives ${formatShape(input.shape)} (${axes} ${axes === 1 ? 'axis' : 'axes'})`,
  );
}

/** A count that the document may state (`in_channels`, `in_features`, `num_features`) must be the one that arrives. */
export function checkChannels(attribute: string, given: number | undefined, found: number, layer: LayerContext, index = 0): void {
  if (given === undefined || given === found) return;
  throw new Refusal([attribute], 'mismatch', `${attribute} is ${given}, but ${layer.producer(index)} gives ${found}`);
}
