import { expect, test } from 'vitest';
import type { CaseTensor } from '../node-case.ts';
import { measured, modelOfNodes } from '../node-case.ts';

const flows = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32' });
const stored = (shape: readonly number[], dtype = 'float32'): CaseTensor => ({ shape, dtype, stored: true });

test('a fused convolution is its convolution, the sum and the activation', () => {
  const { report } = measured(
    modelOfNodes(
      [
        {
          op: 'FusedConv',
          domain: 'com.microsoft',
          name: 'conv',
          inputs: ['x', 'w', '', 'z'],
          outputs: ['y'],
          attributes: { activation: 'HardSigmoid', activation_params: [0.25, 0.5] },
        },
      ],
      { x: flows(1, 3, 8, 8), w: stored([4, 3, 3, 3]), z: flows(1, 4, 6, 6) },
      ['y'],
    ),
  );
  expect(report.layers.map(({ name, type }) => [name, type])).toEqual([
    ['conv', 'conv2d'],
    ['conv/sum', 'add'],
    ['conv/activation', 'hardsigmoid'],
  ]);
  expect(report.totals).toMatchObject({ parameters: 108, macs: 3888 });
});

test('an activation that is not known is refused by its name', () => {
  const node = {
    op: 'FusedConv',
    domain: 'com.microsoft',
    name: 'conv',
    inputs: ['x', 'w'],
    outputs: ['y'],
    attributes: { activation: 'Snake' },
  };
  expect(() => measured(modelOfNodes([node], { x: flows(1, 3, 8, 8), w: stored([4, 3, 3, 3]) }, ['y']))).toThrow(
    'its activation Snake is not known here',
  );
});

test('a matrix in blocks of 4 bits has the numbers that it stands for, and half a byte for each', () => {
  const { report, outputs } = measured(
    modelOfNodes(
      [
        {
          op: 'MatMulNBits',
          domain: 'com.microsoft',
          name: 'q',
          inputs: ['a', 'b', 'scales'],
          outputs: ['y'],
          attributes: { K: 64, N: 10, bits: 4, block_size: 32 },
        },
      ],
      { a: flows(2, 5, 64), b: stored([10, 2, 16], 'uint8'), scales: stored([10, 2]) },
      ['y'],
    ),
  );
  expect(report.totals).toMatchObject({ parameters: 640, parameter_bytes: 320, macs: 6400 });
  expect(outputs).toEqual([{ shape: [2, 5, 10], dtype: 'float32' }]);
});

test('an operator that is ONNX’s own by another name is that one', () => {
  const { report } = measured(
    modelOfNodes(
      [
        { op: 'DequantizeLinear', domain: 'com.microsoft', inputs: ['b', 's'], outputs: ['w'] },
        { op: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['y'] },
      ],
      { x: flows(2, 3), b: stored([3, 4], 'int8'), s: { shape: [], dtype: 'float32', values: [0.5] } },
      ['y'],
    ),
  );
  expect(report.layers.map(({ name, type }) => [name, type])).toEqual([['product', 'linear']]);
  expect(report.totals).toMatchObject({ parameters: 12, parameter_bytes: 12 });
});
