import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantityOf } from '../../src/questions/quantity.ts';

const powers = {
  '': 1n,
  K: 10n ** 3n,
  k: 10n ** 3n,
  M: 10n ** 6n,
  G: 10n ** 9n,
  T: 10n ** 12n,
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
};

describe('a quantity', () => {
  test.each([
    ['0', 0],
    ['25000000', 25_000_000],
    ['25.6M', 25_600_000],
    ['500MB', 500_000_000],
    ['8GiB', 8_589_934_592],
    ['1.5Ki', 1536],
    ['2k', 2000],
    ['0.1', 0.1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['0.000000000001T', 1],
    ['1024B', 1024],
  ])('%s is %d', (text, number) => {
    expect(quantityOf(text)).toBe(number);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '1e3',
    '1,000',
    '1.',
    '.5',
    '1X',
    '1m',
    '1KB2',
    'K',
    '1ki',
    '0x10',
    '١',
    '9007199254740992',
    '9008T',
    '1KK',
    'NaN',
  ])('%j is none', (text) => {
    expect(quantityOf(text)).toBeUndefined();
  });

  test('is exact wherever it is whole, and the nearest double elsewhere', () => {
    const suffix = fc.constantFrom(...(Object.keys(powers) as (keyof typeof powers)[]));
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 10n), fc.nat({ max: 12 }), suffix, fc.boolean(), (digits, places, unit, bytes) => {
        const padded = String(digits).padStart(places + 1, '0');
        const text = `${padded.slice(0, padded.length - places)}${places === 0 ? '' : `.${padded.slice(padded.length - places)}`}${unit}${bytes ? 'B' : ''}`;
        const [numerator, denominator] = [digits * powers[unit], 10n ** BigInt(places)];
        const found = quantityOf(text);
        if (numerator > BigInt(Number.MAX_SAFE_INTEGER) * denominator) expect(found, text).toBeUndefined();
        else if (numerator % denominator === 0n) expect(found, text).toBe(Number(numerator / denominator));
        else expect(Math.abs((found as number) / (Number(numerator) / Number(denominator)) - 1), text).toBeLessThan(1e-15);
      }),
    );
  });
});
