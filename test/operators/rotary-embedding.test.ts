import { expect, test } from 'vitest';
import { operationsOf, refusalOf } from './one-layer.ts';

test('a feature that turns takes two products and a sum', () => {
  expect(operationsOf({ type: 'RotaryEmbedding' }, [2, 4, 10, 8])).toEqual({ mul: 1280, add: 640 });
  // Of each of 4 heads of 8 features, 6 turn: 2·10·4·6 = 480.
  expect(operationsOf({ type: 'rotary_embedding', num_heads: 4, rotary_dim: 6 }, [2, 10, 32], [10, 3], [10, 3])).toEqual({
    mul: 960,
    add: 480,
  });
});

test('features turn in pairs, within a head', () => {
  expect(refusalOf({ type: 'rotary_embedding' }, [10, 7])).toEqual({
    at: '',
    code: 'not_divisible',
    detail: '"layer": features turn in pairs, and rotary_dim is 7: "x0" gives [10, 7]',
  });
  expect(refusalOf({ type: 'rotary_embedding', num_heads: 4, rotary_dim: 10 }, [10, 32])).toMatchObject({
    at: '/rotary_dim',
    code: 'out_of_range',
  });
});
