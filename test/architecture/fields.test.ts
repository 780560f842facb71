import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { blockFields, callFields, documentFields, inputFields } from '../../src/architecture/document.ts';
import { fieldTable, readFields } from '../../src/architecture/fields.ts';
import { commonFields } from '../../src/architecture/read-layer.ts';
import type { Issue } from '../../src/issue.ts';
import { InvalidArchitecture } from '../../src/issue.ts';
import { operators } from '../../src/operators/index.ts';

const positive = z.int().min(1);
const common = { name: z.string().optional(), type: z.string() };
const own = {
  size: z.union([positive, z.array(positive).length(2)]),
  count: positive,
  shift: z.int().default(0),
  pairs: z.array(z.array(z.int().min(0)).length(2)).optional(),
};
const table = fieldTable(
  [common, own],
  {
    dimensions: 'size',
    n: 'count',
    flat: {
      attribute: 'pairs',
      read: (value) => (Array.isArray(value) ? [[value[0], value[1]]] : undefined),
      form: 'two numbers in a list',
    },
    name: 'size', // hidden by the field of that name
    ghost: 'nothing',
  },
  { extent: 'write size, which counts from 1' },
);

function readThing(object: Record<string, unknown>) {
  const issues: Issue[] = [];
  const records = readFields(table, object, ['at'], issues, 'a thing');
  return { records, found: issues.map(({ path, code }) => `${path.join('/')} ${code}`), details: issues.map(({ detail }) => detail) };
}

describe('an object of known fields', () => {
  test('is read into its records, defaults filled in, absent fields present as undefined', () => {
    const { records, found } = readThing({ type: 't', size: 3, count: 1 });
    expect(found).toEqual([]);
    expect(records).toEqual([
      { name: undefined, type: 't' },
      { size: 3, count: 1, shift: 0, pairs: undefined },
    ]);
    for (const record of records) expect(Object.keys(record)).toHaveLength(record.type === undefined ? 4 : 2);
  });

  test('is read the same in other spellings, a foreign form translated', () => {
    const { records, found } = readThing({ type: 't', dimensions: [3, 4], n: 2, flat: [0, 1] });
    expect(found).toEqual([]);
    expect(records[1]).toEqual({ size: [3, 4], count: 2, shift: 0, pairs: [[0, 1]] });
  });

  test('takes its own form under the name of a foreign one', () => {
    expect(readThing({ type: 't', size: 1, count: 1, flat: [[0, 1]] }).found).toEqual(['at/flat invalid_value']);
    expect(readThing({ type: 't', size: 1, count: 1, pairs: [[0, 1]] }).found).toEqual([]);
  });

  test('names every key that is wrong, as it was spelt', () => {
    const { found, details } = readThing({ dimensions: [1, 0], conut: 3, type: 5, constructor: 1, toString: 2 });
    expect(found).toEqual([
      'at/dimensions/1 invalid_value',
      'at/conut unknown_key',
      'at/type invalid_value',
      'at/constructor unknown_key',
      'at/toString unknown_key',
      'at missing_key',
    ]);
    expect(details[0]).toBe(
      'dimensions must be a whole number of at least 1, or a list of 2 entries, each a whole number of at least 1; given [1,0]',
    );
    expect(details[1]).toBe('unknown key "conut" in a thing; did you mean "count"?');
    expect(details[5]).toBe('a thing needs count: a whole number of at least 1');
  });

  test('does not coerce', () => {
    for (const count of ['1', true, null, 1.5, 2 ** 53, Number.POSITIVE_INFINITY, [1], {}])
      expect([count, readThing({ type: 't', size: 1, count }).found]).toEqual([count, ['at/count invalid_value']]);
  });

  test('points at the whole value where a foreign form was laid out otherwise', () => {
    const { found, details } = readThing({ type: 't', size: 1, count: 1, flat: [0, -1] });
    expect(found).toEqual(['at/flat invalid_value']);
    expect(details).toEqual(['flat must be two numbers in a list; given [0,-1]']);
  });

  test('may not say one thing twice, even the same', () => {
    expect(readThing({ type: 't', size: 1, dimensions: 1, count: 1 }).found).toEqual(['at/dimensions duplicate_key']);
  });

  test('of which one key is doubled and another absent, hears of both', () => {
    expect(readThing({ type: 't', size: 1, dimensions: 2 }).found).toEqual(['at/dimensions duplicate_key', 'at missing_key']);
    expect(readThing({ type: 't', n: 1, count: 1 }).found).toEqual(['at/count duplicate_key', 'at missing_key']);
  });

  test('an alias never takes the place of a field, and one of nothing is unknown', () => {
    expect(readThing({ type: 't', name: 'x', size: 1, count: 1 }).found).toEqual([]);
    expect(readThing({ type: 't', ghost: 1, size: 1, count: 1 }).found).toEqual(['at/ghost unknown_key']);
  });

  test('is told what a key from elsewhere is called here', () => {
    const { found, details } = readThing({ type: 't', size: 1, count: 1, extent: 5 });
    expect(found).toEqual(['at/extent unknown_key']);
    expect(details).toEqual(['unknown key "extent" in a thing; write size, which counts from 1']);
  });

  test('with thousands of unknown keys is given up on', () => {
    const keys = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, 1]));
    expect(() => readThing(keys)).toThrow(InvalidArchitecture);
  });
});

describe('what is taken without asking the schema', () => {
  const values = [0, -0, 1, 3, -1, 1.5, 7, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e308, Number.POSITIVE_INFINITY, Number.NaN]
    .concat([0.1, 0.5, 64, 65, -64, -65, 4096, 65_535] as number[])
    .map((value): unknown => value)
    .concat([
      '',
      'a',
      'same',
      'valid',
      'causal',
      'zeros',
      'float32',
      'int4',
      'block',
      'relu',
      'a\nb',
      '\u2028',
      '\ud800',
      '\u{1f600}',
      'x'.repeat(512),
      'x'.repeat(513),
    ])
    .concat([
      true,
      false,
      null,
      undefined,
      {},
      { type: 'relu' },
      { type: 5 },
      { a: 1 },
      [],
      [1],
      [1, 1],
      [1, 1, 1],
      [0, 1],
      [1, -1],
      [1.5, 2],
      ['a'],
      ['a', ''],
      [[0, 1]],
      [
        [0, 1],
        [1, 2],
      ],
      [[1], [2]],
    ])
    .concat([new Array(64).fill(1), new Array(65).fill(1), new Array(4097).fill('a'), new Array(3), [undefined], [[]], [null]]);

  test('is what the schema takes, as it is', () => {
    const tables = [documentFields, inputFields, blockFields, callFields, commonFields, ...operators.map(({ attributes }) => attributes)];
    let taken = 0;
    for (const fields of tables) {
      for (const { name, schema, accepts } of fieldTable([fields]).bySpelling.values()) {
        for (const value of values) {
          if (!accepts(value)) continue;
          taken++;
          expect([name, value, schema.safeParse(value)]).toEqual([name, value, { success: true, data: value }]);
        }
      }
    }
    expect(taken).toBeGreaterThan(1000);
  });
});
