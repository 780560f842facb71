/** Attribute schemas that more than one family uses. Each carries its one-line description with its unit. */

import * as z from 'zod';

export const maxInteger = 2 ** 31 - 1;

/** A count of something: 1 or more. */
export const positiveInteger = z.int().min(1).max(maxInteger);
export const nonNegativeInteger = z.int().min(0).max(maxInteger);
/** Axis number, negative counting from the end. */
export const axis = z.int().min(-64).max(63);
/** Any whole number up to 2^53 - 1. */
export const integer = z
  .int()
  .min(-(2 ** 53 - 1))
  .max(2 ** 53 - 1);
export const axes = z.array(axis).min(1).max(64);

/** One number for all axes, or one per axis. */
export function perAxis<T extends z.ZodType>(rank: number, value: T) {
  return z.union([value, z.array(value).length(rank)]);
}

/** Lists of one small number for each axis: kernels and strides are few, and the lists are never written to. */
const spreads: readonly (readonly (readonly number[])[])[] = [0, 1, 2, 3].map((rank) =>
  Array.from({ length: 16 }, (_, value) => Object.freeze(new Array<number>(rank).fill(value))),
);

/** Spreads one number over `rank` axes. */
export function spread(value: number | readonly number[], rank: number): readonly number[] {
  if (typeof value !== 'number') return value;
  return spreads[rank]?.[value] ?? new Array<number>(rank).fill(value);
}
