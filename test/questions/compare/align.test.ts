import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alignable } from '../../../src/questions/compare/align.ts';
import { align } from '../../../src/questions/compare/align.ts';

/** `name type size`: a layer whose signature is its type and size, and whose outputs are its size. */
function layers(...lines: readonly string[]): Alignable[] {
  return lines.map((line) => {
    const [name = '', type = '', size = ''] = line.split(' ');
    return { name, type, outputs: size, signature: `${type} ${size}` };
  });
}

describe('a layer is', () => {
  test('the one of its name, wherever that stands', () => {
    expect(align(layers('a conv 1', 'b relu 1'), layers('b relu 1', 'a conv 2'))).toEqual([1, 0]);
  });

  test('of those without that name the one that is the same, in order', () => {
    expect(align(layers('a conv 1', 'b relu 1', 'c conv 2'), layers('x conv 1', 'n tanh 1', 'y relu 1', 'z conv 2'))).toEqual([
      0,
      undefined,
      1,
      2,
    ]);
  });

  test('of what is left between the same neighbours the one of its type, then the one of its shapes', () => {
    const base = layers('a conv 1', 'b relu6 5', 'c conv 7', 'd linear 1');
    expect(align(base, layers('p conv 1', 'q clamp 5', 'r conv 8', 's linear 1'))).toEqual([0, 1, 2, 3]);
  });

  test('new, where nothing is like it', () => {
    expect(align(layers('a conv 1'), layers('b relu 2', 'a conv 1', 'c tanh 3'))).toEqual([undefined, 0, undefined]);
  });
});

test('names that only count are passed over where an insertion shifts them', () => {
  const plain = (sizes: readonly number[]) => layers(...sizes.map((size, index) => `conv_${index + 1} conv ${size}`));
  expect(align(plain([1, 2, 3, 4, 5, 6]), plain([9, 1, 2, 3, 4, 5, 6]))).toEqual([undefined, 0, 1, 2, 3, 4, 5]);
});

test('no layer has two partners, and one that is there unchanged has one', () => {
  const layer = fc.record({ name: fc.nat({ max: 30 }), type: fc.constantFrom('conv', 'relu'), size: fc.nat({ max: 3 }) });
  const network = fc
    .uniqueArray(layer, { selector: ({ name }) => name, maxLength: 20 })
    .map((list) => layers(...list.map(({ name, type, size }) => `n${name} ${type} ${size}`)));
  fc.assert(
    fc.property(network, network, (base, head) => {
      const partners = align(base, head);
      const found = partners.filter((place) => place !== undefined);
      expect(partners).toHaveLength(head.length);
      expect(new Set(found).size).toBe(found.length);
      expect(found.every((place) => base[place] !== undefined)).toBe(true);
      expect(align(base, base)).toEqual(base.map((_, index) => index));
    }),
  );
});
