import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTensorBody } from '../../src/tensor/literal.ts';
import type { Numbers } from '../../src/tensor/literal-nested.ts';
import { randomBits } from '../random-bits.ts';

const limits = { maxDepth: 8, maxRank: 4, maxElements: 1_000_000 };
const each = 50_000;

function read(texts: readonly string[], dtype: 'float32' | 'float64', separator: string): Numbers | undefined {
  const body = Buffer.from(`{"t":{"dtype":"${dtype}","shape":[${texts.length}],"data":[${texts.join(separator)}]}}`);
  const { tensors, issues } = readTensorBody(body, { tensors: ['t'], values: [] }, limits);
  expect(issues).toEqual([]);
  return tensors.get('t')?.data;
}

/** Reads texts as both types and compares with JSON.parse and Math.fround; those out of range are left out. */
function compare(texts: readonly string[], separator = ','): void {
  const doubles = texts.map((text) => JSON.parse(text) as number);
  const pick = (isIn: (value: number) => boolean): number[] => doubles.flatMap((value, index) => (isIn(value) ? [index] : []));
  for (const [dtype, indices] of [
    ['float32', pick((value) => Number.isFinite(Math.fround(value)))],
    ['float64', pick(Number.isFinite)],
  ] as const) {
    const sent = indices.map((index) => texts[index] ?? '');
    const data = read(sent, dtype, separator);
    for (const [place, index] of indices.entries()) {
      const value = doubles[index] ?? 0;
      const wanted = dtype === 'float32' ? Math.fround(value) : value;
      if (!Object.is(data?.[place], wanted)) expect.fail(`${sent[place]} as ${dtype} is ${wanted}, read as ${data?.[place]}`);
    }
  }
}

function property(makeText: (random: () => number) => string, separator = ','): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = randomBits(seed);
      compare(
        Array.from({ length: each }, () => makeText(random)),
        separator,
      );
    }),
    { numRuns: 3 },
  );
}

const view = new DataView(new ArrayBuffer(8));

function single(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

function double(high: number, low: number): number {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

/** A finite double of any size, as text of any precision up to 21 digits. */
function anyDouble(random: () => number): string {
  const value = double(random(), random());
  if (!Number.isFinite(value)) return '0';
  return random() % 2 === 0 ? String(value) : value.toPrecision(1 + (random() % 21));
}

/** Digits as they come: leading zeros behind the point, up to 40 of them, exponents of every form. */
function anyText(random: () => number): string {
  const digits = (count: number): string => Array.from({ length: count }, () => random() % 10).join('');
  const sign = random() % 2 === 0 ? '-' : '';
  const whole = random() % 3 === 0 ? '0' : String(BigInt(`1${digits(random() % (random() % 4 === 0 ? 22 : 5))}`) - 1n);
  const zeros = '0'.repeat(random() % 4 === 0 ? random() % 30 : 0);
  const fraction = random() % 4 === 0 ? '' : `.${zeros}${digits(1 + (random() % (random() % 4 === 0 ? 40 : 18)))}`;
  const exponent =
    random() % 3 === 0 ? ['e', 'E', 'e+', 'E-', 'e-'][random() % 5] + String(random() % (random() % 4 === 0 ? 400 : 40)) : '';
  return `${sign}${whole}${fraction}${exponent}`;
}

/** Halfway between two float32, where a second rounding would show, and next to it: exactly, or cut at 17 to 30 digits. */
function halfway(random: () => number): string {
  const bits = random() % 0x7f000000;
  const middle = (single(bits) + single(bits + 1)) / 2;
  const text = random() % 2 === 0 ? middle.toPrecision(100) : middle.toPrecision(9 + (random() % 22));
  const [mantissa = '', exponent] = text.split('e');
  const more = ['', '0', '1', '9'][random() % 4];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.`}${mantissa.includes('.') ? more : `0${more}`}${exponent === undefined ? '' : `e${exponent}`}`;
}

/** The same between doubles of about 1, in plain decimals. */
function halfwayOfDoubles(random: () => number): string {
  const numerator = (BigInt(random()) << 22n) | BigInt(random() & 0x3fffff) | 1n;
  const digits = String((numerator * 10n ** 60n) >> 55n).padStart(60, '0');
  return `${digits.slice(0, -60) || '0'}.${digits.slice(-60).slice(0, 17 + (random() % 3))}`;
}

describe('numbers are read exactly as JSON.parse and Math.fround do', () => {
  test('any float32, as JavaScript prints it', () =>
    property((random) => {
      const value = single(random());
      return String(Number.isFinite(value) ? value : 0);
    }));
  test('any double, at any precision', () => property(anyDouble));
  test('numbers around 1 as clients send them', () => property((random) => String((random() / 2 ** 31 - 1) * 10 ** (random() % 4))));
  test('float32 around 1 in 17 digits', () => property((random) => String(Math.fround(random() / 2 ** 31 - 1))));
  test('short decimals', () => property((random) => String(((random() % 20001) - 10000) / 10 ** (random() % 6))));
  test('any text of the grammar', () => property(anyText));
  test('any text of the grammar with space between', () => property(anyText, ' ,\n\t'));
  test('halfway between two float32', () => property(halfway));
  test('halfway between two doubles', () => property(halfwayOfDoubles));

  test('powers of two and ten, and the edges of both types', () => {
    const texts = Array.from({ length: 2098 }, (_, index) => String(2 ** (index - 1074)));
    for (let power = -360; power <= 308; power++) texts.push(`1e${power}`, `9.999999999999999e${power}`, `-1.5E${power}`);
    texts.push(
      '-0',
      '0',
      '-0.0',
      '0e5',
      '-0e-999999999999',
      '0.000',
      '1e-999999999999',
      '5e-324',
      '2.4703282292062327e-324',
      '1.7976931348623157e308',
    );
    texts.push('1.401298464324817e-45', '7.006492321624085e-46', '7.006492321624086e-46', '3.4028234663852886e38', '3.4028235677973362e38');
    texts.push(
      '9007199254740993',
      '9007199254740992.5',
      '0.1000000000000000055511151231257827',
      `0.${'0'.repeat(400)}1e400`,
      `1${'0'.repeat(300)}`,
    );
    compare(texts);
    for (const text of texts) compare([text]);
  });
});
