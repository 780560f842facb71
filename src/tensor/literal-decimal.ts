/** Digits to text, in the layout of ECMAScript's Number::toString: 0.000001, 123456790000, 1e+21, 1.5e-7. */

const tens = Int32Array.from({ length: 10 }, (_, index) => 10 ** index);

/** `0000` to `9999`, each as the little-endian number of its four bytes. */
const fours = Int32Array.from({ length: 10_000 }, (_, four) =>
  [0, 1, 2, 3].reduce((bytes, place) => bytes | ((48 + (Math.floor(four / 10 ** (3 - place)) % 10)) << (8 * place)), 0),
);

/**
 * Writes 0.d₁d₂… · 10^before, where d₁d₂… are the first `count` digits of the nine-digit upper · 10^4 + lower. `view` shows `bytes`; up to 32 bytes
 * from `start` may be overwritten. Returns where the text ends.
 */
export function writeDecimal(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  upper: number,
  lower: number,
  count: number,
  before: number,
): number {
  if (before <= 0 && before > -6) {
    // 0.000000, of which the digits overwrite what is not needed.
    view.setInt32(start, 0x30302e30, true);
    view.setInt32(start + 4, 0x30303030, true);
    const at = (start + 2 - before) | 0;
    writeNine(bytes, view, at, upper, lower);
    return (at + count) | 0;
  }
  if (before > 0 && before < 5 && before < count) {
    const digits = (Math.imul(upper, 10_000) + lower) | 0;
    const unit = tens[9 - before] ?? 1;
    const integer = (digits / unit) | 0;
    // What follows the point, as eight digits.
    const fraction = Math.imul(digits - Math.imul(integer, unit), tens[before - 1] ?? 1);
    const fractionUpper = (fraction / 10_000) | 0;
    view.setInt32(start, (fours[integer] ?? 0) >>> (32 - 8 * before), true);
    const at = (start + before) | 0;
    bytes[at] = 46;
    view.setInt32(at + 1, fours[fractionUpper] ?? 0, true);
    view.setInt32(at + 5, fours[fraction - Math.imul(fractionUpper, 10_000)] ?? 0, true);
    return (start + count + 1) | 0;
  }
  return writeFarPoint(bytes, view, start, upper, lower, count, before);
}

/** The same where the point is far to the right or out of sight. */
function writeFarPoint(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  upper: number,
  lower: number,
  count: number,
  before: number,
): number {
  if (before >= count && before <= 21) {
    writeNine(bytes, view, start, upper, lower);
    if (before > 9) bytes.fill(48, start + 9, start + before);
    return start + before;
  }
  const isPlain = before > 0 && before <= 21;
  const point = isPlain ? start + before : start + 1;
  writeNine(bytes, view, start + 1, upper, lower);
  for (let at = start; at < point; at++) bytes[at] = bytes[at + 1] ?? 0;
  bytes[point] = 46;
  if (isPlain) return start + count + 1;
  let at = count === 1 ? start + 1 : start + count + 1;
  bytes[at++] = 101;
  bytes[at++] = before > 0 ? 43 : 45;
  return writeWhole(bytes, at, Math.abs(before - 1));
}

function writeNine(bytes: Uint8Array, view: DataView, at: number, upper: number, lower: number): void {
  const first = (upper / 10_000) | 0;
  bytes[at] = 48 + first;
  view.setInt32(at + 1, fours[upper - Math.imul(first, 10_000)] ?? 0, true);
  view.setInt32(at + 5, fours[lower] ?? 0, true);
}

/** Zeros at the end of four digits. */
const zeros = Uint8Array.from({ length: 10_000 }, (_, four) =>
  four % 10_000 === 0 ? 4 : four % 1000 === 0 ? 3 : four % 100 === 0 ? 2 : four % 10 === 0 ? 1 : 0,
);

/** Digits that are left of nine, upper · 10^4 + lower, when the zeros at the end go. */
export function countKept(upper: number, lower: number): number {
  if (lower !== 0) return 9 - (zeros[lower] ?? 0);
  return 5 - (zeros[upper % 10_000] ?? 0);
}

/** Writes a whole number from 0 to 10^8 − 1. */
export function writeWhole(bytes: Uint8Array, start: number, whole: number): number {
  const end = start + countDigits(whole);
  let rest = whole;
  for (let at = end - 1; at >= start; at--) {
    const tenth = (rest / 10) | 0;
    bytes[at] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

function countDigits(whole: number): number {
  if (whole < 1000) return whole < 10 ? 1 : whole < 100 ? 2 : 3;
  if (whole < 1_000_000) return whole < 10_000 ? 4 : whole < 100_000 ? 5 : 6;
  return whole < 10_000_000 ? 7 : 8;
}
