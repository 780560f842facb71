import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonBytes } from '../../src/tensor/literal-write.ts';
import { randomBits } from '../random-bits.ts';

function print(data: Float32Array): string[] {
  return new JsonBytes()
    .tensor({ dtype: 'float32', shape: [data.length], data }, 'nested')
    .finish()
    .toString()
    .slice(1, -1)
    .split(',');
}

/** Reads the same back, and is laid out as JavaScript would (which for a text of nine digits is the text itself). */
function expectReadsBack(data: Float32Array): void {
  const texts = print(data);
  expect(texts.length).toBe(data.length);
  for (const [index, text] of texts.entries()) {
    const parsed = JSON.parse(text) as number;
    if (!Object.is(Math.fround(parsed), data[index])) expect.fail(`${data[index]} is written ${text}`);
    if (String(parsed) !== text && text !== '-0') expect.fail(`${text} is laid out ${parsed} by JavaScript`);
  }
}

/**
 * The oracle for length: of the decimals with one digit less, the two around the number are both another float32 (or there are none). `toPrecision` gives the
 * nearest; the one on the other side is a unit further.
 */
function expectShortest(data: Float32Array): void {
  for (const [index, text] of print(data).entries()) {
    const value = Math.abs(data[index] ?? 0);
    const digits = text.replace(/^-/, '').replace(/e.*/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length;
    if (digits <= 1) continue;
    const [mantissa = '', exponent = '0'] = value.toExponential(digits - 2).split('e');
    const whole = Number(mantissa.replace('.', ''));
    for (const unit of [-1, 0, 1])
      if (Math.fround(Number(`${whole + unit}e${Number(exponent) - (digits - 2)}`)) === value) expect.fail(`${text} is longer than needed`);
  }
}

function randomFloats(seed: number, count: number, make: (random: () => number) => number): Float32Array {
  const random = randomBits(seed);
  const bits = new Uint32Array(count);
  const data = new Float32Array(bits.buffer);
  for (let index = 0; index < count; index++) {
    bits[index] = make(random);
    if (!Number.isFinite(data[index])) bits[index] = (bits[index] ?? 0) & 0xbfffffff;
  }
  return data;
}

/** Finite bits of one kind, by a random source. */
const kinds: readonly [string, (random: () => number) => number][] = [
  ['any bits', (random) => random()],
  ['numbers from 2^-20 to 2^27', (random) => ((random() & 0x807fffff) | ((107 + (random() % 47)) << 23)) >>> 0],
  ['subnormals', (random) => random() & 0x807fffff],
  ['whole numbers from 2^24 to 2^64', (random) => ((random() & 0x807fffff) | ((151 + (random() % 40)) << 23)) >>> 0],
  ['few bits in the mantissa', (random) => (random() & random() & random() & random() & 0x807fffff) + (((random() % 254) + 1) << 23)],
];

describe('float32 is written in its shortest decimal', () => {
  test.each([
    [0.1, '0.1'],
    [-0, '-0'],
    [0, '0'],
    [1, '1'],
    [-1, '-1'],
    [0.5, '0.5'],
    [1 / 3, '0.33333334'],
    [100, '100'],
    [Math.PI, '3.1415927'],
    [12345.678, '12345.678'],
    [0.000001, '0.000001'],
    [0.0000001, '1e-7'],
    [1.5e-7, '1.5e-7'],
    [-1.2345679e-10, '-1.2345679e-10'],
    [16777215, '16777215'],
    [16777216, '16777216'],
    [33554432, '33554432'],
    [123456792, '123456790'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [9999999, '9999999'],
    [0.99999994, '0.99999994'],
    [9.9999998e17, '1000000000000000000'],
    [9.999999e17, '999999900000000000'],
    // Published edges: the largest number, the least normal, the largest subnormal, the least subnormal.
    [3.4028234663852886e38, '3.4028235e+38'],
    [1.1754943508222875e-38, '1.1754944e-38'],
    [1.1754942106924411e-38, '1.1754942e-38'],
    [1.401298464324817e-45, '1e-45'],
    // Ryu's test cases for a shortest text at a halfway point, and for a power of two whose lower neighbour is nearer.
    [8388608, '8388608'],
    [33554430, '33554430'],
    [9.8e-45, '1e-44'],
    [1.1754941e-38, '1.1754941e-38'],
    [2 ** 96, '7.9228163e+28'],
    [2 ** -44, '5.684342e-14'],
  ])('%d is %s', (value, text) => {
    expect(print(Float32Array.of(value))).toEqual([text]);
  });

  test.each(kinds)('%s read back the same', (_kind, make) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectReadsBack(randomFloats(seed, 100_000, make))),
      { numRuns: 3 },
    );
  });

  test.each(kinds)('%s have no shorter decimal', (_kind, make) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => expectShortest(randomFloats(seed, 20_000, make))),
      { numRuns: 2 },
    );
  });

  test('every power of two, every power of ten and the neighbours of both', () => {
    const bits = new Int32Array(1);
    const value = new Float32Array(bits.buffer);
    const all: number[] = [];
    for (const start of [
      ...Array.from({ length: 277 }, (_, i) => 2 ** (i - 149)),
      ...Array.from({ length: 84 }, (_, i) => Number(`1e${i - 45}`)),
    ]) {
      value[0] = start;
      const middle = bits[0] ?? 0;
      for (let away = -3; away <= 3; away++) {
        bits[0] = Math.max(0, middle + away);
        all.push(value[0], -value[0]);
      }
    }
    expectReadsBack(Float32Array.from(all));
    expectShortest(Float32Array.from(all));
  });

  test('decimals of up to six digits come back as they were', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomBits(seed);
        const decimals = Array.from({ length: 100_000 }, () => Number(`${(random() % 1_999_999) - 999_999}e${(random() % 60) - 36}`));
        const texts = print(Float32Array.from(decimals));
        for (const [index, text] of texts.entries())
          if (text !== String(decimals[index]) && text !== '-0') expect.fail(`${decimals[index]} is written ${text}`);
      }),
      { numRuns: 3 },
    );
  });
});
