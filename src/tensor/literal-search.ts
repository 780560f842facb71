/**
 * The shortest decimal of a float32 where the quick way of `literal-shortest.ts` does not apply: subnormals, whose halfway points lie far apart,
 * powers of two, whose lower halfway point is nearer than the upper, and numbers where it is too close to call.
 */

import { countKept, writeDecimal } from './literal-decimal.ts';

const leastPower = -31;
const powers = Float64Array.from({ length: 54 - leastPower + 1 }, (_, index) => Number(`1e${index + leastPower}`));

/** Half the distance from a number to the next one up, by biased exponent. */
const halves = Float64Array.from({ length: 255 }, (_, biased) => 2 ** (Math.max(biased, 1) - 151));

/** What the doubles below may be off by: they are below 10^9 and rounded four times at most, so 5 · 10^−7. */
const doubt = 1e-6;

/** Writes a float32 above 0 whose bits are `magnitude`, the nearest of the shortest decimals; `view` shows `bytes`. Returns where the text ends. */
export function writeSearched(bytes: Uint8Array, view: DataView, at: number, value: number, magnitude: number): number {
  const biased = magnitude >>> 23;
  const scale = 8 - Math.floor(Math.log10(value));
  const power = powers[scale - leastPower] ?? 0;
  const scaled = value * power;
  const above = (halves[biased] ?? 0) * power;
  const below = biased > 1 && (magnitude & 0x7fffff) === 0 ? above / 2 : above;
  for (let step = 100_000_000; ; step = (step / 10) | 0) {
    const down = Math.floor(scaled / step) * step;
    const up = down + step;
    const fitsDown = fits(down, below - (scaled - down), scale, value);
    const fitsUp = fits(up, above - (up - scaled), scale, value);
    if (fitsDown || fitsUp) {
      const isDownNearer = scaled - down < up - scaled || (scaled - down === up - scaled && (down / step) % 2 === 0);
      let digits = fitsDown && (!fitsUp || isDownNearer) ? down : up;
      let before = 9 - scale;
      if (digits === 1e9) {
        digits = 1e8;
        before++;
      }
      const upper = (digits / 10_000) | 0;
      const lower = digits - upper * 10_000;
      return writeDecimal(bytes, view, at, upper, lower, countKept(upper, lower), before);
    }
  }
}

function fits(digits: number, gap: number, scale: number, value: number): boolean {
  return gap > doubt || (gap > -doubt && Math.fround(Number(`${digits}e${-scale}`)) === value);
}
