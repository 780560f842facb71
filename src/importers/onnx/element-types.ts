/** ONNX's element types (TensorProto.DataType) as ours. Types that we lack stand as the one of the same kind and width. */

import type { DType } from '../../tensor/dtype.ts';

/** By number; unsigned integers beside uint8 as signed ones of their width, complex numbers as a float of theirs, 2- and 4-bit types as int4. */
const byNumber: readonly (DType | undefined)[] = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'int16', // UINT16
  'int16',
  'int32',
  'int64',
  undefined, // STRING
  'bool',
  'float16',
  'float64',
  'int32', // UINT32
  'int64', // UINT64
  'float64', // COMPLEX64, two float32
  'float64', // COMPLEX128, which is twice as wide
  'bfloat16',
  'float8', // FLOAT8E4M3FN
  'float8', // FLOAT8E4M3FNUZ
  'float8', // FLOAT8E5M2
  'float8', // FLOAT8E5M2FNUZ
  'int4', // UINT4
  'int4',
  'int4', // FLOAT4E2M1
  'float8', // FLOAT8E8M0
  'int4', // UINT2
  'int4', // INT2
];

/** Our type for a number of TensorProto.DataType; undefined for text and for what is unknown. */
export function dtypeOf(elemType: number): DType | undefined {
  return byNumber[elemType];
}
