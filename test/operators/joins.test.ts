import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('concat', () => {
  test('writes a new tensor and computes nothing', () => {
    expect(rowOf({ type: 'concat', dim: 1 }, [2, 3], [2, 4]).memory).toMatchObject({ activation_elements: 14, view: false });
    expect(operationsOf({ type: 'concat', dim: 1 }, [2, 3], [2, 4])).toEqual({});
  });

  test('explains the extent that it adds up', () => {
    expect(valuesOf(rowOf({ type: 'Concat', axis: 1 }, [2, 3], [2, 4], [2, 5]), '/output_shapes/0/1')).toBe('3 + 4 + 5 = 12');
    const many = new Array<number[]>(25).fill([2, 4]);
    expect(valuesOf(rowOf({ type: 'Concatenate', axis: -1 }, ...many), '/output_shapes/0/1')).toBe('100 = 100');
  });

  test('joins channels where they lie in a channels-last document', () => {
    const document = {
      data_format: 'channels_last',
      inputs: [
        { name: 'a', shape: [8, 8, 3] },
        { name: 'b', shape: [8, 8, 5] },
      ],
      layers: [{ type: 'concat', dim: 3, inputs: ['a', 'b'] }],
    };
    expect(measureDocument(document).layers[0]?.output_shapes).toEqual([[1, 8, 8, 8]]);
  });

  test('refuses shapes that differ elsewhere, at the input that does', () => {
    expect(refusalOf({ type: 'concat', dim: 1 }, [2, 8, 7], [2, 8, 7], [2, 8, 6])).toEqual({
      at: '/inputs/2',
      code: 'shape_mismatch',
      detail: '"layer": all axes but 1 must agree: "x0" gives [2, 8, 7], "x2" gives [2, 8, 6], so axis 2 is 7 and 6',
    });
    expect(refusalOf({ type: 'concat', dim: 1 }, [2, 8], [2, 8, 1])).toMatchObject({ at: '/inputs/1', code: 'wrong_rank' });
    expect(refusalOf({ type: 'concat', axis: 2 }, [2, 8])).toMatchObject({ at: '/axis', code: 'out_of_range' });
    expect(refusalOf({ type: 'concat' }, [], [])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });
});

describe('stack', () => {
  test('has as many cells on the new axis as it has inputs', () => {
    const row = rowOf({ type: 'stack', dim: -1 }, [2, 3], [2, 3], [2, 3], [2, 3]);
    expect(row.output_shapes).toEqual([[2, 3, 4]]);
    expect(valuesOf(row, '/output_shapes/0/2')).toBe('4 = 4');
  });

  test('refuses shapes that differ', () => {
    expect(refusalOf({ type: 'stack' }, [2, 3], [2, 1])).toMatchObject({ at: '/inputs/1', code: 'shape_mismatch' });
    expect(refusalOf({ type: 'stack', dim: 3 }, [2, 3], [2, 3])).toMatchObject({ at: '/dim', code: 'out_of_range' });
  });
});
