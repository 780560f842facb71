import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArchitecture, pointerTo } from '../../src/issue.ts';
import { operators } from '../../src/operators/index.ts';
import { networks } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Measures, or returns where the document is said to be wrong; every other failure is ours and is thrown on. */
function outcome(document: unknown): readonly string[] {
  try {
    JSON.stringify(measureDocument(document, { include: ['formulas', 'by_type'] }));
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    return error.issues.map(({ path, detail }) => {
      const pointer = pointerTo(document, path);
      resolvePointer(document, pointer);
      expect(detail).not.toMatch(/undefined|NaN|\[object/);
      expect(detail.length).toBeLessThan(2000);
      return pointer;
    });
  }
}

const hostile = fc.constantFrom<Json>(
  0,
  -1,
  1,
  2,
  1.5,
  -0,
  2 ** 31,
  2 ** 31 - 1,
  2 ** 53,
  1e308,
  -(2 ** 53) + 1,
  JSON.parse('1e400'),
  null,
  true,
  '',
  'x',
  '$w',
  '$',
  'a:1',
  'input:0',
  '__proto__',
  'constructor',
  'same',
  '\ud800',
  '\u0000',
  [],
  {},
  [0],
  [1, 1],
  [1, 1, 1, 1, 1, 1],
  [[1, 2]],
  [[]],
  [null],
  { type: 'relu' },
  { type: 'block', block: 'b' },
  [2 ** 31 - 1, 2 ** 31 - 1],
  'block',
  'relu',
  'lstm',
  'channels_last',
  'int4',
  65535,
);

interface Place {
  readonly holder: Json[] | { [key: string]: Json };
  readonly key: string;
}

function placesIn(value: Json, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, item] of Object.entries(value)) {
    found.push({ holder: value, key });
    placesIn(item, found);
  }
  return found;
}

/** A copy with a few values replaced, removed or put at a new key. */
function damaged(
  document: unknown,
  damage: readonly { readonly at: number; readonly how: string; readonly value: Json; readonly key: string }[],
): Json {
  const copy = structuredClone(document) as Json;
  for (const { at, how, value, key } of damage) {
    const places = placesIn(copy);
    const place = places[at % places.length];
    if (place === undefined) continue;
    const holder = place.holder as { [key: string]: Json };
    if (how === 'replace') holder[place.key] = structuredClone(value);
    else if (how === 'remove') Array.isArray(place.holder) ? place.holder.splice(Number(place.key), 1) : delete holder[place.key];
    else if (Array.isArray(place.holder)) place.holder.push(structuredClone(value));
    else Object.defineProperty(holder, key, { value: structuredClone(value), enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

const damage = fc.array(
  fc.record({
    at: fc.nat(100_000),
    how: fc.constantFrom('replace', 'replace', 'remove', 'add'),
    value: hostile,
    key: fc.constantFrom(
      '__proto__',
      'constructor',
      'name',
      'inputs',
      'shares',
      'repeat',
      'activation',
      'dtype',
      'data_format',
      'params',
      'outputs',
      'bias',
      'stride',
      'axis',
      'x',
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('a damaged document is measured or refused, never a failure', () => {
  const examples = operators.flatMap(({ type, examples: own }) =>
    own.map(({ layer, inputs }) => {
      const fed = inputs.map((input, index) => ({ name: `x${index}`, batch: false, ...input }));
      return { type, document: { inputs: fed, layers: [{ ...layer, type, inputs: fed.map(({ name }) => name) }] } };
    }),
  );

  test('whatever layer type it is of', () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples), damage, ({ document }, wounds) => {
        outcome(damaged(document, wounds));
      }),
      { numRuns: 4000 },
    );
  });

  test('whatever attribute of whatever type is replaced', () => {
    const values = fc.sample(hostile, { numRuns: 60, seed: 1 });
    for (const { document } of examples) {
      const [layer] = document.layers;
      for (const key of Object.keys(layer ?? {}))
        for (const value of values) outcome({ ...document, layers: [{ ...layer, [key]: value }] });
    }
  });

  test('whatever network it is of', () => {
    const small = networks.filter(({ name }) =>
      ['lenet5', 'resnet18', 'lstm_lm', 'squeezenet1_1', 'mobilenet_v3_small', 'unet', 'vit_b_16'].includes(name),
    );
    expect(small).toHaveLength(7);
    fc.assert(
      fc.property(fc.constantFrom(...small), damage, ({ document }, wounds) => {
        outcome(damaged(document, wounds));
      }),
      { numRuns: 1500 },
    );
  });

  test('and any JSON at all is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(outcome(value)).not.toEqual([]);
      }),
    );
  });
});

test('nothing of a posted document is changed', () => {
  for (const { document } of networks.slice(0, 10)) {
    const before = JSON.stringify(document);
    measureDocument(document, { include: ['formulas'], resolution: undefined, batch_size: 2 });
    expect(JSON.stringify(document)).toBe(before);
  }
});
