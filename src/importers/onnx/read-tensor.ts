/** Tensors, dense and sparse. Where a message may come in pieces, its parts are gathered first and made a tensor when all have come. */

import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { WireType } from '@bufbuild/protobuf/wire';
import type { OnnxSparse, OnnxTensor } from './model.ts';
import type { Payload } from './payload.ts';
import { storedIn } from './payload.ts';
import { eachField, floats, integer, integers, packed, text } from './wire-fields.ts';

export interface TensorParts extends Payload {
  name: string;
  dims: number[];
  dataType: number;
  location: number;
  hasExternal: boolean;
}

export function emptyTensor(): TensorParts {
  return { name: '', dims: [], dataType: 0, location: 0, hasExternal: false, raw: undefined, entries: [], passed: 0 };
}

export function readTensor(reader: BinaryReader): OnnxTensor {
  const parts = emptyTensor();
  readTensorInto(reader, parts);
  return tensorOf(parts);
}

export function readTensorInto(reader: BinaryReader, parts: TensorParts): void {
  eachField(reader, (field, wireType) => {
    const isPassed = wireType === WireType.Varint;
    switch (field) {
      case 1:
        if (isPassed) parts.dims.push(integer(reader));
        else integers(reader, parts.dims);
        break;
      case 2:
        parts.dataType = integer(reader);
        break;
      case 4:
      case 5:
      case 7:
      case 10:
      case 11:
        if (isPassed) parts.passed += integer(reader);
        else lists[field](reader, parts.entries);
        break;
      case 6:
        parts.passed += integer(reader);
        break;
      case 8:
        parts.name = text(reader);
        break;
      case 9:
        parts.raw = isPassed ? integer(reader) : reader.bytes();
        break;
      case 13:
        parts.hasExternal = true;
        reader.skip(wireType, field);
        break;
      case 14:
        parts.location = integer(reader);
        break;
      default:
        reader.skip(wireType, field);
    }
  });
}

/** How the entries of a data field are read. */
const lists: Readonly<Record<4 | 5 | 7 | 10 | 11, (reader: BinaryReader, into: number[]) => void>> = {
  4: floats,
  5: (reader, into) => packed(reader, into, (numbers) => numbers.int32()),
  7: integers,
  10: (reader, into) => packed(reader, into, (numbers) => numbers.double()),
  11: (reader, into) => packed(reader, into, (numbers) => Number(numbers.uint64())),
};

export function tensorOf({ name, dims, dataType, location, hasExternal, ...payload }: TensorParts): OnnxTensor {
  const { values, storedBytes, storedElements } = storedIn(
    payload,
    dataType,
    dims.reduce((product, extent) => product * extent, 1),
  );
  const external = location === 1 || (hasExternal && storedBytes === 0 && storedElements === 0);
  return {
    name,
    dims,
    dataType,
    ...(values === undefined || external ? {} : { values }),
    storedBytes,
    storedElements,
    external,
  };
}

export interface SparseParts {
  values: TensorParts;
  indices: TensorParts | undefined;
  dims: number[];
}

export function emptySparse(): SparseParts {
  return { values: emptyTensor(), indices: undefined, dims: [] };
}

export function readSparse(reader: BinaryReader): OnnxSparse {
  const parts = emptySparse();
  readSparseInto(reader, parts);
  return sparseOf(parts);
}

export function readSparseInto(reader: BinaryReader, parts: SparseParts): void {
  eachField(reader, (field, wireType) => {
    if (field === 1) readTensorInto(reader, parts.values);
    else if (field === 2) {
      parts.indices ??= emptyTensor();
      readTensorInto(reader, parts.indices);
    } else if (wireType === WireType.Varint) parts.dims.push(integer(reader));
    else integers(reader, parts.dims);
  });
}

export function sparseOf({ values, indices, dims }: SparseParts): OnnxSparse {
  return { values: tensorOf(values), ...(indices === undefined ? {} : { indices: tensorOf(indices) }), dims };
}
