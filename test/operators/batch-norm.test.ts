import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('batch_norm', () => {
  test('counts one multiplication and one addition an element, with or without learned weights', () => {
    // 2·6·5·4 = 240 elements.
    expect(operationsOf({ type: 'batch_norm' }, [2, 6, 5, 4])).toEqual({ mul: 240, add: 240 });
    expect(operationsOf({ type: 'batch_norm', affine: false }, [2, 6, 5, 4])).toEqual({ mul: 240, add: 240 });
  });

  test('measures the batch where it keeps no running statistics', () => {
    // 2 channels of L = 3·4 = 12: squares 12; additions 11 + 12 + 11 + 1 = 35; divisions 1 + 1 + 12 = 14; 1 root.
    expect(operationsOf({ type: 'batch_norm', affine: false, track_running_stats: false }, [3, 2, 4])).toEqual({
      mul: 24,
      add: 70,
      div: 28,
      sqrt: 2,
    });
  });

  test('counts weights as parameters and running statistics as buffers', () => {
    const row = rowOf({ type: 'batch_norm' }, [1, 64, 7, 7]);
    expect(row.weights).toMatchObject({ parameters: 128, buffers: 128, parameter_bytes: 512, buffer_bytes: 512 });
    expect(valuesOf(row, '/weights/parameters')).toBe('64 + 64 = 128');
  });

  test('leaves out scale or shift alone, as Keras can', () => {
    const names = (layer: object) =>
      rowOf({ type: 'BatchNormalization', ...layer }, [1, 8, 4, 4]).weights.tensors.map((tensor) => tensor.name);
    expect(names({ scale: false })).toEqual(['bias', 'running_mean', 'running_var']);
    expect(names({ center: false, epsilon: 0.001 })).toEqual(['weight', 'running_mean', 'running_var']);
    expect(names({ affine: false })).toEqual(['running_mean', 'running_var']);
  });

  test('has no parameters in the classic course, being a normalisation', () => {
    const report = measureDocument({ input: [4, 8, 8], layers: [{ type: 'batch_norm' }] }, { convention: 'textbook' });
    expect(report.totals.parameters).toBe(0);
  });

  test('finds the channels of a channels-last layer at the end', () => {
    expect(rowOf({ type: 'batch_norm', data_format: 'channels_last' }, [1, 5, 5, 3]).weights.parameters).toBe(6);
  });

  test('refuses num_features that are not those of the input, naming both and the producer', () => {
    expect(refusalOf({ type: 'batch_norm', num_features: 7 }, [3, 6])).toEqual({
      at: '/num_features',
      code: 'mismatch',
      detail: '"layer": num_features is 7, but "x0" gives 6',
    });
  });

  test('refuses an input without channels', () => {
    expect(refusalOf({ type: 'batch_norm' }, [6])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });

  test('makes integers floating', () => {
    // 48 elements of 4 bytes.
    expect(rowOf({ type: 'batch_norm' }, [[1, 3, 4, 4], 'uint8']).memory.activation_bytes).toBe(192);
  });
});
