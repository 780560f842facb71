import { expect, test } from 'vitest';
import { elementsOf, productOf } from '../../src/tensor/product.ts';

test('elements are the product of the extents, one for a scalar', () => {
  expect(elementsOf([1, 64, 224, 224])).toBe(3211264);
  expect(elementsOf([])).toBe(1);
});

test('the product is exact up to 2^53 - 1', () => {
  // 2^53 - 1 = 6361 · 69431 · 20394401
  expect(elementsOf([6361, 69431, 20394401])).toBe(Number.MAX_SAFE_INTEGER);
});

test('a product may take some of the axes', () => {
  expect(productOf([2, 3, 5, 7])).toBe(210);
  expect(productOf([2, 3, 5, 7], 1)).toBe(105);
  expect(productOf([2, 3, 5, 7], 1, 3)).toBe(15);
  expect(productOf([2, 3, 5, 7], 2, 2)).toBe(1);
});
