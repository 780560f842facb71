/**
 * The shortest decimal that reads back as the same float32, laid out as JavaScript does (0.1, 1e-7, 123456790000). Doubles do the work: a number is scaled
 * to nine digits before the point, where the halfway points to its neighbours lie 3 to 60 away, and a multiple of 10, 100 or 1000 that lies
 * between them is a shorter text for it. Doubles err by far less than the thousandths in which distances are compared, and a distance too
 * close to call is settled by reading back. The interval is Steele and White's (How to print floating-point numbers accurately, 1990).
 */

import { countKept, writeDecimal, writeWhole } from './literal-decimal.ts';
import { writeSearched } from './literal-search.ts';

/** Room that one number and its comma need, with what is written beyond its end for speed: a sign, 21 digits and more. */
export const mostBytes = 32;

/** By biased exponent: greatest bits whose number stays below 10^9 when scaled like the least of that exponent. */
const lastBits = new Int32Array(256);
/** By twice the biased exponent, plus 1 for bits above the last: k, 10^k and half the distance to the next number, times 10^k. */
const scales = new Int8Array(512);
const powers = new Float64Array(512);
const halves = new Float64Array(512);
for (let biased = 1; biased < 255; biased++) {
  const least = 2 ** (biased - 127);
  const scale = Math.ceil(8 - Math.log10(least));
  const ratio = (1e9 * 10 ** -scale) / least;
  lastBits[biased] = biased * 2 ** 23 + Math.min(2 ** 23, Math.ceil((ratio - 1) * 2 ** 23)) - 1;
  for (const lower of [0, 1]) {
    scales[2 * biased + lower] = scale - lower;
    powers[2 * biased + lower] = Number(`1e${scale - lower}`);
    halves[2 * biased + lower] = least * 2 ** -24 * Number(`1e${scale - lower}`);
  }
}

/**
 * Writes the numbers `data[from]` to `data[to - 1]`, each followed by a comma; `bits` are the same numbers' bits and `view` shows `bytes`, where there
 * must be room for `mostBytes` each. Returns where the text ends. Numbers that are not finite are the caller's affair.
 */
export function writeShortest(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  data: Float32Array,
  bits: Int32Array,
  from: number,
  to: number,
): number {
  let at = start;
  for (let index = from; index < to; index++) {
    const word = bits[index] ?? 0;
    const value = Math.abs(data[index] ?? 0);
    bytes[at] = 45;
    at = (at + (word >>> 31)) | 0;
    const magnitude = word & 0x7fffffff;
    const biased = magnitude >>> 23;
    // Whole and below 2^24: the shortest decimal is the number itself, as no other whole number is nearer than half of 1.
    if (biased < 151 && (value | 0) === value) at = writeWhole(bytes, at, value | 0);
    else {
      const row = ((biased << 1) + (((lastBits[biased] ?? 0) - magnitude) >>> 31)) | 0;
      const scaled = value * (powers[row] ?? 0);
      const whole = scaled | 0;
      // In 2048ths, odd unless it is a whole number of 1024ths, so that a half is told from what is nearly one.
      const fraction = (scaled - whole) * 1024;
      const rest = (Math.floor(fraction) + Math.ceil(fraction)) | 0;
      let upper = (whole / 10_000) | 0;
      let lower = (whole - Math.imul(upper, 10_000)) | 0;
      // x · 5243 >> 19 is x / 100, x · 6554 >> 16 is x / 10, x · 8389 >> 23 is x / 1000 for the x that come here.
      const high = Math.imul(lower, 5243) >>> 19;
      const last3 = (lower - Math.imul(Math.imul(high, 6554) >>> 16, 1000)) | 0;
      const last2 = (lower - Math.imul(high, 100)) | 0;
      const last1 = (last2 - Math.imul(Math.imul(last2, 6554) >>> 16, 10)) | 0;
      // How far within the halfway points the nearest multiple of 10, 100, 1000 lies, in 2048ths; the distance to it is 5 − |last1 − 5|.
      const half = ((halves[row] ?? 0) * 2048) | 0;
      const gap1 = (half - 10_240 + Math.abs((last1 << 11) + rest - 10_240)) | 0;
      const gap2 = (half - 102_400 + Math.abs((last2 << 11) + rest - 102_400)) | 0;
      const gap3 = (half - 1_024_000 + Math.abs((last3 << 11) + rest - 1_024_000)) | 0;
      const isCertain = (gap1 + 3) >>> 0 > 6 && (gap2 + 3) >>> 0 > 6 && (gap3 + 3) >>> 0 > 6;
      if (!isCertain || (magnitude & 0x7fffff) === 0 || biased === 0) at = writeSearched(bytes, view, at, value, magnitude);
      else {
        let before = (9 - (scales[row] ?? 0)) | 0;
        // Masks: −1 where the multiple fits, else 0. One of 100 fits only where one of 10 does.
        const fits1 = ~(gap1 >> 31);
        const fits2 = ~(gap2 >> 31);
        const nearest = (((scaled + 2 ** 52 - 2 ** 52) | 0) - Math.imul(upper, 10_000)) | 0;
        // Halves go to the even digit.
        const odd1 = (Math.imul(last2, 6554) >>> 16) & 1;
        const odd2 = high & 1;
        const ten = (lower - last1 + (((10_240 - odd1 - (last1 << 11) - rest) >> 31) & 10)) | 0;
        const hundred = (lower - last2 + (((102_400 - odd2 - (last2 << 11) - rest) >> 31) & 100)) | 0;
        lower = nearest ^ ((nearest ^ ten) & fits1);
        lower = lower ^ ((lower ^ hundred) & fits2);
        let count = (9 + fits1 + fits2) | 0;
        if (gap3 > 0) {
          lower = Math.imul(Math.imul(lower + 500, 8389) >>> 23, 1000);
          if (lower === 10_000) {
            lower = 0;
            upper = (upper + 1) | 0;
            if (upper === 100_000) {
              upper = 10_000;
              before = (before + 1) | 0;
            }
          }
          count = countKept(upper, lower);
        }
        at = writeDecimal(bytes, view, at, upper, lower, count, before);
      }
    }
    bytes[at] = 44;
    at = (at + 1) | 0;
  }
  return at;
}
