import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('split', () => {
  test('has one output a part, all of them views of its input', () => {
    const document = {
      input: [7, 4],
      layers: [
        { name: 'parts', type: 'split', split_size: 3, dim: 1 },
        { name: 'last', type: 'identity', inputs: ['parts:2'] },
      ],
    };
    const report = measureDocument(document);
    expect(report.layers.map((row) => row.output_shapes)).toEqual([
      [
        [1, 3, 4],
        [1, 3, 4],
        [1, 1, 4],
      ],
      [[1, 1, 4]],
    ]);
    expect(report.layers[0]?.memory).toMatchObject({ activation_elements: 0, view: true });
    expect(report.totals.activation_elements).toBe(0);
  });

  test('explains the size of each part', () => {
    const row = rowOf({ type: 'Split', split_size_or_sections: 3, axis: -1 }, [2, 7]);
    expect([0, 1, 2].map((output) => valuesOf(row, `/output_shapes/${output}/1`))).toEqual([
      'min(3, 7 − 0) = 3',
      'min(3, 7 − 3) = 3',
      'min(3, 7 − 6) = 1',
    ]);
  });

  test('refuses a list that does not use up the axis', () => {
    expect(refusalOf({ type: 'Split', split: [1, 2, 3], dim: 1 }, [2, 7, 4])).toEqual({
      at: '/split',
      code: 'mismatch',
      detail: '"layer": split_size [1, 2, 3] takes 6 cells, but axis 1 of [2, 7, 4] from "x0" has 7',
    });
  });

  test('refuses more parts than a layer may have inputs', () => {
    expect(rowOf({ type: 'split', split_size: 1 }, [4096]).output_shapes).toHaveLength(4096);
    expect(refusalOf({ type: 'split', split_size: 1 }, [2 ** 31 - 1])).toMatchObject({ at: '/split_size', code: 'out_of_range' });
  });
});

describe('slice', () => {
  test('explains the extent that is left, positions counted from the front and clamped', () => {
    expect(valuesOf(rowOf({ type: 'slice', dim: 1, start: -6, end: 100, step: 2 }, [2, 7]), '/output_shapes/0/1')).toBe('⌈(7 − 1)/2⌉ = 3');
  });

  test('reads the lists of ONNX, whose end may be 2^63 − 1', () => {
    const layer = { type: 'Slice', axes: [1], starts: [1], ends: [9223372036854775807n].map(Number), steps: [2] };
    expect(rowOf(layer, [2, 7]).output_shapes).toEqual([[2, 3]]);
    expect(rowOf({ type: 'Slice', axes: [0, 1], starts: [0, 3], ends: [1, 2 ** 63] }, [2, 7]).output_shapes).toEqual([[1, 4]]);
    expect(rowOf({ type: 'Slice', axes: [1], starts: [2 ** 63], ends: [-(2 ** 63)], steps: [-1] }, [2, 7]).output_shapes).toEqual([[2, 7]]);
  });

  test('takes a number for every axis or one for each, and runs backwards', () => {
    const row = rowOf({ type: 'slice', dim: [1, 2], start: [6, 1], step: [-2, 3] }, [2, 8, 7]);
    expect(row.output_shapes).toEqual([[2, 4, 2]]);
    expect(valuesOf(row, '/output_shapes/0/1')).toBe('⌈((−1) − 6)/(−2)⌉ = 4');
    expect(rowOf({ type: 'slice', dim: [0, 1], start: 1 }, [2, 8]).output_shapes).toEqual([[1, 7]]);
    expect(refusalOf({ type: 'slice', dim: [0, 1], start: [1] }, [2, 8])).toEqual({
      at: '/start',
      code: 'mismatch',
      detail: '"layer": start has 1 entry, dim names 2 axes',
    });
    expect(refusalOf({ type: 'slice', dim: [1, -1] }, [2, 8])).toMatchObject({ at: '/dim/1', code: 'duplicate_axis' });
    expect(refusalOf({ type: 'slice', dim: [0, 1], start: [0, 2], end: [1, 4], step: [1, -1] }, [2, 8])).toEqual({
      at: '/end/1',
      code: 'empty_output',
      detail: '"layer": from 2 to 4 in steps of -1 there is nothing on axis 1 of [2, 8] from "x0", which has 8 cells',
    });
  });

  test('refuses a range that holds nothing, at the key that says so', () => {
    expect(refusalOf({ type: 'slice', dim: 1, start: 5, end: 3 }, [2, 7])).toEqual({
      at: '/end',
      code: 'empty_output',
      detail: '"layer": from 5 to 3 there is nothing on axis 1 of [2, 7] from "x0", which has 7 cells',
    });
    expect(refusalOf({ type: 'slice', dim: 1, start: 7 }, [2, 7])).toMatchObject({ at: '/start', code: 'empty_output' });
    expect(refusalOf({ type: 'slice', step: 0 }, [2, 7])).toMatchObject({ at: '/step', code: 'invalid_value' });
    expect(refusalOf({ type: 'slice' }, [])).toMatchObject({ at: '/inputs/0', code: 'wrong_rank' });
  });
});
