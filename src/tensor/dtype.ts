/** Element types: their width in bits, their kind, and PyTorch's promotion between them. */

const widths = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  float8: 8,
  int64: 64,
  int32: 32,
  int16: 16,
  int8: 8,
  int4: 4,
  uint8: 8,
  bool: 8,
} as const;

export type DType = keyof typeof widths;

export const dtypes = Object.keys(widths) as readonly DType[];

/** What `?dtype=` may replace the floating types by. */
export const modelDtypes = ['float32', 'float64', 'float16', 'bfloat16', 'float8', 'int8', 'int4'] as const satisfies readonly DType[];

/** What a graph input may be declared as. */
export const inputDtypes = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'float8',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool',
] as const satisfies readonly DType[];

export function isFloating(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16' || dtype === 'float64' || dtype === 'float8';
}

export function isInteger(dtype: DType): boolean {
  return !isFloating(dtype) && dtype !== 'bool';
}

/** Bits of one element. */
export function bitsOf(dtype: DType): number {
  return widths[dtype];
}

/** Bytes of `elements` elements; a 4-bit tensor is rounded up to whole bytes. */
export function bytesOf(elements: number, dtype: DType): number {
  const bits = widths[dtype];
  return bits === 4 ? Math.ceil(elements / 2) : elements * (bits / 8);
}

/**
 * The element type of an operation on two tensors (PyTorch's `torch.promote_types`): a floating type beats an integer, which beats bool;
 * among floats the wider one, float16 with bfloat16 giving float32; among integers the wider, uint8 with a signed 8-bit giving int16.
 * float8 and int4 are storage types that PyTorch does not promote: here the other one wins.
 */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const floatA = isFloating(a);
  const floatB = isFloating(b);
  if (floatA !== floatB) return floatA ? a : b;
  if (floatA) {
    if (widths[a] === widths[b]) return 'float32';
    return widths[a] > widths[b] ? a : b;
  }
  if (a === 'bool') return b;
  if (b === 'bool') return a;
  if (a === 'int4') return b;
  if (b === 'int4') return a;
  if (widths[a] === widths[b]) return 'int16';
  return widths[a] > widths[b] ? a : b;
}
