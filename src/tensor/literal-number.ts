/**
 * Decimal text to double, faster than `Number` on a slice and never different from it: each quick way carries its proof, and where the proof
 * fails the text goes to `Number`.
 */

import { notJson } from './literal-not-json.ts';

/** Where a reader stands in the bytes of a JSON text. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** `powers[mostPower + k]` is the double nearest to 10^k, k from −80 to 80. */
const mostPower = 80;
const powers = Float64Array.from({ length: 2 * mostPower + 1 }, (_, index) => Number(`1e${index - mostPower}`));
/** What `powers` lacks: 10^k = power + rest to 106 bits, found with whole numbers. */
const rests = Float64Array.from(powers, (power, index) => restOf(power, index - mostPower));

/** The JSON number at the cursor, always equal to `JSON.parse` of its text (so 1e400 is Infinity); the cursor moves behind it. Throws `NotJson`. */
export function readNumber(cursor: Cursor): number {
  const bytes = cursor.bytes;
  const start = cursor.at;
  const end = skipNumber(bytes, start);
  cursor.at = end;
  let at = start;
  const isNegative = bytes[at] === 45;
  if (isNegative) at++;
  // The first nine digits that count go to `head`, the next nine to `tail`: small integers are the quickest arithmetic there is.
  let head = 0;
  let tail = 0;
  let count = 0;
  let point = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit >>> 0 > 9) {
      if (digit !== -2) break;
      point = at + 1;
    } else if (count < 9) {
      head = (head * 10 + digit) | 0;
      if (head !== 0) count++;
    } else {
      if (count === 18) return plainly(bytes, start, end);
      tail = (tail * 10 + digit) | 0;
      count++;
    }
  }
  const exponent = (at < end ? readExponent(bytes, at + 1, end) : 0) - (point === 0 ? 0 : at - point);
  const magnitude = scale(head, tail, Math.max(count - 9, 0), exponent);
  if (magnitude < 0) return plainly(bytes, start, end);
  return isNegative ? -magnitude : magnitude;
}

/** The end of the number that starts at `start`. Grammar: RFC 8259, section 6. */
export function skipNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 45 ? start + 1 : start;
  at = bytes[at] === 48 ? at + 1 : skipDigits(bytes, at);
  if (bytes[at] === 46) at = skipDigits(bytes, at + 1);
  const letter = bytes[at];
  if (letter !== 69 && letter !== 101) return at;
  const sign = bytes[at + 1];
  return skipDigits(bytes, sign === 43 || sign === 45 ? at + 2 : at + 1);
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (((bytes[at] ?? 0) - 48) >>> 0 <= 9) at++;
  if (at === start) throw notJson(bytes, at);
  return at;
}

function readExponent(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === 45;
  let power = 0;
  for (let at = isNegative || bytes[start] === 43 ? start + 1 : start; at < end; at++) {
    // Beyond the table in any case, and kept from growing without end.
    if (power < 10_000) power = power * 10 + (bytes[at] ?? 0) - 48;
  }
  return isNegative ? -power : power;
}

/** (head · 10^tailDigits + tail) · 10^exponent, or −1 where that is not proven to be rounded rightly. */
function scale(head: number, tail: number, tailDigits: number, exponent: number): number {
  if (head === 0) return 0;
  if (exponent < -mostPower || exponent > mostPower) return -1;
  const digits = head * (powers[mostPower + tailDigits] ?? 0) + tail;
  // Up to 15 digits and 10^22 both sides are exact, so one operation rounds once (Clinger, How to read floating point numbers accurately, 1990).
  if (tailDigits < 7 && exponent >= -22 && exponent <= 22) {
    const power = powers[mostPower + Math.abs(exponent)] ?? 1;
    return exponent < 0 ? digits / power : digits * power;
  }
  return scaleInTwo(head, tail, tailDigits, exponent);
}

const split = 2 ** 27 + 1;

/** The same in pairs of doubles (Dekker, A floating-point technique for extending the available precision, 1971): about 100 bits. */
function scaleInTwo(head: number, tail: number, tailDigits: number, exponent: number): number {
  const power = powers[mostPower + exponent] ?? 0;
  const tens = powers[mostPower + tailDigits] ?? 0;
  // head = high · 2^15 + low, so both products have less than 46 bits; their sum and what its rounding loses are exact.
  const upper = (head >>> 15) * tens * 32768;
  const lower = (head & 32767) * tens + tail;
  const digits = upper + lower;
  const digitsRest = lower - (digits - upper);
  const product = digits * power;
  const a = split * digits;
  const digitsHigh = a - (a - digits);
  const digitsLow = digits - digitsHigh;
  const b = split * power;
  const powerHigh = b - (b - power);
  const powerLow = power - powerHigh;
  const lost = digitsLow * powerLow - (product - digitsHigh * powerHigh - digitsLow * powerHigh - digitsHigh * powerLow);
  const rest = lost + (digits * (rests[mostPower + exponent] ?? 0) + digitsRest * power);
  // Off by less than 2^−98 of the product: where both ends of that interval round to one double, so does the number.
  const off = product * 2 ** -96;
  const value = product + (rest + off);
  return value === product + (rest - off) ? value : -1;
}

function plainly(bytes: Buffer, start: number, end: number): number {
  return Number(bytes.toString('latin1', start, end));
}

function restOf(power: number, exponent: number): number {
  if (exponent >= 0) return Number(10n ** BigInt(exponent) - BigInt(power));
  // power · 2^s is whole for s = 340; the rest is (2^s − power · 2^s · 10^k) / (10^k · 2^s), with 120 bits more for the division.
  const tens = 10n ** BigInt(-exponent);
  const whole = BigInt(power * 2 ** 340);
  return Number((((1n << 340n) - whole * tens) << 240n) / tens) * 2 ** -580;
}
