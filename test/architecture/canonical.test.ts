import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../src/architecture/canonical.ts';
import { measureDocument } from '../measure-document.ts';
import { placesOf } from '../refusal.ts';

const depth = 64;

describe('canonical text', () => {
  test('sorts keys by UTF-16 code units and leaves white space out', () => {
    expect(canonicalText({ b: [1, { d: true, c: null }], a: 'x' }, depth)).toBe('{"a":"x","b":[1,{"c":null,"d":true}]}');
    // RFC 8785, section 3.2.3: U+1F600 sorts by its surrogates, before U+FB33.
    expect(canonicalText({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }, depth)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  test('writes numbers as ECMAScript does', () => {
    // RFC 8785, appendix B.
    expect(
      canonicalText(JSON.parse('[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0,1e21,9007199254740992,5e-324]'), depth),
    ).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,9007199254740992,5e-324]');
  });

  test('escapes what JSON must, in its shortest form', () => {
    expect(canonicalText('\u20ac$\u000f\nA\'B"\\\\"/\u007f', depth)).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"');
  });

  test('equals what the package "canonicalize" writes, for any JSON', () => {
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'b', '10', '9', 'constructor', 'toString'));
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          key.filter((text) => text.isWellFormed() && text !== '__proto__'),
          tie('value'),
          { maxKeys: 5 },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        // As a body arrives: parsed from text.
        const parsed = JSON.parse(JSON.stringify(value));
        expect(canonicalText(parsed, depth)).toBe(canonicalize(parsed));
      }),
      { numRuns: 500 },
    );
  });

  test('is the same for many objects with few key lists, and for more key lists than are remembered', () => {
    const few = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? { b: index, a: 1 } : { a: 1, b: index }));
    expect(canonicalText(few, depth)).toBe(canonicalize(few));
    const many = Array.from({ length: 6000 }, (_, index) => ({ [`z${index}`]: 1, [`y${index}`]: 2, a: 3 }));
    expect(canonicalText(many, depth)).toBe(canonicalize(many));
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${5000 - index}`, index]));
    expect(canonicalText([wide, wide], depth)).toBe(canonicalize([wide, wide]));
  });
});

describe('the nesting limit', () => {
  const lists = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  const objects = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

  test.each([lists, objects])('lets so many levels pass and no more', (nested) => {
    expect(() => canonicalText(nested(64), 64)).not.toThrow();
    expect(placesOf(nested(65))).toEqual(['# too_deep']);
  });

  test('holds for a hundred thousand levels', () => {
    expect(placesOf(lists(100_000))).toEqual(['# too_deep']);
    expect(placesOf(objects(100_000))).toEqual(['# too_deep']);
  });
});

describe('the key "__proto__"', () => {
  const relu = '{"type":"relu"}';

  test.each([
    [`{"input":[3],"layers":[${relu}],"__proto__":1}`, '#/__proto__'],
    [`{"input":[3],"layers":[{"type":"relu","__proto__":{"name":"x"}}]}`, '#/layers/0/__proto__'],
    [`{"inputs":[{"name":"x","shape":[3],"__proto__":{"batch":false}}],"layers":[${relu}]}`, '#/inputs/0/__proto__'],
    [`{"input":[3],"blocks":{"__proto__":{"layers":[${relu}]}},"layers":[{"type":"block","block":"__proto__"}]}`, '#/blocks/__proto__'],
    [`{"input":[3],"blocks":{"b":{"params":{"__proto__":1},"layers":[${relu}]}},"layers":[${relu}]}`, '#/blocks/b/params/__proto__'],
    [`{"input":[3],"layers":[{"type":"relu","activation":{"type":"relu","__proto__":1}}]}`, '#/layers/0/activation/__proto__'],
    [`{"input":[3],"layers":[${relu}],"metadata":{"a":[0,{"__proto__":1}]}}`, '#/metadata/a/1/__proto__'],
  ])('is refused where it stands: %s', (text, pointer) => {
    expect(placesOf(JSON.parse(text))).toEqual([`${pointer} unknown_key`]);
    expect(({} as Record<string, unknown>).batch).toBeUndefined();
  });

  test('is a name like any other where it is no key', () => {
    const report = measureDocument({
      input: [3],
      layers: [
        { type: 'relu', name: '__proto__' },
        { type: 'relu', inputs: ['__proto__'] },
      ],
    });
    expect(report.layers.map(({ name, inputs }) => [name, inputs])).toEqual([
      ['__proto__', ['input']],
      ['relu_1', ['__proto__']],
    ]);
  });
});

test('the hash of a report is that of the canonical text', () => {
  // printf '{"input":[3],"layers":[{"type":"relu"}]}' | sha256sum
  const { model } = measureDocument({ layers: [{ type: 'relu' }], input: [3] });
  expect(model.hash).toBe('sha256:7099aa12908398bc6ce63d745a78dee8467769f6ff9a532c9b621427bcc3344b');
});
