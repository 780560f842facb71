import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonOrder } from '../../../src/questions/compare/common-order.ts';

/** Length of the longest common subsequence by the table of the textbook. */
function longest(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let x = 1; x <= a.length; x++)
    for (let y = 1; y <= b.length; y++)
      (table[x] as number[])[y] =
        a[x - 1] === b[y - 1] ? (table[x - 1]?.[y - 1] as number) + 1 : Math.max(table[x - 1]?.[y] as number, table[x]?.[y - 1] as number);
  return table[a.length]?.[b.length] as number;
}

function isOrder(pairs: readonly (readonly [number, number])[], a: readonly string[], b: readonly string[]): boolean {
  return pairs.every(([x, y], index) => {
    const [beforeX, beforeY] = pairs[index - 1] ?? [-1, -1];
    return a[x] !== undefined && a[x] === b[y] && x > beforeX && y > beforeY;
  });
}

test('it is as long as the longest common subsequence, in order, of equal entries', () => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const pairs = commonOrder(a, b);
      expect(isOrder(pairs, a, b)).toBe(true);
      expect(pairs).toHaveLength(longest(a, b));
    }),
    { numRuns: 2000 },
  );
});

test('lists that share next to nothing are given up on: pairs are in order still', () => {
  const a = Array.from({ length: 3000 }, (_, index) => `a${index % 1500}`);
  const b = Array.from({ length: 3000 }, (_, index) => (index % 10 === 0 ? `a${index % 1500}` : `b${index}`));
  const pairs = commonOrder(a, b);
  expect(pairs.length).toBeGreaterThan(100);
  expect(isOrder(pairs, a, b)).toBe(true);
});
