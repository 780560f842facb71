/** What a tensor's payload fields held: how much of it, and its numbers where they were kept. */

import { bitsOf, dataTypes } from './tensor-types.ts';

/** Payload as the skeleton tells it. */
export interface Payload {
  /** `raw_data`, or its length where it was passed over. */
  raw: Uint8Array | number | undefined;
  /** Entries of the typed data fields that were kept, and the number of those that were passed over. */
  entries: number[];
  passed: number;
}

export interface Stored {
  readonly values: number[] | undefined;
  readonly storedBytes: number;
  readonly storedElements: number;
}

/** `elements`: what `dims` say there is. */
export function storedIn({ raw, entries, passed }: Payload, dataType: number, elements: number): Stored {
  const bits = bitsOf(dataType);
  if (raw !== undefined) {
    const storedBytes = typeof raw === 'number' ? raw : raw.length;
    const storedElements = bits === 0 ? 0 : Math.floor((storedBytes * 8) / bits);
    const values = typeof raw === 'number' ? undefined : numbersIn(raw, dataType);
    return { values: trimmed(values, elements), storedBytes, storedElements };
  }
  const storedElements = Math.floor((entries.length + passed) * elementsPerEntry(dataType, bits));
  const values = passed > 0 ? undefined : numbersOf(entries, dataType);
  return { values: trimmed(values, elements), storedBytes: Math.ceil((storedElements * bits) / 8), storedElements };
}

/** No values where none came, unless there are none; no padding of the last byte. */
function trimmed(values: number[] | undefined, elements: number): number[] | undefined {
  if (values === undefined || (values.length === 0 && elements !== 0)) return undefined;
  return values.length > elements && values.length - elements < 4 ? values.slice(0, elements) : values;
}

/** An entry holds one element, save that narrow ones share a byte, and complex ones take two. */
function elementsPerEntry(dataType: number, bits: number): number {
  if (dataType === dataTypes.COMPLEX64 || dataType === dataTypes.COMPLEX128) return 0.5;
  return bits === 4 || bits === 2 ? 8 / bits : 1;
}

function numbersIn(raw: Uint8Array, dataType: number): number[] | undefined {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const read = readers[dataType];
  if (read === undefined) return narrow(Array.from(raw), dataType);
  const size = bitsOf(dataType) / 8;
  return Array.from({ length: Math.floor(raw.length / size) }, (_, index) => read(view, index * size));
}

const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
  [dataTypes.FLOAT]: (view, at) => view.getFloat32(at, true),
  [dataTypes.DOUBLE]: (view, at) => view.getFloat64(at, true),
  [dataTypes.FLOAT16]: (view, at) => fromFloat16(view.getUint16(at, true)),
  [dataTypes.BFLOAT16]: (view, at) => fromBfloat16(view.getUint16(at, true)),
  [dataTypes.INT64]: (view, at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true),
  [dataTypes.UINT64]: (view, at) => view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true),
  [dataTypes.INT32]: (view, at) => view.getInt32(at, true),
  [dataTypes.UINT32]: (view, at) => view.getUint32(at, true),
  [dataTypes.INT16]: (view, at) => view.getInt16(at, true),
  [dataTypes.UINT16]: (view, at) => view.getUint16(at, true),
  [dataTypes.INT8]: (view, at) => view.getInt8(at),
  [dataTypes.UINT8]: (view, at) => view.getUint8(at),
  [dataTypes.BOOL]: (view, at) => view.getUint8(at),
};

/** Entries of a typed field as elements: 16-bit floats came as their bits. */
function numbersOf(entries: number[], dataType: number): number[] | undefined {
  if (dataType === dataTypes.FLOAT16) return entries.map(fromFloat16);
  if (dataType === dataTypes.BFLOAT16) return entries.map(fromBfloat16);
  return dataType in readers ? entries : narrow(entries, dataType);
}

/** Integers of 4 or 2 bits from bytes, lowest bits first; undefined for types whose numbers nobody needs. */
function narrow(bytes: readonly number[], dataType: number): number[] | undefined {
  const signed = dataType === dataTypes.INT4 || dataType === dataTypes.INT2;
  if (!signed && dataType !== dataTypes.UINT4 && dataType !== dataTypes.UINT2) return undefined;
  const bits = bitsOf(dataType);
  const shift = 32 - bits;
  return bytes.flatMap((byte) =>
    Array.from({ length: 8 / bits }, (_, index) => {
      const top = (byte >> (index * bits)) << shift;
      return signed ? top >> shift : top >>> shift;
    }),
  );
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (fraction + 0x400) * 2 ** (exponent - 25));
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function fromBfloat16(bits: number): number {
  word.setUint16(0, bits);
  return word.getFloat32(0);
}
