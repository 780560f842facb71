import { describe, expect, test } from 'vitest';
import { rowOf, valuesOf } from './one-layer.ts';

const conv = { type: 'conv2d', out_channels: 5, kernel_size: 3 };

describe('weights that arrive as inputs', () => {
  test('are no parameters, and cost what own weights cost', () => {
    // 5·6·6 outputs of 27 products.
    const row = rowOf(conv, [1, 3, 8, 8], [5, 3, 3, 3], [5]);
    expect(row.weights).toMatchObject({ parameters: 0, tensors: [] });
    expect(row.compute.operations).toMatchObject({ mac: 4860, add: 180 });
    expect(valuesOf(row, '/weights/parameters')).toBe('3·3·3·0 + 0 = 0');
    expect(valuesOf(row, '/compute/operations/add')).toBe('5·6·6·1 = 180');
  });

  test('bring no bias unless a third one arrives', () => {
    expect(rowOf(conv, [1, 3, 8, 8], [5, 3, 3, 3]).compute.operations).toMatchObject({ mac: 4860, add: 0 });
    expect(
      rowOf({ type: 'conv_transpose2d', out_channels: 5, kernel_size: 2 }, [1, 3, 4, 4], [3, 5, 2, 2]).compute.operations,
    ).toMatchObject({
      mac: 960,
      add: 0,
    });
    expect(rowOf({ type: 'linear', out_features: 5 }, [2, 7], [5, 7]).compute.operations).toMatchObject({ mac: 70, add: 0 });
    expect(rowOf({ type: 'linear', out_features: 5 }, [2, 7], [5, 7], [5]).compute.operations).toMatchObject({ mac: 70, add: 10 });
  });

  test('decide the type of the output, as own weights do', () => {
    expect(rowOf(conv, [[1, 3, 8, 8], 'float16'], [[5, 3, 3, 3], 'float16']).memory.activation_bytes).toBe(360);
  });

  test('of a channels-last layer lie with their channels last', () => {
    expect(rowOf({ ...conv, data_format: 'channels_last' }, [1, 8, 8, 3], [5, 3, 3, 3]).output_shapes).toEqual([[1, 6, 6, 5]]);
    expect(rowOf({ ...conv, kernel_size: [1, 2], data_format: 'channels_last' }, [1, 8, 8, 4], [5, 1, 2, 4]).output_shapes).toEqual([
      [1, 8, 7, 5],
    ]);
  });
});

test('slopes of a prelu may have a shape of their own, or arrive', () => {
  expect(rowOf({ type: 'prelu', weight_shape: [5, 1, 1] }, [2, 5, 4, 4]).weights.parameters).toBe(5);
  expect(rowOf({ type: 'PRelu' }, [2, 5, 4, 4], [5, 1, 1]).weights.parameters).toBe(0);
});
