import { expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

// 2·3 maps of L = 5·4 cells: 19 additions or comparisons each, 20 powers, and a division or a root.
test.each([
  [{ type: 'global_avg_pool' }, { add: 114, div: 6 }],
  [{ type: 'global_max_pool' }, { cmp: 114 }],
  [{ type: 'global_lp_pool' }, { pow: 120, add: 114, sqrt: 6 }],
  [
    { type: 'global_lp_pool', norm_type: 3 },
    { pow: 126, add: 114 },
  ],
])('%j', (layer, operations) => {
  expect(operationsOf(layer, [2, 3, 5, 4])).toEqual(operations);
});

test('the formula shows the cells of a map', () => {
  expect(valuesOf(rowOf({ type: 'global_avg_pool' }, [2, 3, 5, 4]), '/compute/operations/add')).toBe('(20 − 1)·6 = 114');
});

test('agrees with the pool whose window is the whole map', () => {
  for (const [global, pool] of [
    ['global_avg_pool', 'avg_pool2d'],
    ['global_max_pool', 'max_pool2d'],
    ['global_lp_pool', 'lp_pool2d'],
  ] as const) {
    expect(operationsOf({ type: global }, [2, 3, 5, 4])).toEqual(operationsOf({ type: pool, kernel_size: [5, 4] }, [2, 3, 5, 4]));
  }
});

test('channels-last maps keep their channels at the end, so that Keras models go on with a dense layer', () => {
  const report = measureDocument({
    data_format: 'channels_last',
    input: [7, 7, 64],
    layers: [{ type: 'GlobalAveragePooling2D' }, { type: 'Dense', units: 10 }],
  });
  expect(report.layers.map((row) => row.output_shapes?.[0])).toEqual([
    [1, 1, 1, 64],
    [1, 1, 1, 10],
  ]);
  expect(report.totals.parameters).toBe(650);
});

test('an input without a spatial axis is refused', () => {
  expect(refusalOf({ type: 'global_avg_pool' }, [2, 8])).toEqual({
    at: '/inputs/0',
    code: 'wrong_rank',
    detail: '"layer": expected an input of at least 3 axes, but "x0" gives [2, 8] (2 axes)',
  });
});

test('means and norms of integers are floating, maxima keep their type', () => {
  const bytes = (type: string) => rowOf({ type }, [[1, 2, 8], 'uint8']).memory.activation_bytes;
  expect([bytes('global_avg_pool'), bytes('global_lp_pool'), bytes('global_max_pool')]).toEqual([8, 8, 2]);
});
