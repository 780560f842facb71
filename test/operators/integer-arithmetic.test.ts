import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

test('bit operations count a comparison an element and keep the promoted type', () => {
  for (const type of ['BitwiseAnd', 'bitwise_or', 'bitwise_xor'])
    expect(operationsOf({ type }, [[3, 1], 'int64'], [[5], 'int64'])).toEqual({ cmp: 15 });
  expect(operationsOf({ type: 'BitShift', direction: 'right' }, [[2, 3], 'uint8'], [[2, 3], 'uint8'])).toEqual({ cmp: 6 });
  expect(rowOf({ type: 'bitwise_and' }, [[2, 3], 'uint8'], [[2, 3], 'int32']).memory.activation_bytes).toBe(24);
});

test('bit operations refuse floating tensors', () => {
  expect(refusalOf({ type: 'bitwise_and' }, [[2], 'int64'], [2])).toEqual({
    at: '/inputs/1',
    code: 'wrong_dtype',
    detail: '"layer": bitwise_and takes integers or bool, but "x1" gives float32',
  });
  expect(refusalOf({ type: 'bit_shift', direction: 'up' }, [[2], 'int64'], [[2], 'int64'])).toMatchObject({ at: '/direction' });
});

test('whole quotients and remainders count the formula as it is written', () => {
  expect(operationsOf({ type: 'floor_divide' }, [2, 3], [3])).toEqual({ div: 6, cmp: 6 });
  expect(operationsOf({ type: 'Mod', fmod: true }, [2, 3], [3])).toEqual({ div: 6, cmp: 6, mul: 6, add: 6 });
});
