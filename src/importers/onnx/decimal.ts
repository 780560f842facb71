/** Attributes and scalars are float32 in the file: 0.2 arrives as 0.20000000298023224, which nobody wrote. */

/** The shortest decimal that is the same float32; a number that is no float32 stays. */
export function decimal(value: number): number {
  if (!Number.isFinite(value) || Math.fround(value) !== value) return value;
  // Nine digits tell every float32 apart.
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
