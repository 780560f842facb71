import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { blockFields, callFields, documentFields, inputFields } from '../../src/architecture/document.ts';
import { print } from '../../src/architecture/print-schema.ts';
import { quickCheck } from '../../src/architecture/quick-check.ts';
import { commonFields } from '../../src/architecture/read-layer.ts';
import { operators } from '../../src/operators/index.ts';

/** Every field that a document can have, by a title. */
const fields: readonly (readonly [string, z.ZodType])[] = [
  ...Object.entries({ document: documentFields, input: inputFields, block: blockFields, call: callFields, layer: commonFields }),
  ...operators.map((operator) => [operator.type, operator.attributes] as const),
].flatMap(([owner, shape]) =>
  Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => [`${owner}.${name}`, schema] as const),
);

/** Values at and around every border that a schema may draw. */
const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    2,
    3,
    1.5,
    63,
    64,
    -64,
    -65,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
    1e300,
    Infinity,
    NaN,
  ),
  fc.constantFrom(
    '',
    'a',
    'same',
    'valid',
    'causal',
    'zeros',
    'float32',
    'channels_last',
    'nearest',
    'tanh',
    'a\nb',
    'a\ud800',
    'ü',
    'x'.repeat(512),
    'x'.repeat(513),
    '\u{1f600}'.repeat(257),
    '\u{1f600}'.repeat(512),
    '\u{1f600}'.repeat(513),
  ),
  fc.integer(),
  fc.string(),
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.array(fc.integer({ min: -2, max: 5 }), { maxLength: 4 }),
  fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }), { maxLength: 4 }),
  fc.dictionary(fc.string(), scalar, { maxKeys: 2 }),
);

test('what a check accepts, its schema takes as it is', () => {
  let checks = 0;
  for (const [title, schema] of fields) {
    const check = quickCheck(print(schema));
    if (check === undefined) continue;
    checks++;
    fc.assert(
      fc.property(value, (sent) => {
        if (!check(sent)) return;
        const result = schema.safeParse(sent);
        expect(result.success, `${title} ${JSON.stringify(sent)}`).toBe(true);
        expect(Object.is(result.data, sent) || JSON.stringify(result.data) === JSON.stringify(sent), title).toBe(true);
      }),
      { numRuns: 300, seed: 7 },
    );
  }
  // Nearly every field is of a kind that has a check.
  expect(checks / fields.length).toBeGreaterThan(0.8);
});

describe('plain values are accepted without asking the schema', () => {
  const conv = operators.find(({ type }) => type === 'conv2d')?.attributes as Record<string, z.ZodType>;
  test.each([
    ['out_channels', 64],
    ['kernel_size', 3],
    ['kernel_size', [3, 5]],
    ['padding', 'same'],
    [
      'padding',
      [
        [1, 2],
        [0, 1],
      ],
    ],
    ['bias', false],
  ])('%s %j', (name, sent) => {
    expect(quickCheck(print(conv[name] as z.ZodType))?.(sent)).toBe(true);
  });
});

test('a text of too few characters is not accepted for its UTF-16 units', () => {
  // JSON Schema counts code points: one here, of two units.
  expect(quickCheck({ type: 'string', minLength: 2, maxLength: 4 })?.('\u{1f600}')).toBe(false);
  expect(quickCheck({ type: 'string', minLength: 1, maxLength: 4 })?.('\u{1f600}')).toBe(true);
  expect(quickCheck({ type: 'string', minLength: 2, maxLength: 4 })?.('ab')).toBe(true);
});
