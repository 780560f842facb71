import { expect, test } from 'vitest';
import type { CaseNode, CaseTensor } from '../node-case.ts';
import { measured, modelOfNodes } from '../node-case.ts';

const flows = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32' });
const stored = (...shape: number[]): CaseTensor => ({ shape, dtype: 'float32', stored: true });
const four = { s: stored(3), b: stored(3), m: stored(3), v: stored(3) };

const batchNorm = (inputs: readonly string[], more: Partial<CaseNode> = {}): CaseNode => ({
  op: 'BatchNormalization',
  name: 'bn',
  inputs,
  outputs: ['y'],
  ...more,
});

test('statistics of every cell, as opset 7 has them, are those of channels of a map without space', () => {
  const cells = stored(3, 4, 4);
  const { report, outputs } = measured(
    modelOfNodes(
      [batchNorm(['x', 's', 'b', 'm', 'v'], { attributes: { spatial: 0 } })],
      { x: flows(2, 3, 4, 4), s: cells, b: cells, m: cells, v: cells },
      ['y'],
      7,
    ),
  );
  expect(report.totals).toMatchObject({ parameters: 96, buffers: 96, partial: [] });
  expect(report.layers.map(({ name, type }) => [name, type])).toEqual([
    ['bn/flatten', 'reshape'],
    ['bn/batch_norm', 'batch_norm'],
    ['bn', 'reshape'],
  ]);
  expect(outputs).toEqual([{ shape: [2, 3, 4, 4], dtype: 'float32' }]);
});

const inTraining = batchNorm(['x', 's', 'b', 'm', 'v'], { attributes: { training_mode: 1 }, outputs: ['y', 'mean', 'var'] });

test('a network in training is measured in inference; what it brings up to date has a shape and no cost', () => {
  const { imported, report, outputs } = measured(modelOfNodes([inTraining], { x: flows(2, 3, 4), ...four }, ['y', 'mean'], 15));
  // Nobody reads the variance, so that it has no row.
  expect(report.layers.map(({ name, type }) => [name, type])).toEqual([
    ['bn', 'batch_norm'],
    ['bn/mean', 'custom'],
  ]);
  expect(report.totals).toMatchObject({ parameters: 6, buffers: 6 });
  // An addition for each of 2·3·4 elements.
  expect(report.layers[0]?.compute?.operations?.add).toBe(24);
  expect(outputs.map(({ shape }) => shape)).toEqual([[2, 3, 4], [3]]);
  expect(report.totals.partial).toContain('flops');
  expect(imported.diagnostics.filter(({ code }) => code === 'training_mode')).toHaveLength(1);
});

test('without running statistics of its own it measures the batch', () => {
  const { report } = measured(modelOfNodes([inTraining], { x: flows(2, 3, 4), ...four, m: flows(3), v: flows(3) }, ['y'], 15));
  // 3 channels of L = 8 values: (4·8 − 1) additions each.
  expect(report.layers.find(({ name }) => name === 'bn')?.compute?.operations?.add).toBe(93);
  expect(report.totals.buffers).toBe(0);
});

test('a scale that two layers read is a parameter of its own and counts once; statistics stay buffers of each', () => {
  const { report } = measured(
    modelOfNodes(
      [batchNorm(['x', 's', 'b', 'm', 'v'], { outputs: ['h'] }), batchNorm(['h', 's', 'b2', 'm2', 'v2'], { name: 'bn2' })],
      { x: flows(2, 3, 4, 4), ...four, b2: stored(3), m2: stored(3), v2: stored(3) },
      ['y'],
    ),
  );
  expect(report.totals).toMatchObject({ parameters: 9, buffers: 12, partial: [] });
  expect(report.layers.filter(({ type }) => type === 'parameter').map(({ name }) => name)).toContain('s');
});

test('ones and zeros that nodes make stand for a layer without scale and shift; initializers do not', () => {
  const ones = { shape: [3], dtype: 'float32', values: [1, 1, 1] };
  const zeros = { shape: [3], dtype: 'float32', values: [0, 0, 0] };
  const norm: CaseNode = { op: 'InstanceNormalization', name: 'norm', inputs: ['x', 'ones', 'zeros'], outputs: ['y'] };
  const made: readonly CaseNode[] = [
    { op: 'Constant', inputs: [], outputs: ['ones'], attributes: { value_floats: [1, 1, 1] } },
    { op: 'Constant', inputs: [], outputs: ['zeros'], attributes: { value_floats: [0, 0, 0] } },
  ];
  const fromNodes = measured(modelOfNodes([...made, norm], { x: flows(1, 3, 4, 4) }, ['y']));
  expect(fromNodes.report.totals.parameters).toBe(0);
  expect(fromNodes.report.layers.map(({ type }) => type)).toEqual(['instance_norm']);
  const learned = measured(modelOfNodes([norm], { x: flows(1, 3, 4, 4), ones, zeros }, ['y']));
  expect(learned.report.totals.parameters).toBe(6);
});

test('a float16 map stays float16 beside float32 weights', () => {
  const { outputs } = measured(
    modelOfNodes([batchNorm(['x', 's', 'b', 'm', 'v'])], { x: { shape: [1, 3, 2, 2], dtype: 'float16' }, ...four }, ['y'], 15),
  );
  expect(outputs).toEqual([{ shape: [1, 3, 2, 2], dtype: 'float16' }]);
});
