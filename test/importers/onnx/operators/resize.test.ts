import { expect, test } from 'vitest';
import type { CaseTensor } from '../node-case.ts';
import { measured, modelOfNodes } from '../node-case.ts';

function resized(shape: readonly number[], scales: readonly number[], attributes: Readonly<Record<string, unknown>> = {}) {
  const tensors: Readonly<Record<string, CaseTensor>> = {
    x: { shape, dtype: 'float32' },
    scales: { shape: [scales.length], dtype: 'float32', values: scales },
  };
  return measured(modelOfNodes([{ op: 'Resize', name: 'up', inputs: ['x', '', 'scales'], outputs: ['y'], attributes }], tensors, ['y']));
}

test('scales stay scales, so that the document holds for other resolutions', () => {
  expect(resized([1, 2, 3, 5], [1, 1, 2, 2]).imported.document.layers).toEqual([{ name: 'up', type: 'upsample', scale_factor: 2 }]);
  expect(resized([1, 2, 3, 5], [1, 1, 2, 1.5]).imported.document.layers[0]).toMatchObject({ scale_factor: [2, 1.5] });
});

test('a map with channels at the end is resampled as it lies', () => {
  const { imported, outputs } = resized([1, 3, 5, 2], [1, 2, 2, 1], { mode: 'linear' });
  expect(imported.document.layers).toMatchObject([{ data_format: 'channels_last', mode: 'bilinear', scale_factor: 2 }]);
  expect(outputs[0]?.shape).toEqual([1, 6, 10, 2]);
});

test('axes that no feature map has in its space are of unknown cost', () => {
  const { imported, report, outputs } = resized([2, 3, 4, 5], [1, 2, 1, 2], { mode: 'linear' });
  expect(outputs[0]?.shape).toEqual([2, 6, 4, 10]);
  expect(report.totals.partial).toEqual([]);
  expect(imported.document.layers.length).toBeGreaterThan(1);
  const other = resized([2, 3, 4, 5], [2, 1, 1, 2], { mode: 'linear' });
  expect(other.outputs[0]?.shape).toEqual([4, 3, 4, 10]);
  expect(other.report.totals.partial).toContain('flops');
});

test('a scale that leaves no cell is refused', () => {
  expect(() => resized([1, 2, 3, 5], [1, 1, 0.2, 1])).toThrow('its output would be [1, 2, 0, 5]; an extent is at least 1');
});
