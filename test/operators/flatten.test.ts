import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('flatten, unflatten and reshape', () => {
  test('are views that cost nothing', () => {
    for (const layer of [
      { type: 'flatten' },
      { type: 'unflatten', dim: 1, unflattened_size: [3, 1] },
      { type: 'reshape', shape: [6, 4] },
    ]) {
      const row = rowOf(layer, [2, 3, 4]);
      expect(row.memory).toMatchObject({ output_elements: 24, activation_elements: 0, view: true });
      expect(operationsOf(layer, [2, 3, 4])).toEqual({});
      expect(row.weights.parameters).toBe(0);
    }
  });

  test('explain the extents that they work out', () => {
    expect(valuesOf(rowOf({ type: 'flatten' }, [2, 512, 7, 7]), '/output_shapes/0/1')).toBe('512·7·7 = 25088');
    expect(valuesOf(rowOf({ type: 'flatten', start_dim: 3 }, [2, 3, 4, 5]), '/output_shapes/0/3')).toBe('5 = 5');
    // Twelve factors are more than a line should hold.
    expect(valuesOf(rowOf({ type: 'flatten' }, [1, ...new Array<number>(12).fill(2)]), '/output_shapes/0/1')).toBe('4096 = 4096');
    expect(valuesOf(rowOf({ type: 'unflatten', dim: -1, unflattened_size: [4, -1, 2] }, [2, 24]), '/output_shapes/0/2')).toBe('24/8 = 3');
    expect(valuesOf(rowOf({ type: 'reshape', shape: [2, -1] }, [2, 3, 4]), '/output_shapes/0/1')).toBe('24/2 = 12');
  });
});

describe('flatten', () => {
  test('follows the batch size of the query', () => {
    const document = { input: [3, 4], layers: [{ type: 'flatten' }] };
    expect(measureDocument(document, { batch_size: 5 }).layers[0]?.output_shapes).toEqual([[5, 12]]);
  });

  test('makes one axis of a scalar', () => {
    expect(rowOf({ type: 'flatten', start_dim: 0 }, []).output_shapes).toEqual([[1]]);
  });

  test('takes the spelling of Caffe', () => {
    expect(rowOf({ type: 'Flatten', axis: 1, end_axis: 2 }, [2, 3, 4, 5]).output_shapes).toEqual([[2, 12, 5]]);
  });

  test('refuses axes that are out of range or out of order', () => {
    expect(refusalOf({ type: 'flatten', start_dim: 4 }, [2, 3, 4])).toMatchObject({ at: '/start_dim', code: 'out_of_range' });
    expect(refusalOf({ type: 'flatten', start_dim: 2, end_dim: 1 }, [2, 3, 4])).toEqual({
      at: '/end_dim',
      code: 'out_of_range',
      detail: '"layer": end_dim 1 comes before start_dim 2 among the 3 axes of [2, 3, 4]',
    });
  });
});

describe('unflatten', () => {
  test('refuses extents that do not multiply to the axis', () => {
    expect(refusalOf({ type: 'unflatten', dim: 1, unflattened_size: [3, 5] }, [2, 12])).toEqual({
      at: '/unflattened_size',
      code: 'mismatch',
      detail: '"layer": unflattened_size [3, 5] needs 15 elements, but axis 1 of [2, 12] from "x0" has 12 cells',
    });
    expect(refusalOf({ type: 'unflatten', dim: 1, unflattened_size: [5, -1] }, [2, 12])).toMatchObject({ code: 'not_divisible' });
    expect(refusalOf({ type: 'unflatten', dim: 1, unflattened_size: [-1, -1] }, [2, 12])).toMatchObject({
      at: '/unflattened_size/1',
      code: 'invalid_value',
    });
    expect(refusalOf({ type: 'unflatten', dim: 0, unflattened_size: [1] }, [])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });
});

describe('reshape', () => {
  test('names the usual slip: the batch axis', () => {
    expect(refusalOf({ type: 'reshape', shape: [12] }, [2, 3, 4]).detail).toBe(
      '"layer": shape [12] needs 12 elements, but "x0" gives [2, 3, 4], which has 24; the shape includes the batch axis, for which -1 can stand',
    );
    expect(refusalOf({ type: 'reshape', shape: [1, 12] }, [2, 3, 4]).detail).toMatch(
      /; the shape includes the batch axis, for which -1 can stand$/,
    );
    expect(refusalOf({ type: 'reshape', shape: [5, 7] }, [2, 3, 4]).detail).toMatch(/which has 24$/);
  });

  test('says what to write for the target shape of Keras, which has no batch axis and is therefore no spelling of shape', () => {
    expect(refusalOf({ type: 'Reshape', target_shape: [-1] }, [2, 3, 4])).toEqual({
      at: '/target_shape',
      code: 'unknown_key',
      detail:
        'unknown key "target_shape" in reshape; write shape with the batch axis in front (one extent may be -1), or "flatten" and "unflatten", which keep that axis',
    });
    // target_shape [4, 3], written so.
    expect(rowOf({ type: 'Reshape', shape: [-1, 4, 3] }, [2, 3, 4]).output_shapes).toEqual([[2, 4, 3]]);
  });

  test('refuses an extent of 0 and of less than -1', () => {
    expect(refusalOf({ type: 'reshape', shape: [0, 24] }, [2, 3, 4])).toMatchObject({ at: '/shape/0', code: 'invalid_value' });
    expect(refusalOf({ type: 'reshape', shape: [-2, 12] }, [2, 3, 4])).toMatchObject({ at: '/shape/0', code: 'invalid_value' });
  });
});
