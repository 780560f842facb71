/** Protobuf written by hand: every function gives the bytes of one field. */

export type Bytes = readonly number[];

/** A whole number from 0 to 2^53, or a negative one as int64 has it (ten bytes). */
export function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

export function int(field: number, value: number | bigint): Bytes {
  return [...varint(field * 8), ...varint(value)];
}

/** Length-delimited: a message of these fields, or bytes. */
export function message(field: number, ...parts: readonly Bytes[]): Bytes {
  const content = parts.flat();
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
}

export function text(field: number, value: string): Bytes {
  return message(field, [...Buffer.from(value)]);
}

export function float32(value: number): Bytes {
  return [...new Uint8Array(Float32Array.of(value).buffer)];
}

export function float64(value: number): Bytes {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}

export function int64(value: bigint): Bytes {
  return [...new Uint8Array(BigInt64Array.of(value).buffer)];
}

export const of = (...parts: readonly Bytes[]): Uint8Array => Uint8Array.from(parts.flat());
