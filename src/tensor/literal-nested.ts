/** Reads nested arrays of numbers; the shape is found on the way, from the first array at each depth. */

import { type Path, Refusal } from '../issue.ts';
import { giveBack } from './give-back.ts';
import type { JsonCursor } from './literal-json.ts';
import { notJson } from './literal-not-json.ts';
import { readRow } from './literal-row.ts';

export type Numbers = Float32Array | Float64Array;
/** What a tensor on the wire may hold. */
export type NumberType = 'float32' | 'float64';

export function numbersOf(dtype: NumberType, length: number): Numbers {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

export interface ArrayLimits {
  /** Axes of a tensor. */
  readonly maxRank: number;
  /** Numbers that may still be read, and those that the request may hold in all. */
  readonly left: number;
  readonly maxElements: number;
}

/** Bytes that a number and its comma often take. Memory starts with what is left of the body and grows by doubling, so it stays in proportion to what was sent. */
const usualLength = 8;

/**
 * Reads the array at the cursor and returns its numbers in row-major order. Refuses, at the path from this array: `too_deep`, `too_large` (with the true number
 * of elements), `ragged`, `out_of_range` (a number that its type holds as Infinity only), `invalid_value` (anything but numbers). Throws `NotJson`.
 */
export function readNested(
  cursor: JsonCursor,
  dtype: NumberType,
  limits: ArrayLimits,
  expected = Math.floor((cursor.bytes.length - cursor.at) / usualLength),
): { readonly shape: number[]; readonly data: Numbers } {
  const start = cursor.at;
  const shape: number[] = [];
  /** Values behind us in each open array; the number of open arrays is the depth. */
  const counts: number[] = [];
  let rank: number | undefined;
  let data = numbersOf(dtype, Math.min(Math.max(expected, 1), limits.left));
  let length = 0;
  for (;;) {
    const byte = cursor.peek();
    const depth = counts.length;
    if (byte === 91) {
      if (depth === rank)
        throw new Refusal([...counts], 'ragged', `an array at depth ${depth + 1} where the numbers before it are at depth ${rank}`);
      if (depth === limits.maxRank) throw new Refusal([...counts], 'too_deep', `arrays nested more than ${limits.maxRank} deep`);
      cursor.at++;
      counts.push(0);
      if (cursor.peek() !== 93) continue;
      rank ??= depth + 1;
    } else {
      if (byte !== 45 && (byte - 48) >>> 0 > 9) refuseValue(cursor, counts);
      rank ??= depth;
      if (depth !== rank)
        throw new Refusal([...counts], 'ragged', `a number at depth ${depth} where the numbers before it are at depth ${rank}`);
      if (length === data.length) {
        if (length >= limits.left) refuseMore(cursor, start, limits);
        data = grown(data, dtype, limits.left);
      }
      const from = length;
      length = readRow(cursor, data, from);
      counts[depth - 1] = (counts[depth - 1] ?? 0) + length - from;
      // It stands before a number only where that number has no finite value.
      const next = cursor.bytes[cursor.at] ?? 0;
      if (length === from || next === 45 || (next - 48) >>> 0 <= 9) refuseInfinite(cursor, counts, dtype);
    }
    for (;;) {
      const next = cursor.peek();
      if (next === 44) {
        cursor.at++;
        break;
      }
      if (next !== 93) throw notJson(cursor.bytes, cursor.at);
      cursor.at++;
      const count = counts.pop() ?? 0;
      const axis = counts.length;
      const extent = shape[axis] ?? count;
      if (extent !== count) throw new Refusal([...counts], 'ragged', `this array holds ${count} values, those before it ${extent}`);
      shape[axis] = extent;
      if (axis === 0) return { shape, data: length === data.length ? data : shortened(data, length) };
      counts[axis - 1] = (counts[axis - 1] ?? 0) + 1;
    }
  }
}

/** A copy, so that what is kept is no larger than its numbers, and can be moved to a worker. */
function shortened(data: Numbers, length: number): Numbers {
  const kept = data.slice(0, length);
  giveBack(data);
  return kept;
}

function grown(data: Numbers, dtype: NumberType, most: number): Numbers {
  const larger = numbersOf(dtype, Math.min(2 * data.length, most));
  larger.set(data);
  giveBack(data);
  return larger;
}

/** Well-formed JSON that is no number; what is not well-formed is `NotJson`. */
function refuseValue(cursor: JsonCursor, path: Path): never {
  throw new Refusal([...path], 'invalid_value', `a tensor holds numbers; given ${excerpt(cursor)}`);
}

function refuseInfinite(cursor: JsonCursor, path: Path, dtype: NumberType): never {
  throw new Refusal([...path], 'out_of_range', `${excerpt(cursor)} is beyond the range of ${dtype}`);
}

function refuseMore(cursor: JsonCursor, start: number, limits: ArrayLimits): never {
  cursor.at = start;
  throw tooLarge([], cursor.skip(), limits);
}

/** `elements` are those of one tensor. */
export function tooLarge(path: Path, elements: number, limits: ArrayLimits): Refusal {
  const others = limits.maxElements - limits.left;
  const all = others === 0 ? '' : `, with the tensors before it ${others + elements}`;
  return new Refusal(path, 'too_large', `the tensor has ${elements} elements${all}; the limit is ${limits.maxElements}`);
}

/** Text of the value at the cursor for a message, cut at 80 characters; the cursor moves behind the value. */
export function excerpt(cursor: JsonCursor): string {
  const start = cursor.at;
  cursor.skip();
  const text = cursor.text(start, Math.min(cursor.at, start + 160));
  return (text.length > 80 ? `${text.slice(0, 77)}…` : text).toWellFormed();
}
