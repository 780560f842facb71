import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globsOf } from '../../src/questions/glob.ts';

function matches(pattern: string, text: string): boolean {
  return globsOf([pattern])(text);
}

/** The same by the engine of regular expressions, which may take its time. */
function oracle(pattern: string, text: string): boolean {
  const source = [...pattern].map((character) =>
    character === '*' ? '[^]*' : character === '?' ? '[^]' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return new RegExp(`^${source.join('')}$`, 'u').test(text);
}

describe('a glob', () => {
  test.each([
    ['layer1.*', 'layer1.0/conv1', true],
    ['layer1.*', 'layer10', false],
    ['*/conv?', 'layer1.0/conv1', true],
    ['*conv*', 'conv', true],
    ['a*a', 'a', false],
    ['?', '🙂', true],
    ['[ab].(c)+', '[ab].(c)+', true],
    ['*', '', true],
    ['**', 'x', true],
    ['a*b*c', 'a-c-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['', '', true],
  ])('%s on %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test('matches what the same regular expression does', () => {
    const letters = fc.constantFrom('a', 'b', '*', '?', '.', '🙂');
    const pattern = fc.array(letters, { maxLength: 10 }).map((list) => list.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '.', '🙂'), { maxLength: 14 }).map((list) => list.join(''));
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        expect(matches(glob, name)).toBe(oracle(glob, name));
      }),
      { numRuns: 3000 },
    );
  });

  test('of many stars takes no longer than its length says', () => {
    const effort = { left: 1e6 };
    expect(globsOf([`${'a*'.repeat(200)}b`], effort)('a'.repeat(512))).toBe(false);
    expect(globsOf([`*${'a'.repeat(200)}b*`], effort)('a'.repeat(512))).toBe(false);
    // 512 characters, at each of which 201 are compared at most.
    expect(effort.left).toBeGreaterThan(1e6 - 2 * (512 + 512 * 202));
  });
});

test('several are alternatives', () => {
  const either = globsOf(['conv1', 'fc*']);
  expect(['conv1', 'fc', 'fc2', 'conv2'].map(either)).toEqual([true, true, true, false]);
});
