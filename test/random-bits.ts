/** Pseudo-random numbers from a seed (mulberry32: 32 bits of state): the same seed gives the same numbers. */

/** Whole numbers below 2^32; for properties that need millions of them from one run of fast-check. */
export function randomBits(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}

/** Uniform in [0, 1). */
export function randomUnits(seed: number): () => number {
  const bits = randomBits(seed);
  return () => bits() / 2 ** 32;
}
