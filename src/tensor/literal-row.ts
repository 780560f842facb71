/** The hot loop of reading: numbers between bare commas, four digits at a time, straight into a typed array. */

import { type Cursor, readNumber } from './literal-number.ts';

/** A cursor that can also look at four bytes at once. */
export interface WordCursor extends Cursor {
  readonly view: DataView;
}

/** Longer numbers go to `readNumber`: keeps the roundings below few and the result within float32. */
const mostLength = 32;
/** By k: 10^k and 10^−k. */
const mostPower = 63;
const tens = Float64Array.from({ length: mostPower + 1 }, (_, k) => Number(`1e${k}`));
const tenths = Float64Array.from({ length: mostPower + 1 }, (_, k) => Number(`1e-${k}`));
/** Below it every whole number is a double. */
const exact = 2 ** 53;

/**
 * Reads numbers into `into` from `index` on, while there are more behind a comma and room for them; the cursor is left behind the last one, or at a number
 * that is too large for the array's type. Every number is exactly `JSON.parse` of its text, rounded to float32 by `Math.fround` where `into` is a
 * Float32Array. Returns the index behind the last. Throws `NotJson`.
 */
export function readRow(cursor: WordCursor, into: Float32Array | Float64Array, index: number): number {
  const { bytes, view } = cursor;
  const isSingle = into instanceof Float32Array;
  const lastWord = bytes.length - 4;
  const most = into.length;
  let at = cursor.at;
  let next = index;
  for (;;) {
    const start = at;
    let digit = (bytes[at] ?? 0) - 48;
    // 1 for bytes below "0", without a branch, since signs are past guessing; `stray` is not 0 where such a byte is not "-".
    const sign = (digit >> 31) & 1;
    const stray = Math.imul(digit + 3, sign);
    at = (at + sign) | 0;
    digit = (bytes[at] ?? 0) - 48;
    let digits: number = digit;
    /** The number is digits · 10^−shift. */
    let shift = 0;
    // Not 0 where the text is no number, or none for the quick way.
    let odd = digit >>> 0 > 9 ? 1 : stray;
    if (digit === 0) {
      digit = (bytes[++at] ?? 0) - 48;
      if (digit >>> 0 <= 9) odd = 1;
    } else {
      digit = (bytes[++at] ?? 0) - 48;
      while (digit >>> 0 <= 9) {
        digits = digits * 10 + digit;
        digit = (bytes[++at] ?? 0) - 48;
      }
    }
    // A point is 46.
    if (digit === -2) {
      const first = ++at;
      while (at <= lastWord) {
        const word = view.getInt32(at, true) ^ 0x30303030;
        // Four digits are four bytes from 0 to 9 now; adding 6 carries the others into the upper half of their byte.
        if (((word | (word + 0x06060606)) & 0xf0f0f0f0) !== 0) break;
        const pairs = (Math.imul(word, 10) + (word >>> 8)) | 0;
        digits = digits * 10_000 + ((pairs & 255) * 100 + ((pairs >>> 16) & 255));
        at = (at + 4) | 0;
      }
      digit = (bytes[at] ?? 0) - 48;
      while (digit >>> 0 <= 9) {
        digits = digits * 10 + digit;
        digit = (bytes[++at] ?? 0) - 48;
      }
      shift = (at - first) | 0;
      if (shift === 0) odd = 1;
    }
    // E is 69, e is 101. Small numbers have an exponent and a minus; the others are rare.
    if (digit === 21 || digit === 53) {
      if (bytes[at + 1] !== 45) odd = 1;
      at = (at + 2) | 0;
      const first = at;
      let power = 0;
      digit = (bytes[at] ?? 0) - 48;
      while (digit >>> 0 <= 9) {
        power = (Math.imul(power, 10) + digit) | 0;
        digit = (bytes[++at] ?? 0) - 48;
      }
      if (at === first || at - first > 3) odd = 1;
      shift = (shift + power) | 0;
    }
    // NaN where the quick way proves nothing.
    let value = Number.NaN;
    if (odd === 0 && at - start < mostLength && shift <= mostPower) {
      // Digits and power are exact, so the division rounds once. A sum that had to be rounded on its way is not below 2^53 at its end.
      if (digits < exact && shift < 23) value = digits / (tens[shift] ?? 1);
      else if (isSingle) {
        // At most 62 roundings of 2^−53 each. Rounding never turns two numbers around, so where both ends of that interval go to one float32,
        // the number and its nearest double go there as well.
        const near = digits * (tenths[shift] ?? 1);
        const off = near * 2 ** -46;
        if (Math.fround(near - off) === Math.fround(near + off)) value = near;
      }
    }
    if (!Number.isNaN(value)) into[next] = value * (1 - (sign << 1));
    else {
      cursor.at = start;
      value = readNumber(cursor);
      if (!Number.isFinite(isSingle ? Math.fround(value) : value)) {
        cursor.at = start;
        return next;
      }
      into[next] = value;
      at = cursor.at;
    }
    next = (next + 1) | 0;
    cursor.at = at;
    if (bytes[at] !== 44 || next === most) return next;
    at = (at + 1) | 0;
    // One test for "-" and digits, since a branch on signs alone is past guessing; "." and "/" in between are found wrong above.
    if (((bytes[at] ?? 0) - 45) >>> 0 > 12) {
      let byte = bytes[at] ?? 0;
      while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at] ?? 0;
      if ((byte - 45) >>> 0 > 12) return next;
    }
  }
}
