/** Five decimals, as shares and relative changes have everywhere. */
export function fiveDecimals(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** A part of a whole; 0 of nothing. */
export function fraction(part: number, whole: number): number {
  return whole === 0 ? 0 : fiveDecimals(part / whole);
}
