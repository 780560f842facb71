import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Path } from '../../src/issue.ts';
import { repeatedKeys } from '../../src/tensor/repeated-keys.ts';

const found = (text: string) => repeatedKeys(text, JSON.parse(text));

describe('keys that stand twice', () => {
  test.each([
    ['{"type":"relu","type":"tanh"}', [['type']]],
    ['{"a":1,"b":2,"a":3,"a":4}', [['a'], ['a']]],
    ['{"layers":[{"type":"relu"},{"n":[0,{"x":1,"x":1}]}]}', [['layers', 1, 'n', 1, 'x']]],
    ['{"a":{"x":1,"x":2},"a":3}', [['a', 'x'], ['a']]],
    ['{"a" : 1 ,\n\t"a"\r\n: 2}', [['a']]],
    // The same key, spelt otherwise.
    ['{"a":1,"\\u0061":2}', [['a']]],
    ['{"a\\"":1,"a\\"":2}', [['a"']]],
    ['{"a\\\\":1,"a\\\\":2}', [['a\\']]],
    ['{"":1,"":2}', [['']]],
    ['{"__proto__":1,"__proto__":2}', [['__proto__']]],
    ['\ufeff{"a":1,"a":2}'.slice(1), [['a']]],
  ])('%s', (text, places) => {
    expect(found(text)).toEqual(places);
  });

  test.each([
    '{"a":1,"A":2,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
    // Colons that are part of a string, also where they look like a key's.
    '{"inputs":["p:1","https://x",":0"," : ","\\":","\\\\\\": 1"],"a:b":":"}',
    '["a","a"]',
    '"a"',
    '7',
    'null',
    '{}',
  ])('not in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('a thousand are told, in the order of the text, and none that lies deeper than any document may', () => {
    const many = `{${Array.from({ length: 3000 }, (_, index) => `"k${index >> 1}":0`).join(',')}}`;
    expect(found(many)).toHaveLength(1000);
    expect(found(many)[999]).toEqual(['k999']);
    const levels = 100_000;
    expect(found(`${'['.repeat(levels)}{"a":1,"a":2}${']'.repeat(levels)}`)).toEqual([]);
  });
});

/** A JSON text as its author wrote it: objects are lists of entries, in which a key may come again. */
type Written =
  | null
  | string
  | number
  | { readonly list: readonly Written[] }
  | { readonly object: readonly (readonly [string, Written])[] };

// No key of a single backslash: JSON.parse of V8 13.6 takes an escaped key of one character for it, once an object of such keys has had it in that place.
const key = fc.constantFrom('a', 'b', ':', '":', '\\x', '\\":', '', ' ', 'a:1', 'é', '\u{1f600}');
const written = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    key,
    fc.integer({ min: 0, max: 9 }),
    fc.record({ list: fc.array(tie('value'), { maxLength: 4 }) }),
    fc.record({ object: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }) }),
  ),
})).value;

function print(value: Written, space: string, escaped: boolean): string {
  const text = (of: string) =>
    escaped
      ? `"${[...of].map((letter) => (letter === 'a' || letter === ':' ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : JSON.stringify(letter).slice(1, -1))).join('')}"`
      : JSON.stringify(of);
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value === 'number') return String(value);
  if ('list' in value) return `[${space}${value.list.map((item) => print(item, space, escaped)).join(`${space},${space}`)}${space}]`;
  // Keys as they are, so that they meet those that are escaped elsewhere.
  const entries = value.object.map(
    ([name, item], index) => `${index % 2 ? text(name) : JSON.stringify(name)}${space}:${space}${print(item, space, escaped)}`,
  );
  return `{${space}${entries.join(`${space},${space}`)}${space}}`;
}

function repeatsOf(value: Written, at: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [];
  if ('list' in value) return value.list.flatMap((item, index) => repeatsOf(item, [...at, index]));
  return value.object.flatMap(([name, item], index) => {
    const before = value.object.slice(0, index).some(([other]) => other === name);
    return [...(before ? [[...at, name]] : []), ...repeatsOf(item, [...at, name])];
  });
}

test('are exactly those that a text was written with, however it is spelt and spaced', () => {
  let repeated = 0;
  let clean = 0;
  fc.assert(
    fc.property(written, fc.constantFrom('', ' ', '\n\t', '\r\n  '), fc.boolean(), (value, space, escaped) => {
      const expected = repeatsOf(value);
      if (expected.length > 0) repeated++;
      else clean++;
      expect(found(print(value, space, escaped))).toEqual(expected);
    }),
    { numRuns: 5000, seed: 16 },
  );
  expect(Math.min(repeated, clean)).toBeGreaterThan(400);
});
