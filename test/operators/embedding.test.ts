import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

const indices = (shape: readonly number[], dtype = 'int64') => [shape, dtype] as const;

describe('embedding', () => {
  test('counts its table and computes nothing', () => {
    const layer = { type: 'embedding', num_embeddings: 10, embedding_dim: 4 };
    const row = rowOf(layer, indices([2, 7]));
    expect(valuesOf(row, '/weights/parameters')).toBe('10·4 = 40');
    expect(valuesOf(row, '/output_shapes/0/2')).toBe('4 = 4');
    expect(operationsOf(layer, indices([2, 7]))).toEqual({});
    expect(row.memory.activation_elements).toBe(56);
  });

  test('gives the type of its weights, or the one that the layer states', () => {
    const document = (layer: object) => ({
      inputs: [{ name: 'ids', shape: [7], dtype: 'int32' }],
      layers: [{ type: 'embedding', num_embeddings: 10, embedding_dim: 4, ...layer }],
    });
    const bytes = (layer: object) => measureDocument(document(layer)).totals;
    expect(bytes({})).toMatchObject({ parameter_bytes: 160, activation_bytes: 112 });
    expect(bytes({ weight_dtype: 'float16' })).toMatchObject({ parameter_bytes: 80, activation_bytes: 56 });
    expect(bytes({ weight_dtype: 'int4', dtype: 'float32' })).toMatchObject({ parameter_bytes: 20, activation_bytes: 112 });
  });

  test('may lend its table to the layer that reads it backwards', () => {
    const document = {
      inputs: [{ name: 'ids', shape: [7], dtype: 'int64' }],
      layers: [
        { name: 'table', type: 'embedding', num_embeddings: 10, embedding_dim: 4 },
        { name: 'head', type: 'linear', out_features: 10, bias: false, shares: 'table' },
      ],
    };
    expect(measureDocument(document).totals.parameters).toBe(40);
  });

  test('reads the spelling of Keras', () => {
    expect(rowOf({ type: 'Embedding', input_dim: 10, output_dim: 4 }, indices([2])).output_shapes).toEqual([[2, 4]]);
  });

  test('refuses indices that are no integers', () => {
    expect(refusalOf({ type: 'embedding', num_embeddings: 10, embedding_dim: 4 }, [2, 7])).toEqual({
      at: '/inputs/0',
      code: 'wrong_dtype',
      detail: '"layer": indices must be integers, but "x0" gives float32; state "dtype": "int64" at an input of token ids',
    });
    expect(refusalOf({ type: 'embedding', num_embeddings: 10, embedding_dim: 4 }, indices([2], 'bool')).code).toBe('wrong_dtype');
    expect(rowOf({ type: 'embedding', num_embeddings: 10, embedding_dim: 4 }, indices([2], 'uint8')).output_shapes).toEqual([[2, 4]]);
  });

  test('refuses a padding row that is not in the table', () => {
    expect(refusalOf({ type: 'embedding', num_embeddings: 10, embedding_dim: 4, padding_idx: -11 }, indices([2]))).toMatchObject({
      at: '/padding_idx',
      code: 'out_of_range',
    });
  });
});
