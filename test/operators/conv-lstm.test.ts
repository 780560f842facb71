import { expect, test } from 'vitest';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

test("a convolutional LSTM reads Keras' batch × steps × height × width × channels", () => {
  // Keras counts 4·9·(3 + 8)·8 + 4·8 = 3,200 for ConvLSTM2D(8, 3) on 3 channels.
  const row = rowOf({ type: 'ConvLSTM2D', filters: 8, kernel_size: 3, data_format: 'channels_last' }, [2, 5, 10, 12, 3]);
  expect(row.output_shapes).toEqual([
    [2, 5, 8, 10, 8],
    [2, 8, 10, 8],
    [2, 8, 10, 8],
  ]);
  expect(row.weights.parameters).toBe(3200);
  expect(valuesOf(row, '/compute/macs')).toBe('4·3·3·(3 + 8)·8·8·10·5·2 = 2534400');
});

test('a convolutional LSTM takes both states or none', () => {
  const layer = { type: 'conv_lstm1d', out_channels: 2, kernel_size: 3 };
  expect(refusalOf(layer, [1, 3, 4, 10], [1, 2, 8])).toMatchObject({ at: '/inputs', code: 'wrong_input_count' });
  expect(refusalOf(layer, [1, 3, 4, 10], [1, 2, 8], [1, 2, 10])).toEqual({
    at: '/inputs/2',
    code: 'shape_mismatch',
    detail: '"layer": c_0 must be batch × c_out × spatial, [1, 2, 8], but "x2" gives [1, 2, 10]',
  });
  expect(refusalOf(layer, [1, 3, 10])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
});
