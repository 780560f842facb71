import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';

const weightsOf = (layer: object, options = {}, document: object = { input: [3, 8, 8] }) =>
  measureDocument({ ...document, layers: [layer] }, options).layers[0]?.weights;

describe('weights', () => {
  test('are parameters and buffers, in elements and bytes', () => {
    expect(weightsOf({ type: 'batch_norm' })).toEqual({
      parameters: 6,
      trainable_parameters: 6,
      buffers: 6,
      parameter_bytes: 24,
      buffer_bytes: 24,
      tensors: [
        { name: 'weight', shape: [3], kind: 'parameter', trainable: true },
        { name: 'bias', shape: [3], kind: 'parameter', trainable: true },
        { name: 'running_mean', shape: [3], kind: 'buffer', trainable: false },
        { name: 'running_var', shape: [3], kind: 'buffer', trainable: false },
      ],
    });
  });

  test('that are frozen stay parameters, but are not trainable', () => {
    const frozen = weightsOf({ type: 'conv2d', out_channels: 4, kernel_size: 3, trainable: false });
    expect(frozen).toMatchObject({ parameters: 112, trainable_parameters: 0, parameter_bytes: 448 });
    expect(frozen?.tensors.map(({ trainable }) => trainable)).toEqual([false, false]);
  });

  test('are none for most layers', () => {
    expect(weightsOf({ type: 'relu' })).toEqual({
      parameters: 0,
      trainable_parameters: 0,
      buffers: 0,
      parameter_bytes: 0,
      buffer_bytes: 0,
      tensors: [],
    });
  });

  test('have the layer’s type, else the document’s, else that of the query', () => {
    const linear = { type: 'linear', out_features: 5 };
    const bytes = (layer: object, options = {}, more: object = {}) => weightsOf(layer, options, { input: [3], ...more })?.parameter_bytes;
    expect(bytes(linear)).toBe(20 * 4);
    expect(bytes(linear, {}, { dtype: 'float16' })).toBe(20 * 2);
    expect(bytes(linear, { dtype: 'float64' }, { dtype: 'float16' })).toBe(20 * 8);
    expect(bytes({ ...linear, weight_dtype: 'float8' })).toBe(20);
    expect(bytes({ ...linear, weight_dtype: 'float8' }, { dtype: 'float32' })).toBe(20 * 4);
    // The query replaces floating types only.
    expect(bytes({ ...linear, weight_dtype: 'int8' }, { dtype: 'float64' })).toBe(20);
    // 15 weights of a byte and 5 biases of four.
    expect(bytes({ ...linear, weight_dtype: 'int8', bias_dtype: 'int32' })).toBe(15 + 5 * 4);
    expect(bytes({ ...linear, dtype: 'float64' })).toBe(20 * 4);
  });

  test('in 4 bits are rounded up tensor by tensor', () => {
    // 3·5 = 15 weights take 8 bytes, 5 biases take 3.
    expect(weightsOf({ type: 'linear', out_features: 5 }, { dtype: 'int4' }, { input: [3] })?.parameter_bytes).toBe(11);
    expect(weightsOf({ type: 'batch_norm' }, { dtype: 'int4' })).toMatchObject({ parameter_bytes: 4, buffer_bytes: 4 });
  });

  test('in the textbook are those without biases and normalisation', () => {
    const options = { convention: 'textbook' as const };
    const layers = [
      { type: 'conv2d', out_channels: 4, kernel_size: 3 },
      { type: 'batch_norm' },
      { type: 'flatten' },
      { type: 'linear', out_features: 5 },
    ];
    const report = measureDocument({ input: [3, 8, 8], layers }, options);
    // 4·3·3·3 and 5·(4·6·6)
    expect(report.layers.map(({ name, weights }) => [name, weights.parameters, weights.parameter_bytes])).toEqual([
      ['input', 0, 0],
      ['conv2d_1', 108, 432],
      ['linear_1', 720, 2880],
    ]);
    expect(report.totals).toMatchObject({ parameters: 828, buffers: 0 });
  });
});
