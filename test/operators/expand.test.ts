import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('expand', () => {
  test('takes the shape of a second input, so that a learned token follows the batch', () => {
    const document = {
      input: [5, 8],
      layers: [
        { name: 'token', type: 'parameter', shape: [1, 1, 8] },
        { name: 'first', type: 'slice', dim: 1, end: 1, inputs: ['input'] },
        { name: 'tokens', type: 'expand', inputs: ['token', 'first'] },
      ],
    };
    const report = measureDocument(document, { batch_size: 3 });
    expect(report.layers.map((row) => row.output_shapes)).toEqual([[[1, 1, 8]], [[3, 1, 8]], [[3, 1, 8]]]);
    // A view of a weight allocates nothing; alive are 8 weights and the input of 3·5·8.
    expect(report.totals).toMatchObject({ activation_bytes: 0, peak_memory_bytes: 4 * (8 + 120) });
  });

  test('is a view, tile is not', () => {
    expect(rowOf({ type: 'expand', shape: [4, -1] }, [1, 3]).memory).toMatchObject({
      output_elements: 12,
      activation_elements: 0,
      view: true,
    });
    expect(rowOf({ type: 'tile', repeats: [4, 1] }, [1, 3]).memory).toMatchObject({
      output_elements: 12,
      activation_elements: 12,
      view: false,
    });
  });

  test('wants exactly one of shape and second input', () => {
    expect(refusalOf({ type: 'expand' }, [1, 3])).toMatchObject({ at: '', code: 'missing_key' });
    expect(refusalOf({ type: 'expand', shape: [2, 3] }, [1, 3], [2, 3])).toMatchObject({ at: '/shape', code: 'invalid_value' });
  });

  test('refuses what does not stretch, at the axis of shape or at the second input', () => {
    expect(refusalOf({ type: 'expand', shape: [2, 8] }, [2, 4])).toEqual({
      at: '/shape/1',
      code: 'shape_mismatch',
      detail: '"layer": axis 1 of shape [2, 8] is 8, but "x0" gives [2, 4] with 4 there; only an extent of 1 stretches',
    });
    expect(refusalOf({ type: 'expand' }, [2, 4], [2, 8])).toMatchObject({ at: '/inputs/1', code: 'shape_mismatch' });
    expect(refusalOf({ type: 'expand' }, [2, 4], [4])).toMatchObject({ at: '/inputs/1', code: 'wrong_rank' });
    expect(refusalOf({ type: 'Expand', size: [-1, 2, 4] }, [2, 4])).toMatchObject({ at: '/size/0', code: 'invalid_value' });
  });
});

describe('tile', () => {
  test('explains the extents that it makes longer', () => {
    const row = rowOf({ type: 'Tile', repeats: [2, 1, 3] }, [4, 5]);
    expect(row.output_shapes).toEqual([[2, 4, 15]]);
    expect(valuesOf(row, '/output_shapes/0/2')).toBe('3·5 = 15');
    expect(valuesOf(row, '/output_shapes/0/1')).toBeUndefined();
  });

  test('refuses to repeat less than once', () => {
    expect(refusalOf({ type: 'tile', repeats: [1, 0] }, [2, 3])).toMatchObject({ at: '/repeats/1', code: 'invalid_value' });
  });
});
