import { expect, test } from 'vitest';
import * as z from 'zod';
import { blockFields, callFields, documentFields, inputFields } from '../../src/architecture/document.ts';
import { expected } from '../../src/architecture/expected.ts';
import { nameSchema } from '../../src/architecture/names.ts';
import { commonFields } from '../../src/architecture/read-layer.ts';
import { operators } from '../../src/operators/index.ts';

test.each([
  [z.int(), 'a whole number'],
  [z.int().min(1), 'a whole number of at least 1'],
  [z.int().min(1).max(7), 'a whole number from 1 to 7'],
  [z.int().max(7), 'a whole number of at most 7'],
  [z.int().min(3).max(3), 'a whole number of 3'],
  [z.number().positive(), 'a number above 0'],
  [z.number().min(0).max(1), 'a number from 0 to 1'],
  [z.number(), 'a number'],
  [z.boolean(), 'true or false'],
  [z.literal('block'), '"block"'],
  [z.enum(['a', 'b']), 'one of "a", "b"'],
  [z.string(), 'text'],
  [nameSchema, 'text of 1 to 512 characters without control characters or lone surrogates'],
  [z.array(z.int()).length(2), 'a list of 2 entries, each a whole number'],
  [z.array(z.int()).min(1).max(3), 'a list from 1 to 3 entries, each a whole number'],
  [z.array(z.unknown()).min(1), 'a list of at least 1 entries'],
  [z.array(z.boolean()).length(1), 'a list of 1, each true or false'],
  [
    z.union([z.int().min(1), z.array(z.int().min(1)).length(2)]),
    'a whole number of at least 1, or a list of 2 entries, each a whole number of at least 1',
  ],
  [z.int().nullable(), 'a whole number, or null'],
  [z.number().nullable(), 'a number, or null'],
  [z.int().min(1).default(1), 'a whole number of at least 1'],
  [z.record(z.string(), z.unknown()), 'an object'],
])('%#: is said in words', (schema, words) => {
  expect(expected(schema)).toBe(words);
});

test('every value that a document may hold is described in full', () => {
  const fields = [documentFields, inputFields, blockFields, callFields, commonFields, ...operators.map(({ attributes }) => attributes)];
  const sentences = fields.flatMap((shape) => Object.entries(shape).map(([name, schema]) => `${name}: ${expected(schema as z.ZodType)}`));
  expect(sentences.filter((sentence) => /a value|undefined|object Object/.test(sentence))).toEqual([]);
});
