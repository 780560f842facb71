/** Arithmetic on numbers that are known: what exporters compute shapes with. */

import type { Evaluator } from '../call.ts';

export const arithmeticEvaluators: Readonly<Record<string, Evaluator>> = {};
