/** Choices from a seed: the same seed gives the same bodies. */

import { randomUnits } from '../random-bits.ts';

export interface Random {
  /** From 0 to `below` − 1. */
  whole(below: number): number;
  one<T>(values: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  const next = randomUnits(seed);
  const whole = (below: number): number => Math.floor(next() * below);
  return { whole, one: (values) => values[whole(values.length)] as (typeof values)[number] };
}
