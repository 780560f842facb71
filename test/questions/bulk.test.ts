import { expect, test } from 'vitest';
import { InvalidArchitecture } from '../../src/issue.ts';
import { bulkAnswer, idOf, readBulkLine } from '../../src/questions/bulk.ts';

function wrongWith(sent: unknown): [path: string, code: string][] {
  try {
    readBulkLine(sent);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    return error.issues.map(({ path, code }) => [path.join('.'), code]);
  }
}

test('a line has a model, and may have an id and options', () => {
  expect(readBulkLine({ id: 1, model: { ref: 'lenet5' }, options: { batch_size: 2 } })).toEqual({
    model: { ref: 'lenet5' },
    options: { batch_size: 2 },
  });
  // What a model is, is for whoever reads it.
  expect(readBulkLine({ model: null })).toEqual({ model: null, options: undefined });
});

test('whatever is wrong with its keys is said at once', () => {
  expect(wrongWith({ id: {}, modle: {}, options: [] })).toEqual([
    ['modle', 'unknown_key'],
    ['', 'missing_key'],
    ['id', 'invalid_value'],
    ['options', 'invalid_value'],
  ]);
  for (const sent of [[], 'text', 1, null]) expect(wrongWith(sent)).toEqual([['', 'invalid_value']]);
});

test('a line of a hundred thousand unknown keys is refused soon', () => {
  const sent = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`modex${index}`, 1]));
  expect(wrongWith(sent)).toHaveLength(1000);
});

test.each([
  ['"a\\u0001é"', '"a\\u0001é"'],
  ['"\\ud800"', '"\\ud800"'],
  ['7', '7'],
  ['-0', '0'],
  ['true', 'true'],
  ['null', 'null'],
  ['12345678901234567890', '12345678901234567890'],
  ['1e400', '1e400'],
  ['0.10', '0.10'],
  ['{}', 'null'],
  ['[1]', 'null'],
])('the id %s comes back as %s', (id, expected) => {
  const text = `{"model":{"id":12345678901234567891,"layers":[{"id":1e401}]},"id":${id}}`;
  expect(idOf(text, JSON.parse(text))).toBe(expected);
});

test('an id that cannot be told is null', () => {
  expect(idOf('[1]', [1])).toBe('null');
  expect(idOf('{}', {})).toBe('null');
});

test('a long number is given rounded where the line nests too deep for it to be looked up', () => {
  const text = `{"id":12345678901234567890,"model":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  expect(idOf(text, JSON.parse(text))).toMatch(/^1234567890123456\d{4}$/);
});

test('an answer is one line of JSON', () => {
  expect(bulkAnswer('"a"', 3, 'problem', { detail: 'x\ny' })).toBe('{"id":"a","index":3,"problem":{"detail":"x\\ny"}}');
  expect(bulkAnswer('null', null, 'totals', {})).toBe('{"id":null,"index":null,"totals":{}}');
});
