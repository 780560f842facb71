/** The type of a value as the file states it. */

import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { WireType } from '@bufbuild/protobuf/wire';
import type { ValueInfo } from './model.ts';
import { eachField, integer, text } from './wire-fields.ts';

export function readValueInfo(reader: BinaryReader): ValueInfo {
  const value: ValueInfo = { name: '', kind: 'none', elemType: 0, dims: undefined };
  eachField(reader, (field) => {
    if (field === 1) value.name = text(reader);
    else readType(reader, value, true);
  });
  return value;
}

const kinds: Readonly<Record<number, string>> = { 1: 'tensor', 4: 'sequence', 5: 'map', 8: 'sparse', 9: 'optional' };

/** Of the kinds the outermost counts, and the last where several are told; the element type and the extents are those of the innermost tensor. */
function readType(reader: BinaryReader, value: ValueInfo, isOutermost: boolean): void {
  eachField(reader, (field) => {
    const kind = kinds[field] ?? 'none';
    if (isOutermost) {
      if (value.kind !== 'none' && value.kind !== kind) {
        value.elemType = 0;
        value.dims = undefined;
      }
      value.kind = kind;
    }
    eachField(reader, (inner, wireType) => {
      if (field === 1 || field === 8) {
        if (inner === 1) value.elemType = integer(reader);
        else {
          value.dims ??= [];
          readShape(reader, value.dims);
        }
      } else if (wireType === WireType.StartGroup) readType(reader, value, false);
      // The type of a map's keys.
      else reader.skip(wireType, inner);
    });
  });
}

function readShape(reader: BinaryReader, dims: (number | string | undefined)[]): void {
  eachField(reader, () => {
    let extent: number | string | undefined;
    eachField(reader, (field) => {
      if (field === 1) extent = integer(reader);
      else extent = text(reader) || undefined;
    });
    dims.push(extent);
  });
}
