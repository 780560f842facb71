import { describe, expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

const attention = { type: 'multihead_attention', num_heads: 2 };
const self = [3, 5, 8];

describe('multihead_attention', () => {
  test('counts its projections, both products and the softmax of all heads', () => {
    // A sample: 4·5·8·8 = 1,280 products to project, 2·5·5·8 = 400 to attend. 2·5 rows of 5 scores: 4 cmp, 5 + 4 add. Biases: 4·5·8 = 160.
    expect(operationsOf(attention, self)).toEqual({
      mac: 3 * 1680,
      mul: 3 * 50,
      add: 3 * (10 * 9 + 160),
      cmp: 3 * 40,
      exp: 3 * 50,
      div: 3 * 50,
    });
    expect(operationsOf({ ...attention, bias: false, is_causal: true }, self)).toMatchObject({ mac: 3 * 1680, add: 3 * 90 });
  });

  test('projects keys and values of their own length and features', () => {
    const layer = { ...attention, kdim: 6, vdim: 10, bias: false };
    const row = rowOf(layer, [1, 5, 8], [1, 7, 6], [1, 7, 10]);
    // 5·8·8 for the queries, 7·6·8 and 7·10·8, 5·8·8 for the output; 2·5·7·8 to attend.
    expect(row.compute.macs).toBe(320 + 336 + 560 + 320 + 560);
    expect(valuesOf(row, '/compute/macs')).toBe('(2·5·8 + 7·(6 + 10) + 2·5·7)·8·1 = 2096');
    expect(valuesOf(row, '/weights/parameters')).toBe('(2·8 + 6 + 10)·8 = 256');
  });

  test('attends to a learned key and a zero key as well', () => {
    const layer = { ...attention, add_bias_kv: true, add_zero_attn: true };
    // 7 keys in place of 5: products 2·5·7·8, rows of 7 scores with 6 + 7 add.
    const counts = operationsOf(layer, self);
    expect(counts.mac).toBe(3 * (1280 + 560));
    expect(counts.add).toBe(3 * (10 * 13 + 160));
    // in_proj 24·8 + 24, out_proj 8·8 + 8, bias_k and bias_v.
    expect(rowOf(layer, self).weights.parameters).toBe(216 + 72 + 16);
    expect(valuesOf(rowOf(layer, self), '/weights/parameters')).toBe('(2·8 + 8 + 8)·8 + 4·8 + 2·8 = 304');
  });

  test('averages the weights over the heads where they are asked for', () => {
    // 25 pairs of query and key: one addition and one division for two heads.
    const plain = operationsOf(attention, self);
    const averaged = operationsOf({ ...attention, need_weights: true }, self);
    expect(averaged).toEqual({ ...plain, add: (plain.add ?? 0) + 3 * 25, div: (plain.div ?? 0) + 3 * 25 });
    expect(operationsOf({ ...attention, need_weights: true, bias: false }, self).add).toBe(3 * (90 + 25));
    expect(operationsOf({ ...attention, need_weights: true, average_attn_weights: false }, self)).toEqual(plain);
  });

  test('adds a floating mask to the scores', () => {
    const plain = operationsOf(attention, self, self, self);
    expect(operationsOf(attention, self, self, self, [5, 5]).add).toBe((plain.add ?? 0) + 3 * 50);
    expect(operationsOf(attention, self, self, self, [[6, 5, 5], 'bool'])).toEqual(plain);
    expect(refusalOf(attention, self, self, self, [3, 5, 5])).toEqual({
      at: '/inputs/3',
      code: 'shape_mismatch',
      detail: '"layer": attn_mask must be [5, 5] or [6, 5, 5], but "x3" gives [3, 5, 5]',
    });
  });

  test('refuses widths that do not fit, at the width where it is stated', () => {
    expect(refusalOf({ ...attention, num_heads: 3 }, self)).toEqual({
      at: '/num_heads',
      code: 'not_divisible',
      detail: '"layer": num_heads 3 does not divide embed_dim 8',
    });
    expect(refusalOf({ ...attention, embed_dim: 6 }, self)).toMatchObject({ at: '/embed_dim', code: 'mismatch' });
    expect(refusalOf({ ...attention, kdim: 7 }, self, [3, 7, 6], [3, 7, 8])).toMatchObject({ at: '/kdim', code: 'mismatch' });
    expect(refusalOf(attention, self, [3, 7, 6], [3, 7, 8])).toEqual({
      at: '/inputs/1',
      code: 'mismatch',
      detail: '"layer": kdim is absent, which means embed_dim 8, but "x1" gives [3, 7, 6] with 6 features',
    });
  });

  test('refuses sequences that do not go together', () => {
    expect(refusalOf(attention, self, self)).toMatchObject({ at: '/inputs', code: 'wrong_input_count' });
    expect(refusalOf(attention, self, [2, 5, 8], [2, 5, 8])).toMatchObject({ at: '/inputs/1', code: 'shape_mismatch' });
    expect(refusalOf(attention, self, [3, 7, 8], [3, 6, 8])).toMatchObject({ at: '/inputs/2', code: 'shape_mismatch' });
    expect(refusalOf(attention, [5, 8])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });
});
