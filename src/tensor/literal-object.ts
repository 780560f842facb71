/** Reads a tensor object: `{shape, data, dtype?}` or `{shape, base64, dtype?}`, keys in any order. */

import { Refusal } from '../issue.ts';
import { decodeBase64 } from './literal-base64.ts';
import type { JsonCursor } from './literal-json.ts';
import { type ArrayLimits, excerpt, type Numbers, type NumberType, readNested, tooLarge } from './literal-nested.ts';
import { readNumber } from './literal-number.ts';

export interface ObjectTensor {
  readonly form: 'flat' | 'base64';
  readonly dtype: NumberType;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

const known = 'a tensor has shape, data or base64, and dtype';

/** Refuses, at the path from the object, what is well-formed but no tensor; throws `NotJson`, also for a key that comes twice. */
export function readTensorObject(cursor: JsonCursor, limits: ArrayLimits): ObjectTensor {
  let dtype: NumberType | undefined;
  let shape: readonly number[] | undefined;
  let elements: number | undefined;
  let dataAt: number | undefined;
  let flat: Flat | undefined;
  let base64: Buffer | undefined;
  cursor.object((key) => {
    if (key === 'shape') {
      shape = under(key, () => readShape(cursor, limits.maxRank));
      elements = shape.reduce((product, extent) => product * extent, 1);
      if (elements > limits.left) throw tooLarge(['shape'], elements, limits);
    } else if (key === 'dtype') dtype = readDtype(cursor);
    else if (key === 'data') {
      dataAt = cursor.at;
      flat = tryFlat(cursor, dtype, limits, elements);
    } else if (key === 'base64') {
      if (cursor.peek() !== 34) throw new Refusal([key], 'invalid_value', `base64 is text; given ${excerpt(cursor)}`);
      base64 = cursor.longString();
    } else throw new Refusal([key], 'unknown_key', `unknown key ${excerptOfKey(key)}; ${known}`);
  });
  if (shape === undefined || elements === undefined) throw new Refusal([], 'missing_key', `shape is missing; ${known}`);
  if (base64 !== undefined && dataAt !== undefined)
    throw new Refusal(['base64'], 'invalid_value', 'both data and base64 are given; keep one');
  if (base64 !== undefined) {
    const text = base64;
    const type = dtype ?? 'float32';
    const data = under('base64', () => decodeBase64(text, type, elements ?? 0));
    return { form: 'base64', dtype: type, shape, data };
  }
  if (dataAt === undefined || flat === undefined) throw new Refusal([], 'missing_key', `data is missing; ${known}`);
  // Data that came before its dtype was read as float32.
  if (dtype === 'float64' && flat.dtype === 'float32') {
    const end = cursor.at;
    cursor.at = dataAt;
    flat = tryFlat(cursor, dtype, limits, elements);
    cursor.at = end;
  }
  if (flat.data === undefined) throw flat.refusal;
  if (flat.data.length !== elements)
    throw new Refusal(
      ['data'],
      'shape_mismatch',
      `data holds ${flat.data.length} numbers, shape [${shape.join(', ')}] has ${elements} elements`,
    );
  return { form: 'flat', dtype: flat.dtype, shape, data: flat.data };
}

/** Flat data, or why there is none: the reason may go away with a dtype that comes later. */
type Flat = { readonly dtype: NumberType } & ({ readonly data: Numbers } | { readonly data: undefined; readonly refusal: Refusal });

function tryFlat(cursor: JsonCursor, dtype: NumberType = 'float32', limits: ArrayLimits, elements: number | undefined): Flat {
  const start = cursor.at;
  try {
    return { dtype, data: under('data', () => readFlat(cursor, dtype, limits, elements)) };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    cursor.at = start;
    cursor.skip();
    return { dtype, data: undefined, refusal };
  }
}

function readFlat(cursor: JsonCursor, dtype: NumberType, limits: ArrayLimits, elements: number | undefined): Numbers {
  if (cursor.peek() !== 91) throw new Refusal([], 'invalid_value', `data is an array of numbers; given ${excerpt(cursor)}`);
  // A number takes two bytes at least, however many the shape says there are.
  const mostLikely = elements === undefined ? undefined : Math.min(elements, (cursor.bytes.length - cursor.at) >> 1);
  try {
    return readNested(cursor, dtype, { ...limits, maxRank: 1 }, mostLikely).data;
  } catch (error) {
    if (!(error instanceof Refusal) || (error.code !== 'too_deep' && error.code !== 'ragged')) throw error;
    throw new Refusal(error.at, 'invalid_value', 'an array within data; data is flat, in row-major order');
  }
}

function readShape(cursor: JsonCursor, maxRank: number): readonly number[] {
  const start = cursor.at;
  if (cursor.peek() !== 91) throw new Refusal([], 'invalid_value', `shape is a list of whole numbers; given ${excerpt(cursor)}`);
  const rank = cursor.skip();
  if (rank > maxRank) throw new Refusal([], 'wrong_rank', `shape has ${rank} axes; the limit is ${maxRank}`);
  cursor.at = start + 1;
  const shape: number[] = [];
  while (cursor.peek() !== 93) {
    if (shape.length > 0) cursor.expect(44);
    const byte = cursor.peek();
    const at = cursor.at;
    const extent = byte === 45 || (byte - 48) >>> 0 <= 9 ? readNumber(cursor) : Number.NaN;
    if (!Number.isSafeInteger(extent) || extent < 0) {
      cursor.at = at;
      throw new Refusal(
        [shape.length],
        'invalid_value',
        `axis ${shape.length} must be a whole number, 0 or more; given ${excerpt(cursor)}`,
      );
    }
    // Adding 0 makes 0 of −0.
    shape.push(extent + 0);
  }
  cursor.at++;
  return shape;
}

function readDtype(cursor: JsonCursor): NumberType {
  const start = cursor.at;
  const dtype = cursor.peek() === 34 ? cursor.string() : undefined;
  if (dtype === 'float32' || dtype === 'float64') return dtype;
  cursor.at = start;
  throw new Refusal(['dtype'], 'wrong_dtype', `dtype is float32 or float64; given ${excerpt(cursor)}`);
}

function excerptOfKey(key: string): string {
  return JSON.stringify(key.length > 80 ? `${key.slice(0, 77)}…` : key).toWellFormed();
}

/** Runs `read`; what it refuses lies under `key`. */
function under<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal([key, ...error.at], error.code, error.message) : error;
  }
}
