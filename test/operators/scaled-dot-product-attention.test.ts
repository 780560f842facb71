import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

const attention = { type: 'scaled_dot_product_attention' };
const query = [2, 4, 5, 16];
const key = [2, 4, 7, 16];
const value = [2, 4, 7, 3];

describe('scaled_dot_product_attention', () => {
  test('counts both products, the scale and the softmax', () => {
    // 8·5·7 = 280 scores of 16 products, scaled; 8·5·3 = 120 outputs of 7 products.
    // 40 rows of 7 scores: 6 comparisons, 7 subtractions of the maximum, 7 exponentials, 6 additions, 7 divisions.
    const counts = { mac: 280 * 16 + 120 * 7, mul: 280, cmp: 240, add: 40 * 13, exp: 280, div: 280 };
    expect(operationsOf(attention, query, key, value)).toEqual(counts);
    // A causal mask halves nothing.
    expect(operationsOf({ ...attention, is_causal: true }, query, key, value)).toEqual(counts);
    expect(valuesOf(rowOf(attention, query, key, value), '/compute/macs')).toBe('5·7·(16 + 3)·8 = 5320');
  });

  test('adds a floating mask to the scores; a bool mask selects', () => {
    expect(operationsOf(attention, query, key, value, [5, 7]).add).toBe(40 * 13 + 280);
    expect(operationsOf(attention, query, key, value, [[5, 7], 'bool']).add).toBe(40 * 13);
  });

  test('computes for every query head where heads share keys', () => {
    const grouped = { ...attention, enable_gqa: true };
    expect(operationsOf(grouped, [2, 8, 5, 4], [2, 2, 7, 4], [2, 2, 7, 4]).mac).toBe(2 * 8 * 5 * 7 * 8);
    expect(refusalOf(grouped, [2, 8, 5, 4], [2, 3, 7, 4], [2, 3, 7, 4])).toMatchObject({ at: '/inputs/1', code: 'not_divisible' });
    expect(refusalOf(attention, [2, 8, 5, 4], [2, 2, 7, 4], [2, 2, 7, 4]).detail).toMatch(/enable_gqa lets query heads share key heads/);
  });

  test('gives floating values for integers', () => {
    const int8 = (shape: readonly number[]) => [shape, 'int8'] as const;
    expect(rowOf(attention, int8(query), int8(key), int8(value)).memory.activation_bytes).toBe(4 * 120);
  });

  test('refuses inputs that do not go together, at the input that does not', () => {
    expect(refusalOf(attention, query, [2, 4, 7, 8], value)).toEqual({
      at: '/inputs/1',
      code: 'shape_mismatch',
      detail: '"layer": queries and keys must have the same last axis: "x0" gives [2, 4, 5, 16], "x1" gives [2, 4, 7, 8]',
    });
    expect(refusalOf(attention, query, key, [2, 4, 6, 3])).toMatchObject({ at: '/inputs/2', code: 'shape_mismatch' });
    expect(refusalOf(attention, [5, 16], [7, 16], [7, 3])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
    expect(refusalOf(attention, query, key, value, [5, 6])).toMatchObject({ at: '/inputs/3', code: 'shape_mismatch' });
    expect(refusalOf(attention, query, key, value, [[5, 7], 'int64'])).toMatchObject({ at: '/inputs/3', code: 'wrong_dtype' });
    expect(refusalOf({ ...attention, is_causal: true }, query, key, value, [5, 7])).toMatchObject({
      at: '/is_causal',
      code: 'invalid_value',
    });
  });
});
