/** What is known of a node's outputs without a row: numbers from numbers, shapes as numbers, and the shapes of stored tensors that are only moved. */

import type { Evaluator } from '../call.ts';
import { arithmeticEvaluators } from './arithmetic.ts';
import { movementEvaluators } from './movement.ts';
import { pickEvaluators } from './picks.ts';
import { shapeEvaluators } from './shapes.ts';

export { reshapings } from './reshapings.ts';
export { shapeEvaluators };

/** By operator type. */
export const evaluators: ReadonlyMap<string, Evaluator> = new Map([
  ...Object.entries(arithmeticEvaluators),
  ...Object.entries(movementEvaluators),
  ...Object.entries(pickEvaluators),
]);
