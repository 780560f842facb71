/** Whole numbers as int64, little-endian, on hosts of either byte order. A BigInt for each would take ten times as long. */

import { endianness } from 'node:os';
import type { Numbers } from './literal-nested.ts';

const isLittleEndian = endianness() === 'LE';

/** Eight bytes each, in two's complement. Exact for whole numbers up to 2^53 on either side of 0. */
export function int64Bytes(data: Numbers): Buffer {
  const words = new Uint32Array(data.length * 2);
  for (let index = 0; index < data.length; index++) {
    const value = data[index] ?? 0;
    // Stored modulo 2^32, both of them: of −1 both words are 0xffffffff.
    words[index * 2] = value;
    words[index * 2 + 1] = Math.floor(value / 2 ** 32);
  }
  const bytes = Buffer.from(words.buffer);
  return isLittleEndian ? bytes : bytes.swap32();
}
