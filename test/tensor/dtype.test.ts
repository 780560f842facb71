import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/tensor/dtype.ts';
import { bitsOf, bytesOf, dtypes, inputDtypes, isFloating, isInteger, modelDtypes, promote } from '../../src/tensor/dtype.ts';

test('a tensor takes its elements times their width in bytes', () => {
  const bytes: Record<DType, number> = {
    float64: 80,
    float32: 40,
    float16: 20,
    bfloat16: 20,
    float8: 10,
    int64: 80,
    int32: 40,
    int16: 20,
    int8: 10,
    int4: 5,
    uint8: 10,
    bool: 10,
  };
  for (const dtype of dtypes) expect([dtype, bytesOf(10, dtype)]).toEqual([dtype, bytes[dtype]]);
});

test('a 4-bit tensor is rounded up to whole bytes', () => {
  expect([1, 2, 3, 27].map((elements) => bytesOf(elements, 'int4'))).toEqual([1, 1, 2, 14]);
  expect(bytesOf(2 ** 53 - 1, 'int4')).toBe(2 ** 52);
});

test('bits are the width of one element', () => {
  expect(['float64', 'bfloat16', 'float8', 'int4', 'bool'].map((dtype) => bitsOf(dtype as DType))).toEqual([64, 16, 8, 4, 8]);
});

test('every type is floating, an integer, or bool', () => {
  expect(dtypes.filter(isFloating)).toEqual(['float64', 'float32', 'float16', 'bfloat16', 'float8']);
  expect(dtypes.filter(isInteger)).toEqual(['int64', 'int32', 'int16', 'int8', 'int4', 'uint8']);
});

test('the query takes the types that the contract lists, and so do inputs', () => {
  expect(modelDtypes).toEqual(['float32', 'float64', 'float16', 'bfloat16', 'float8', 'int8', 'int4']);
  expect([...inputDtypes].sort()).toEqual('bfloat16 bool float16 float32 float64 float8 int16 int32 int64 int8 uint8'.split(' '));
});

describe('promotion', () => {
  // c10/core/ScalarType.cpp of PyTorch 2.x, `_promoteTypesLookup`.
  const order: DType[] = ['uint8', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64', 'bool', 'bfloat16'];
  const table = [
    'u1 i2 i2 i4 i8 f2 f4 f8 u1 bf',
    'i2 i1 i2 i4 i8 f2 f4 f8 i1 bf',
    'i2 i2 i2 i4 i8 f2 f4 f8 i2 bf',
    'i4 i4 i4 i4 i8 f2 f4 f8 i4 bf',
    'i8 i8 i8 i8 i8 f2 f4 f8 i8 bf',
    'f2 f2 f2 f2 f2 f2 f4 f8 f2 f4',
    'f4 f4 f4 f4 f4 f4 f4 f8 f4 f4',
    'f8 f8 f8 f8 f8 f8 f8 f8 f8 f8',
    'u1 i1 i2 i4 i8 f2 f4 f8 b1 bf',
    'bf bf bf bf bf f4 f4 f8 bf bf',
  ];
  const short: Record<string, DType> = {
    u1: 'uint8',
    i1: 'int8',
    i2: 'int16',
    i4: 'int32',
    i8: 'int64',
    f2: 'float16',
    f4: 'float32',
    f8: 'float64',
    b1: 'bool',
    bf: 'bfloat16',
  };

  test('is the table of PyTorch', () => {
    for (const [row, a] of order.entries())
      for (const [column, b] of order.entries()) expect([a, b, promote(a, b)]).toEqual([a, b, short[table[row]?.split(' ')[column] ?? '']]);
  });

  test('lets the other type win over one that only stores', () => {
    expect(promote('float8', 'float16')).toBe('float16');
    expect(promote('bfloat16', 'float8')).toBe('bfloat16');
    expect(promote('int4', 'uint8')).toBe('uint8');
    expect(promote('bool', 'int4')).toBe('int4');
    expect(promote('int4', 'float8')).toBe('float8');
  });

  test('does not depend on the order, and leaves one type alone', () => {
    for (const a of dtypes) {
      expect(promote(a, a)).toBe(a);
      for (const b of dtypes) expect([a, b, promote(a, b)]).toEqual([a, b, promote(b, a)]);
    }
  });
});
