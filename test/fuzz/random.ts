/** Pseudo-random numbers from a seed: the same seed gives the same bodies. */

export interface Random {
  /** From 0 to `below` − 1. */
  whole(below: number): number;
  one<T>(values: readonly T[]): T;
}

/** Mulberry32: 32 bits of state, good enough to pick places and bytes. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return { whole, one: (values) => values[whole(values.length)] as (typeof values)[number] };
}
