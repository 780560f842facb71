import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../src/issue.ts';
import { InvalidArchitecture, oncePerPlace, pointerOf, pointerTo, throwIfAny, throwIfMany, unique } from '../src/issue.ts';
import { resolvePointer } from './oracles/resolve-pointer.ts';

const issue = (path: Issue['path'], code = 'mismatch', detail = 'wrong'): Issue => ({ path, code, detail });

describe('a pointer', () => {
  const document = { layers: [{ kernel_size: 3, 'a/b~c': { 'ü %"#': 1 } }], '': { '': 2 }, '\ud800': 3 };

  test('names keys and indices as RFC 6901 writes them in a fragment', () => {
    expect(pointerTo(document, [])).toBe('#');
    expect(pointerTo(document, ['layers', 0, 'kernel_size'])).toBe('#/layers/0/kernel_size');
    expect(pointerTo(document, ['layers', 0, 'a/b~c', 'ü %"#'])).toBe('#/layers/0/a~1b~0c/%C3%BC%20%25%22%23');
    expect(pointerTo(document, ['', ''])).toBe('#//');
  });

  test('ends where the document ends: absent keys at their object, axes at their number', () => {
    expect(pointerTo(document, ['layers', 0, 'stride', 1])).toBe('#/layers/0');
    expect(pointerTo(document, ['layers', 0, 'kernel_size', 1])).toBe('#/layers/0/kernel_size');
    expect(pointerTo(document, ['layers', 7, 'name'])).toBe('#/layers');
    expect(pointerTo(null, ['layers'])).toBe('#');
    expect(pointerTo('text', ['length'])).toBe('#');
  });

  test('never follows what every object inherits', () => {
    for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) expect(pointerTo({}, [key])).toBe('#');
    expect(pointerTo(JSON.parse('{"__proto__": 1}'), ['__proto__'])).toBe('#/__proto__');
  });

  test('ends before a key that UTF-8 cannot write', () => {
    expect(pointerTo(document, ['\ud800'])).toBe('#');
  });

  test('resolves for any document and any path', () => {
    const key = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(3), fc.constantFrom('a', '', '/', '~', '~1', '__proto__', 'length'));
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(key), (value, path) => {
        resolvePointer(value, pointerTo(value, path));
      }),
    );
  });

  test('leads to the value that a path leads to', () => {
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        fc.integer(),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.string({ unit: 'binary' }), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, fc.infiniteStream(fc.nat()), (document, choices) => {
        const path: (string | number)[] = [];
        let value: unknown = document;
        while (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
          const keys = Object.keys(value);
          const key = keys[(choices.next().value as number) % keys.length] as string;
          if (!key.isWellFormed()) break;
          path.push(Array.isArray(value) ? Number(key) : key);
          value = (value as Record<string, unknown>)[key];
        }
        expect(resolvePointer(document, pointerTo(document, path))).toBe(value);
        expect(pointerOf(path)).toBe(pointerTo(document, path));
      }),
    );
  });
});

describe('a stage', () => {
  test('ends when it found something, with all of it', () => {
    expect(() => throwIfAny([])).not.toThrow();
    const issues = [issue(['a']), issue(['b'])];
    const thrown = expect(() => throwIfAny(issues));
    thrown.toThrow(InvalidArchitecture);
    thrown.toThrow(expect.objectContaining({ issues, message: 'wrong' }));
  });

  test('gives up at a thousand, and says what it has once', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => issue(['layers', index % 10]));
    expect(() => throwIfMany(many(999))).not.toThrow();
    expect(() => throwIfMany(many(1000))).toThrow(expect.objectContaining({ issues: many(10) }));
  });

  test('says the same sentence about the same place once', () => {
    const issues = [issue(['a']), issue(['a']), issue(['a'], 'mismatch', 'other'), issue(['a'], 'too_large'), issue(['b'])];
    expect(unique(issues)).toEqual([issues[0], issues[2], issues[3], issues[4]]);
    expect(oncePerPlace(issues)).toEqual([issues[0], issues[3], issues[4]]);
  });

  test('tells the key "1" from the index 1, and ["a", "b"] from ["a,b"]', () => {
    const issues = [issue(['1']), issue([1]), issue(['a', 'b']), issue(['a,b'])];
    expect(oncePerPlace(issues)).toEqual(issues);
  });
});
