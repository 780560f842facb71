import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { int64Bytes } from '../../src/tensor/int64-bytes.ts';

test('int64 is little-endian, in two’s complement', () => {
  expect(
    int64Bytes(Float64Array.of(1, -1, 2 ** 32 + 2, -(2 ** 32)))
      .toString('hex')
      .match(/.{16}/g),
  ).toEqual(['0100000000000000', 'ffffffffffffffff', '0200000001000000', '00000000ffffffff']);
  expect(int64Bytes(new Float64Array()).length).toBe(0);
});

test('every whole number that a double holds exactly is the BigInt that Node writes', () => {
  const edges = [0, -0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53];
  const check = (values: readonly number[]): void => {
    const expected = Buffer.alloc(values.length * 8);
    values.forEach((value, at) => {
      expected.writeBigInt64LE(BigInt(value), at * 8);
    });
    // A part of a larger array, as it comes in turns.
    expect(int64Bytes(Float64Array.of(7, ...values, 7).subarray(1, -1)).equals(expected)).toBe(true);
  };
  check([...edges, ...edges.map((edge) => -edge)]);
  fc.assert(fc.property(fc.array(fc.maxSafeInteger()), check));
});
