import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formula } from '../../src/tensor/formula.ts';
import { evaluateText } from '../oracles/evaluate-formula.ts';

describe('a formula', () => {
  test('prints without the digits that tell axes apart, and with values in place of symbols', () => {
    const macs = formula('k0·k1·{c_in/g}·c_out·h·w·n');
    expect(macs.text).toBe('k·k·c_in/g·c_out·h·w·n');
    const symbols = { k0: 3, k1: 3, 'c_in/g': 3, c_out: 64, h: 224, w: 224, n: 1 };
    expect(macs.evaluate(symbols)).toBe(86704128);
    expect(macs.withValues(symbols)).toBe('3·3·3·64·224·224·1 = 86704128');
  });

  test('shows the window rule as the contract does', () => {
    const extent = formula('⌊(i + 2·p − k)/s⌋ + 1');
    expect(extent.withValues({ i: 224, p: 1, k: 3, s: 1 })).toBe('⌊(224 + 2·1 − 3)/1⌋ + 1 = 224');
  });

  test('puts negative values in parentheses', () => {
    expect(formula('a − b').withValues({ a: 1, b: -2 })).toBe('1 − (−2) = 3');
    expect(formula('a^2').withValues({ a: -2 })).toBe('(−2)^2 = 4');
    expect(formula('a·b').withValues({ a: -2, b: 3 })).toBe('(−2)·3 = (−6)');
  });

  test('binds like arithmetic: powers first, then · and / from left to right, then + and −', () => {
    const value = (text: string) => formula(text).evaluate({});
    expect(value('2 + 3·4 − 6/2')).toBe(11);
    expect(value('24/4/2')).toBe(3);
    expect(value('10 − 4 − 3')).toBe(3);
    expect(value('2·3^2')).toBe(18);
    expect(value('2^3^2')).toBe(512);
    expect(value('√(16) + max(2, 7) − min(4, 3)')).toBe(8);
    expect(value('⌈7/2⌉·⌊7/2⌋')).toBe(12);
    expect(value('⌈9·0.5⌉')).toBe(5);
  });

  test('takes any symbol as text, never as code', () => {
    const odd = formula('{a"] + process.exit() + s["b}·2');
    expect(odd.evaluate({ 'a"] + process.exit() + s["b': 21 })).toBe(42);
  });

  test('is refused where it is not understood', () => {
    expect(() => formula('a × b')).toThrow('formula "a × b" is not understood at 1');
    expect(() => formula('a·{b')).toThrow('not understood');
    expect(() => formula('(a + b')).toThrow();
  });

  test('says and evaluates the same, for any expression', () => {
    // Text, and its value worked out beside it.
    type Node = readonly [text: string, value: number];
    const trees = fc.letrec<{ tree: Node }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 1, max: 9 }).map((n): Node => [`x${n}`, n]),
        fc.tuple(tie('tree'), fc.constantFrom('+', '−', '·', '/'), tie('tree')).map(([[a, x], sign, [b, y]]): Node => {
          const value = sign === '+' ? x + y : sign === '−' ? x - y : sign === '·' ? x * y : x / y;
          return [`(${a}) ${sign} (${b})`, value];
        }),
        tie('tree').map(([a, x]): Node => [`⌊${a}⌋`, Math.floor(x)]),
        tie('tree').map(([a, x]): Node => [`⌈${a}⌉`, Math.ceil(x)]),
        fc.tuple(tie('tree'), tie('tree')).map(([[a, x], [b, y]]): Node => [`max(${a}, ${b})`, Math.max(x, y)]),
      ),
    }));
    const symbols = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`x${n + 1}`, n + 1]));
    fc.assert(
      fc.property(trees.tree, ([text, value]) => {
        fc.pre(Number.isFinite(value));
        const rule = formula(text);
        expect(rule.evaluate(symbols)).toBe(value);
        const [left, right] = rule.withValues(symbols).split(' = ') as [string, string];
        // + 0: a negative zero prints as 0.
        expect(evaluateText(left) + 0).toBe(value + 0);
        expect(evaluateText(right) + 0).toBe(value + 0);
      }),
    );
  });
});
