import { expect, test } from 'vitest';
import { decimal } from '../../../src/importers/onnx/decimal.ts';

test('a float32 is written as the shortest decimal that gives it back', () => {
  expect(decimal(Math.fround(0.2))).toBe(0.2);
  expect(decimal(Math.fround(1e-5))).toBe(1e-5);
  expect(decimal(Math.fround(1 / 3))).toBe(0.33333334);
  expect(decimal(Math.fround(16777215))).toBe(16777215);
  // Needs nine digits.
  expect(Math.fround(decimal(Math.fround(8.589934e9)))).toBe(Math.fround(8.589934e9));
});

test('a number that is no float32, or no number, stays', () => {
  expect(decimal(0.1)).toBe(0.1);
  expect(decimal(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(decimal(Number.NaN)).toBeNaN();
  expect(decimal(0)).toBe(0);
});
