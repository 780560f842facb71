import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

const layer = { type: 'SeparableConv2D', filters: 8, kernel_size: 3, depth_multiplier: 2, padding: 'same', strides: 2 };

test('a separable convolution costs its two parts', () => {
  // 5 × 4 cells of 9·3·2 + 6·8 = 102 products; 102 weights and 8 biases.
  const row = rowOf(layer, [1, 3, 9, 8]);
  expect(row.output_shapes).toEqual([[1, 8, 5, 4]]);
  expect(row.weights.parameters).toBe(110);
  expect(valuesOf(row, '/compute/macs')).toBe('(3·3 + 8)·3·2·5·4·1 = 2040');
  expect(operationsOf(layer, [1, 3, 9, 8])).toEqual({ mac: 2040, add: 160 });
});

test('a separable convolution reads channels-last maps', () => {
  expect(rowOf({ ...layer, data_format: 'channels_last' }, [1, 9, 8, 3]).output_shapes).toEqual([[1, 5, 4, 8]]);
});

test('a separable convolution is two convolutions', () => {
  const parts = [
    operationsOf({ type: 'conv2d', out_channels: 6, groups: 3, kernel_size: 3, padding: 'same', stride: 2, bias: false }, [1, 3, 9, 8]),
    operationsOf({ type: 'conv2d', out_channels: 8, kernel_size: 1 }, [1, 6, 5, 4]),
  ];
  expect(operationsOf(layer, [1, 3, 9, 8]).mac).toBe((parts[0]?.mac ?? 0) + (parts[1]?.mac ?? 0));
});

test('a separable convolution has no groups, and a kernel that fits', () => {
  expect(refusalOf({ ...layer, groups: 3 }, [1, 3, 9, 8])).toMatchObject({ at: '/groups', code: 'unknown_key' });
  expect(refusalOf({ ...layer, padding: 'valid', kernel_size: 9 }, [1, 3, 9, 8])).toMatchObject({ code: 'kernel_too_large' });
});
