import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';

const rowsOf = (document: unknown, options = {}) =>
  Object.fromEntries(measureDocument(document, options).layers.map((row) => [row.name, row]));

describe('activations', () => {
  test('are the outputs of every layer that makes a tensor, the model’s inputs apart', () => {
    const report = measureDocument(
      { input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 4, kernel_size: 3 }, { type: 'relu' }] },
      { batch_size: 2 },
    );
    // 2·4·6·6 = 288 elements, twice.
    expect(report.layers.map(({ memory }) => memory)).toEqual(
      [0, 1].map(() => ({ output_elements: 288, activation_elements: 288, activation_bytes: 1152, view: false })),
    );
    expect(report.totals).toMatchObject({ activation_elements: 576, activation_bytes: 2304 });
  });

  test('are none of a view, which still has elements', () => {
    const { memory } = rowsOf({ input: [3, 8, 8], layers: [{ name: 'v', type: 'flatten' }] }).v ?? {};
    expect(memory).toEqual({ output_elements: 192, activation_elements: 0, activation_bytes: 0, view: true });
  });

  test('are all outputs of a layer, each in its type', () => {
    const pool = { name: 'p', type: 'max_pool1d', kernel_size: 2, return_indices: true };
    // 3·4 float32 and 3·4 int64
    expect(rowsOf({ input: [3, 8], layers: [pool] }).p?.memory).toMatchObject({ activation_elements: 24, activation_bytes: 48 + 96 });
    // The query's type replaces floats, never indices.
    expect(rowsOf({ input: [3, 8], layers: [pool] }, { dtype: 'float16' }).p?.memory).toMatchObject({ activation_bytes: 24 + 96 });
    expect(rowsOf({ input: [3], layers: [{ name: 'p', type: 'relu' }] }, { dtype: 'int4' }).p?.memory).toMatchObject({
      activation_bytes: 2,
    });
  });

  test('are none of a learned tensor, which is a weight', () => {
    const { p } = rowsOf({ layers: [{ name: 'p', type: 'parameter', shape: [2, 3] }] });
    expect(p?.memory).toEqual({ output_elements: 6, activation_elements: 0, activation_bytes: 0, view: false });
    expect(p?.weights).toMatchObject({ parameters: 6, parameter_bytes: 24, tensors: [{ name: 'weight', shape: [2, 3] }] });
    const { c } = rowsOf({ layers: [{ name: 'c', type: 'constant', shape: [2, 3] }] });
    expect(c).toMatchObject({ memory: { activation_elements: 6 }, weights: { parameters: 0 } });
  });
});

describe('the type of the model', () => {
  const document = (dtype?: string) => ({ input: [3], layers: [{ type: 'relu' }], ...(dtype === undefined ? {} : { dtype }) });
  const bytes = (posted: unknown, options = {}) => {
    const report = measureDocument(posted, options);
    return [report.assumptions.dtype, report.totals.activation_bytes];
  };

  test('is float32, the document’s, or the query’s', () => {
    expect(bytes(document())).toEqual(['float32', 12]);
    expect(bytes(document('float16'))).toEqual(['float16', 6]);
    expect(bytes(document('int8'))).toEqual(['int8', 3]);
    expect(bytes(document('int4'))).toEqual(['int4', 2]);
    expect(bytes(document('int8'), { dtype: 'float64' })).toEqual(['float64', 24]);
    expect(bytes(document('float16'), { dtype: 'float16' })).toEqual(['float16', 6]);
  });
});

describe('a layer that no output depends on', () => {
  const layers = [
    { name: 'stem', type: 'linear', out_features: 4 },
    { name: 'head', type: 'linear', out_features: 2 },
    { name: 'aux', type: 'linear', out_features: 5, inputs: ['stem'], activation: 'relu' },
  ];
  const report = measureDocument({ input: [3], layers, outputs: ['head'] });

  test('has weights, and neither compute nor activations', () => {
    expect(report.layers[2]).toMatchObject({
      name: 'aux',
      runs: false,
      output_shapes: [[1, 5]],
      weights: { parameters: 25 },
      memory: { output_elements: 5, activation_elements: 0, activation_bytes: 0 },
      compute: { macs: 0, flops: 0, operations: { mac: 0, add: 0 } },
    });
    expect(report.totals).toMatchObject({ layers: 4, parameters: 16 + 10 + 25, macs: 12 + 8, activation_elements: 6, partial: [] });
  });

  test('is named, and so is its activation', () => {
    expect(report.diagnostics.map(({ code, layer, pointer }) => [code, layer, pointer])).toEqual([
      ['not_run', 'aux', '#/layers/2'],
      ['not_run', 'aux.activation', '#/layers/2/activation'],
    ]);
  });

  test('says nothing where it runs', () => {
    expect(report.layers[0]).not.toHaveProperty('runs');
    expect(report.layers[0]).not.toHaveProperty('shares');
  });
});

describe('rows', () => {
  test('come in the order that layers run in', () => {
    const layers = [
      { name: 'd', type: 'add', inputs: ['b', 'c'] },
      { name: 'c', type: 'relu', inputs: ['a'] },
      { name: 'b', type: 'tanh', inputs: ['a'] },
      { name: 'a', type: 'exp', inputs: ['input'] },
    ];
    expect(measureDocument({ input: [3], layers }).layers.map(({ name }) => name)).toEqual(['a', 'c', 'b', 'd']);
  });
});
