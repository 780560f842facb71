import { describe, expect, test } from 'vitest';
import { charactersIn, didYouMean, isLonger, nameSchema, quote } from '../../src/architecture/names.ts';

const accepts = (name: unknown) => nameSchema.safeParse(name).success;

describe('a name', () => {
  test('has 1 to 512 characters of any script', () => {
    for (const name of ['a', 'conv1/7x7_s2', '層', 'a b', '-', 'constructor', '\u{1f600}', 'x'.repeat(512)])
      expect([name, accepts(name)]).toEqual([name, true]);
    for (const name of ['', 'x'.repeat(513), 5, null]) expect([name, accepts(name)]).toEqual([name, false]);
  });

  test('has no control characters, line separators or lone surrogates', () => {
    for (const name of ['a\nb', '\u0000', '\u001f', '\u007f', '\u0085', '\u2028', '\ud83d', '\ude00a', 'a\ud83d']) {
      expect([JSON.stringify(name), accepts(name)]).toEqual([JSON.stringify(name), false]);
    }
  });
});

describe('the length of a name', () => {
  test('is counted in code points, and as the schema counts it', () => {
    expect([charactersIn(''), charactersIn('ab'), charactersIn('\u{1f600}'), charactersIn('e\u0301'), charactersIn('\u5c64')]).toEqual([
      0, 2, 1, 2, 1,
    ]);
    for (const letter of ['x', '\u5c64', '\u{1f600}', 'x\u{1f600}'])
      for (const count of [255, 256, 257, 511, 512, 513]) {
        const name = letter.repeat(count);
        expect([letter, count, isLonger(name, 512)]).toEqual([letter, count, !accepts(name)]);
      }
  });
});

describe('did you mean', () => {
  test('names the nearest of the known words', () => {
    expect(didYouMean('kernal_size', ['stride', 'kernel_size', 'groups'])).toBe('; did you mean "kernel_size"?');
    expect(didYouMean('Relu6', ['relu', 'relu6'])).toBe('; did you mean "relu6"?');
    expect(didYouMean('KERNEL_SIZE', ['kernel_sizes', 'kernel_size'])).toBe('; did you mean "kernel_size"?');
  });

  test('is silent where nothing is near, and about words too long to be a slip', () => {
    expect(didYouMean('foo', ['kernel_size', 'stride'])).toBe('');
    expect(didYouMean('x', ['y', 'z'])).toBe('');
    expect(didYouMean('ab', ['xy'])).toBe('');
    expect(didYouMean('a'.repeat(65), [`${'a'.repeat(65)}b`])).toBe('');
    expect(didYouMean('relu', [])).toBe('');
  });

  test('looks at two thousand words, however many are known', () => {
    let looked = 0;
    const known = function* () {
      for (;;) {
        looked++;
        yield 'stride';
      }
    };
    expect(didYouMean('kernel_size', known())).toBe('');
    expect(looked).toBe(2001);
  });

  test('quotes the word, whatever it is made of', () => {
    expect(didYouMean('say "hi', ['say "hi"'])).toBe('; did you mean "say \\"hi\\""?');
  });
});

describe('a quoted value', () => {
  test('is JSON', () => {
    expect([quote('a"b'), quote([1, { a: null }]), quote(true), quote(null)]).toEqual(['"a\\"b"', '[1,{"a":null}]', 'true', 'null']);
  });

  test('names what JSON cannot write', () => {
    expect([quote(JSON.parse('1e400')), quote(JSON.parse('[-1e400]')), quote(undefined)]).toEqual([
      'Infinity',
      '["-Infinity"]',
      'undefined',
    ]);
  });

  test('is cut at 80 characters, never in the middle of one', () => {
    expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(76)}…`);
    for (const shift of [0, 1]) {
      const text = quote('x'.repeat(shift) + '\u{1f600}'.repeat(60));
      expect(text.length).toBeLessThanOrEqual(80);
      expect(text.isWellFormed()).toBe(true);
    }
    expect(quote('\ud800').isWellFormed()).toBe(true);
  });
});
