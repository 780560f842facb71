import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

test('a mean of K cells takes K − 1 additions and a division', () => {
  // 2·3 maps of 4 × 3 windows of 2 × 2 cells: 72 outputs.
  expect(operationsOf({ type: 'avg_pool2d', kernel_size: 2 }, [2, 3, 9, 7])).toEqual({ add: 216, div: 72 });
  expect(valuesOf(rowOf({ type: 'avg_pool2d', kernel_size: [2, 3] }, [1, 1, 4, 6]), '/compute/operations/add')).toBe('(2·3 − 1)·4 = 20');
});

test('neither the divisor nor the cells of padding change the count', () => {
  const layer = { type: 'avg_pool1d', kernel_size: 3, stride: 2, padding: 1 };
  // ⌊(7 + 2 − 3)/2⌋ + 1 = 4 windows of 3 cells.
  for (const more of [{}, { count_include_pad: false }, { divisor_override: 1 }, { divisor_override: null }]) {
    expect(operationsOf({ ...layer, ...more }, [1, 1, 7])).toEqual({ add: 8, div: 4 });
  }
});

test('a dilated window reaches further, with as many cells', () => {
  // Span 5 over 9 cells at stride 1: 5 windows.
  const row = rowOf({ type: 'avg_pool1d', kernel_size: 3, stride: 1, dilation: 2 }, [1, 1, 9]);
  expect(row.output_shapes).toEqual([[1, 1, 5]]);
  expect(row.compute.operations).toMatchObject({ add: 10, div: 5 });
});

test('padding may be anything smaller than the kernel', () => {
  expect(rowOf({ type: 'avg_pool1d', kernel_size: 4, stride: 1, padding: 3 }, [1, 1, 2]).output_shapes).toEqual([[1, 1, 5]]);
  expect(refusalOf({ type: 'avg_pool2d', kernel_size: 3, padding: [0, 3] }, [1, 1, 8, 8])).toEqual({
    at: '/padding/1',
    code: 'padding_too_large',
    detail: '"layer": padding 3 of width must be smaller than the kernel, which spans 3; a window would hold padding only',
  });
});

test('small integers are averaged to the floating type of the model, int64 stays', () => {
  const bytes = (dtype: string) => rowOf({ type: 'avg_pool1d', kernel_size: 2 }, [[1, 1, 8], dtype]).memory.activation_bytes;
  expect([bytes('uint8'), bytes('int64'), bytes('float16')]).toEqual([16, 32, 8]);
});

test('spellings of Keras and ONNX mean the same layer', () => {
  const rows = [
    rowOf({ type: 'AveragePooling2D', pool_size: 2, strides: 2, padding: 'same' }, [1, 2, 7, 7]),
    rowOf({ type: 'AveragePool', kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }, [1, 2, 7, 7]),
  ];
  expect(rows.map((row) => [row.type, row.output_shapes])).toEqual([
    ['avg_pool2d', [[1, 2, 4, 4]]],
    ['avg_pool2d', [[1, 2, 4, 4]]],
  ]);
});
