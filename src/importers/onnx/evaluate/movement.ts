/** Numbers that are known, moved: gathered, joined, cut, filled in. */

import type { Evaluator } from '../call.ts';

export const movementEvaluators: Readonly<Record<string, Evaluator>> = {};
