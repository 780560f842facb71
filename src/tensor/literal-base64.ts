/** Numbers as base64 (RFC 4648, section 4, with padding) of little-endian IEEE 754, on hosts of either byte order. */

import { endianness } from 'node:os';
import { Refusal } from '../issue.ts';
import { type Numbers, type NumberType, numbersOf } from './literal-nested.ts';

const isLittleEndian = endianness() === 'LE';

export function encodeBase64(data: Numbers): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return (isLittleEndian ? bytes : swapped(Buffer.from(bytes), data.BYTES_PER_ELEMENT)).toString('base64');
}

/** Characters decoded at a time: three quarters of it stay in the cache until they are compared. */
const block = 2 ** 16;

/**
 * Reads `elements` numbers from UTF-8. Refuses text of another length with both numbers of bytes (`shape_mismatch`), before anything is allocated, and
 * text that is no base64 (`invalid_value`).
 */
export function decodeBase64(text: Buffer, dtype: NumberType, elements: number): Numbers {
  return decodeExact(text, dtype, elements) ?? decodeText(text.toString(), dtype, elements);
}

/** Reads what a base64 encoder writes; undefined for anything else, which may be well-formed or not. */
function decodeExact(text: Buffer, dtype: NumberType, elements: number): Numbers | undefined {
  const size = dtype === 'float32' ? 4 : 8;
  if (text.length !== Math.ceil((elements * size) / 3) * 4) return undefined;
  const data = numbersOf(dtype, elements);
  const bytes = Buffer.from(data.buffer);
  for (let at = 0; at < text.length; at += block) {
    const part = text.toString('latin1', at, at + block);
    const from = (at / 4) * 3;
    bytes.write(part, from, 'base64');
    // Node passes over what is not base64, reads the URL alphabet, and takes characters by their low byte. Writing it again is the quickest way to tell.
    if (bytes.toString('base64', from, from + (block / 4) * 3) !== part) return undefined;
  }
  if (!isLittleEndian) swapped(bytes, size);
  return data;
}

function decodeText(text: string, dtype: NumberType, elements: number): Numbers {
  const size = dtype === 'float32' ? 4 : 8;
  const expected = elements * size;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0) throw new Refusal([], 'invalid_value', `base64 of ${text.length} characters, which is no multiple of 4`);
  const held = (text.length / 4) * 3 - padding;
  if (held !== expected)
    throw new Refusal([], 'shape_mismatch', `base64 holds ${held} bytes; ${elements} elements of ${dtype} are ${expected} bytes`);
  const data = numbersOf(dtype, elements);
  const bytes = Buffer.from(data.buffer);
  bytes.write(text, 'base64');
  // Only the bits behind the last byte may differ.
  if (bytes.toString('base64') !== text) {
    const at = text.search(/[^A-Za-z0-9+/]/);
    if (at >= 0 && at < text.length - padding)
      throw new Refusal(
        [],
        'invalid_value',
        `${JSON.stringify(text[at])} at character ${at} is not base64: A-Z a-z 0-9 + / and = at the end`,
      );
  }
  if (!isLittleEndian) swapped(bytes, size);
  return data;
}

function swapped(bytes: Buffer, size: number): Buffer {
  return size === 4 ? bytes.swap32() : bytes.swap64();
}
