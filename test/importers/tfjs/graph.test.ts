/** Graph models as the converter wrote them against what TensorFlow.js itself says of each node (`test/golden/tfjs/graph/`). */

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { importTfjs } from '../../../src/importers/tfjs/index.ts';
import { limits } from '../../measure-document.ts';
import { reportOf } from '../onnx/read-onnx.ts';

const folder = new URL('../../golden/tfjs/graph/', import.meta.url);

interface Truth {
  readonly name: string;
  readonly nodes: readonly { readonly name: string; readonly op: string; readonly output_shape: readonly number[] }[];
  readonly macs: number;
}

interface Model {
  readonly weightsManifest: readonly { readonly weights: readonly { readonly dtype: string; readonly shape: readonly number[] }[] }[];
}

function read<T>(name: string): T {
  const bytes = readFileSync(new URL(name, folder));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as T;
}

const names = readdirSync(folder);
const truths = names.filter((name) => name.includes('.truth.json')).sort();

test('at least three graph models have their truth', () => expect(truths.length).toBeGreaterThanOrEqual(3));

/** Their shapes hang on numbers that only the weight files hold, or on a loop: what can be told is right, and the rest is said to be missing. */
const untold = new Set(['encoder', 'looped_lstm', 'separable', 'unrolled_gru']);

describe.each(truths)('%s', (file) => {
  const truth = read<Truth>(file);
  const model = read<Model>(names.find((name) => name.replace('.gz', '') === `${truth.name}.json`) ?? '');
  const imported = importTfjs(model, { batch_size: undefined, resolution: undefined, dims: new Map(), limits });
  const report = reportOf(imported);

  test('every row has the shape that the node gives when it runs', () => {
    const shapes = new Map(truth.nodes.map(({ name, output_shape }) => [name, output_shape]));
    const rows = report.layers.filter(({ name }) => shapes.has(name));
    const told = rows.filter(({ output_shapes }) => output_shapes !== null);
    expect(told.map(({ name, output_shapes }) => [name, output_shapes?.[0]])).toEqual(told.map(({ name }) => [name, shapes.get(name)]));
    if (untold.has(truth.name)) expect(told.length).toBeLessThan(truth.nodes.length);
    else expect(told.length).toBeGreaterThan(truth.nodes.length / 3);
  });

  test.runIf(untold.has(truth.name))('what is missing is named', () => {
    expect(report.totals.partial).toContain('macs');
    expect(report.diagnostics.some(({ code, severity }) => code === 'not_costed' && severity === 'warning')).toBe(true);
  });

  test.skipIf(untold.has(truth.name))('weights and MACs agree', () => {
    const floating = model.weightsManifest
      .flatMap(({ weights }) => weights)
      .filter(({ dtype, shape }) => dtype === 'float32' && shape.length > 0);
    const elements = floating.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
    expect(report.totals.parameters + report.totals.buffers).toBe(elements);
    expect(report.totals.macs).toBe(truth.macs);
    expect(report.totals.partial).toEqual([]);
  });
});

test('the parts that an unstack gives have its axis no more', () => {
  const shape = { shape: { dim: [2, 4, 3].map((size) => ({ size: `${size}` })) } };
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape } },
    { name: 'parts', op: 'Unpack', input: ['x'], attr: { T: { type: 'DT_FLOAT' }, num: { i: '4' }, axis: { i: '1' } } },
    { name: 'sum', op: 'AddV2', input: ['parts', 'parts:3'], attr: { T: { type: 'DT_FLOAT' } } },
  ];
  const report = reportOf(
    importTfjs({ modelTopology: { node } }, { batch_size: undefined, resolution: undefined, dims: new Map(), limits }),
  );
  const row = report.layers.find(({ name }) => name === 'sum');
  expect(row).toMatchObject({ inputs: ['parts', 'parts:3'], output_shapes: [[2, 3]] });
  expect(report.totals.partial).toEqual([]);
});
