/** How the element types of TensorProto are stored. Source: `TensorProto.DataType` and the comments on its data fields, onnx.proto. */

export const dataTypes = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  COMPLEX64: 14,
  COMPLEX128: 15,
  BFLOAT16: 16,
  UINT4: 21,
  INT4: 22,
  FLOAT4E2M1: 23,
  UINT2: 25,
  INT2: 26,
} as const;

/** Bits of an element in `raw_data`, by data type; 0 where there is no such type or no fixed width. */
const bits = [0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4, 8, 2, 2, 6, 6];

export function bitsOf(dataType: number): number {
  return bits[dataType] ?? 0;
}

/** Types that shapes, axes and indices come in. */
export function isInteger(dataType: number): boolean {
  return dataType === dataTypes.INT64 || dataType === dataTypes.INT32;
}
