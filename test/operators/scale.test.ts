import { expect, test } from 'vitest';
import { operationsOf, refusalOf, rowOf } from './one-layer.ts';

test('a scale multiplies by what it has learned, and may add', () => {
  const row = rowOf({ type: 'LayerScale', shape: [5, 1, 1], bias: true }, [2, 5, 4, 3]);
  expect(row.weights).toMatchObject({ parameters: 10, buffers: 0 });
  expect(operationsOf({ type: 'scale', shape: [5, 1, 1], bias: true }, [2, 5, 4, 3])).toEqual({ mul: 120, add: 120 });
});

test('a standardisation keeps mean, variance and a count as buffers', () => {
  // As Keras counts Normalization on 5 features: 5 + 5 + 1.
  const row = rowOf({ type: 'standardize', shape: [5] }, [2, 4, 5]);
  expect(row.weights).toMatchObject({ parameters: 0, buffers: 11 });
  expect(operationsOf({ type: 'standardize', shape: [] }, [2, 5])).toEqual({ add: 10, div: 10 });
});

test('tensors of the layer stretch to the input, not the input to them', () => {
  expect(refusalOf({ type: 'scale', shape: [5] }, [2, 1])).toEqual({
    at: '/shape',
    code: 'shape_mismatch',
    detail: '"layer": shape [5] must stretch to [2, 1] from "x0": aligned at the end, extents agree or are 1',
  });
});
