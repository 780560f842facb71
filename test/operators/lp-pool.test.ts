import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

test('a window of K cells takes K powers, K − 1 additions and one root', () => {
  // 1·2 maps of 3 windows of 4 cells: 6 outputs, 24 powers, 18 additions; the root is a square root for p = 2 …
  expect(operationsOf({ type: 'lp_pool1d', kernel_size: 4 }, [1, 2, 12])).toEqual({ pow: 24, add: 18, sqrt: 6 });
  // … and a power otherwise, p = 1 included.
  for (const norm_type of [1, 1.5, 3]) {
    expect(operationsOf({ type: 'lp_pool1d', norm_type, kernel_size: 4 }, [1, 2, 12])).toEqual({ pow: 30, add: 18 });
  }
  expect(valuesOf(rowOf({ type: 'lp_pool2d', norm_type: 3, kernel_size: [2, 3] }, [1, 1, 2, 3]), '/compute/operations/pow')).toBe(
    '(2·3 + 1)·1 = 7',
  );
});

test.each([
  [{ kernel_size: 3, stride: 2 }, 10, 4],
  [{ kernel_size: 3, stride: 2, ceil_mode: true }, 10, 5],
  [{ kernel_size: 3, stride: 2, padding: 1 }, 10, 5],
  [{ kernel_size: 3, stride: 2, dilation: 2 }, 10, 3],
  [{ kernel_size: 3, stride: 2, padding: 'same' }, 9, 5],
  [{ kernel_size: 3, stride: null }, 10, 3],
])('%j on %i cells gives %i', (attributes, input, extent) => {
  expect(rowOf({ type: 'lp_pool1d', ...attributes }, [1, 1, input]).output_shapes).toEqual([[1, 1, extent]]);
});

test('has no parameters', () => {
  expect(rowOf({ type: 'lp_pool2d', kernel_size: 2 }, [1, 3, 4, 4]).weights).toMatchObject({ parameters: 0, tensors: [] });
});

test('a kernel larger than the input names kernel_size', () => {
  expect(refusalOf({ type: 'lp_pool2d', kernel_size: [2, 5] }, [1, 1, 4, 4])).toEqual({
    at: '/kernel_size/1',
    code: 'kernel_too_large',
    detail: '"layer": kernel width 5 exceeds padded input width 4 (input [4, 4]); add padding or use a smaller kernel',
  });
});

test('the exponent is greater than 0 and may be called p', () => {
  expect(refusalOf({ type: 'lp_pool1d', norm_type: 0, kernel_size: 2 }, [1, 1, 4]).at).toBe('/norm_type');
  expect(operationsOf({ type: 'LpPool', p: 3, kernel_shape: [2] }, [1, 1, 2])).toEqual({ pow: 3, add: 1 });
});

test('a norm of integers is floating', () => {
  expect(rowOf({ type: 'lp_pool1d', kernel_size: 2 }, [[1, 1, 8], 'int8']).memory.activation_bytes).toBe(16);
});
