import { expect, test } from 'vitest';
import type { CaseTensor } from '../node-case.ts';
import { measured, modelOfNodes } from '../node-case.ts';

const flows = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32' });
const stored = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32', stored: true });

test('an output_shape below what the window gives is padding, the odd cell at the start; above it cells at the end', () => {
  const layerOf = (attributes: Readonly<Record<string, unknown>>) =>
    measured(
      modelOfNodes(
        [{ op: 'ConvTranspose', name: 'up', inputs: ['x', 'w'], outputs: ['y'], attributes: { strides: [3], ...attributes } }],
        { x: flows(1, 3, 4), w: stored(3, 2, 4) },
        ['y'],
      ),
    ).imported.document.layers[0];
  // 3·(4 − 1) + 4 = 13 cells.
  expect(layerOf({ output_shape: [10] })).toMatchObject({ padding: [[2, 1]] });
  expect(layerOf({ output_shape: [10], auto_pad: 'SAME_UPPER' })).toMatchObject({ padding: [[1, 2]] });
  expect(layerOf({ output_shape: [1, 2, 14] })).toMatchObject({ padding: [[0, 0]], output_padding: [1] });
});

test('weights that flow are inputs; their channels must be those of the input', () => {
  const conv = (channels: number) =>
    measured(
      modelOfNodes([{ op: 'Conv', name: 'c', inputs: ['x', 'w'], outputs: ['y'] }], { x: flows(1, 3, 8, 8), w: flows(4, channels, 3, 3) }, [
        'y',
      ]),
    );
  expect(conv(3).report.totals).toMatchObject({ parameters: 0, macs: 3888 });
  expect(() => conv(2)).toThrow('the weight takes 2 · 1 channels, the input has 3');
});

test('a bias of another width counts with its own', () => {
  const { imported, report } = measured(
    modelOfNodes(
      [{ op: 'QLinearConv', name: 'q', inputs: ['x', 's', 'z', 'w', 's', 'z', 's', 'z', 'b'], outputs: ['y'] }],
      {
        x: { shape: [1, 3, 8, 8], dtype: 'uint8' },
        s: { shape: [], dtype: 'float32', values: [0.1] },
        z: { shape: [], dtype: 'uint8', values: [0] },
        w: { shape: [4, 3, 3, 3], dtype: 'int8', stored: true },
        b: { shape: [4], dtype: 'int32', stored: true },
      },
      ['y'],
    ),
  );
  // 4·3·3·3 = 108 weights of a byte, 4 biases of four.
  expect(report.totals).toMatchObject({ parameters: 112, parameter_bytes: 108 + 16, macs: 3888 });
  expect(imported.diagnostics).toEqual([]);
});
