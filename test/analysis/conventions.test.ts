import { describe, expect, test } from 'vitest';
import { conventionNames, conventions } from '../../src/analysis/conventions.ts';
import { operators } from '../../src/operators/index.ts';
import { formula } from '../../src/tensor/formula.ts';

const operations = { mac: 1, add: 10, mul: 100, div: 1000, cmp: 10_000, exp: 100_000, log: 1e6, sqrt: 1e7, pow: 1e8, tanh: 1e9, erf: 1e10 };

describe('a convention', () => {
  test('is known by its name', () => {
    for (const name of conventionNames) expect(conventions[name].name).toBe(name);
  });

  test('says what a FLOP is: two a multiply-accumulate and one each other operation, or multiply-accumulates alone', () => {
    expect(conventions.standard.flops(operations)).toBe(11_111_111_112);
    expect(conventions.textbook.flops(operations)).toBe(1);
  });

  test('counts FLOPs as it says it does', () => {
    for (const name of conventionNames)
      expect(formula(conventions[name].flopsTerms.map(({ text }) => text).join(' + ')).evaluate(operations)).toBe(
        conventions[name].flops(operations),
      );
  });

  test('of the textbook has rows for convolutions, pooling other than adaptive, and linear layers', () => {
    const rows = operators.filter((operator) => conventions.textbook.hasRow?.(operator)).map(({ type }) => type);
    const ranks = (family: string) => [1, 2, 3].map((rank) => `${family}${rank}d`);
    expect(rows.toSorted()).toEqual(
      [
        ...['conv', 'conv_transpose', 'max_pool', 'avg_pool', 'lp_pool'].flatMap(ranks),
        ...['separable_conv1d', 'separable_conv2d', 'deform_conv2d'],
        ...['global_avg_pool', 'global_lp_pool', 'global_max_pool', 'linear'],
      ].toSorted(),
    );
    expect(conventions.standard.hasRow).toBeUndefined();
  });
});
