/** Fields of a skeleton (see `createSkimmer`) as values: what the readers of messages share. */

import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { WireType } from '@bufbuild/protobuf/wire';
import { BrokenFile } from '../broken-file.ts';

/** Calls `read` for each field of a message until its end. */
export function eachField(reader: BinaryReader, read: (field: number, wireType: WireType) => void): void {
  for (;;) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.EndGroup) return;
    read(field, wireType);
  }
}

/** An int64 as a number: exact up to 2^53, rounded beyond. */
export function integer(reader: BinaryReader): number {
  const from = reader.pos;
  const low = reader.uint32();
  // Four bytes hold 28 bits; nearly every number is as short.
  if (reader.pos - from < 5) return low;
  reader.pos = from;
  return Number(reader.int64());
}

export function integers(reader: BinaryReader, into: number[]): void {
  packed(reader, into, integer);
}

export function floats(reader: BinaryReader, into: number[]): void {
  packed(reader, into, (numbers) => numbers.float());
}

export function packed(reader: BinaryReader, into: number[], read: (reader: BinaryReader) => number): void {
  const end = reader.uint32() + reader.pos;
  try {
    while (reader.pos < end) into.push(read(reader));
  } catch {
    // A number of more than ten bytes, or one that goes on to the end of the file.
    reader.pos = end + 1;
  }
  if (reader.pos !== end) throw new BrokenFile('no ONNX model, or a damaged one: a list of numbers ends within a number');
}

export function text(reader: BinaryReader): string {
  try {
    return reader.string(true);
  } catch {
    throw new BrokenFile('no ONNX model, or a damaged one: a name is not UTF-8 text');
  }
}
