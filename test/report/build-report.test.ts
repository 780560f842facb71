import { describe, expect, test } from 'vitest';
import { generator } from '../../src/report/version.ts';
import { networks } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';

const tiny = {
  name: 'tiny',
  inputs: [{ name: 'image', shape: [3, 4, 4] }],
  layers: [
    { name: 'conv', type: 'conv2d', out_channels: 2, kernel_size: 3, padding: 1, bias: false },
    { type: 'flatten' },
    { name: 'fc', type: 'linear', out_features: 10, trainable: false },
  ],
};
const none = { mac: 0, add: 0, mul: 0, div: 0, cmp: 0, exp: 0, log: 0, sqrt: 0, pow: 0, tanh: 0, erf: 0 };

test('a small network is reported as worked out by hand', () => {
  // conv: 2·3·3·3 = 54 weights; 27 products for each of 2·4·4 = 32 outputs a sample, batch 2: 1728.
  // fc: 32·10 weights and 10 biases; 320 products a row, 2 rows: 640, and 20 additions.
  // Peak: 384 parameters of 4 bytes, and while conv runs 2·48 input and 2·32 output elements.
  expect(measureDocument(tiny, { batch_size: 2 })).toEqual({
    schema_version: 1,
    generator,
    model: { name: 'tiny', format: 'native', hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    assumptions: { batch_size: 2, dtype: 'float32', mode: 'inference', convention: 'standard' },
    totals: {
      layers: 3,
      parameters: 384,
      trainable_parameters: 54,
      buffers: 0,
      parameter_bytes: 1536,
      buffer_bytes: 0,
      activation_elements: 84,
      activation_bytes: 336,
      peak_memory_bytes: 1536 + 384 + 256,
      macs: 2368,
      flops: 2 * 2368 + 20,
      partial: [],
    },
    layers: [
      {
        name: 'conv',
        type: 'conv2d',
        pointer: '#/layers/0',
        inputs: ['image'],
        input_shapes: [[2, 3, 4, 4]],
        output_shapes: [[2, 2, 4, 4]],
        weights: {
          parameters: 54,
          trainable_parameters: 54,
          buffers: 0,
          parameter_bytes: 216,
          buffer_bytes: 0,
          tensors: [{ name: 'weight', shape: [2, 3, 3, 3], kind: 'parameter', trainable: true }],
        },
        memory: { output_elements: 64, activation_elements: 64, activation_bytes: 256, view: false },
        compute: { macs: 1728, flops: 3456, operations: { ...none, mac: 1728 } },
        // 54/384 = 0.140625, 256/336 = 0.76190…, 1728/2368 = 0.72972…, 3456/4756 = 0.72666…
        share: { parameters: 0.14063, activation_bytes: 0.7619, macs: 0.72973, flops: 0.72666 },
      },
      {
        name: 'flatten_1',
        type: 'flatten',
        pointer: '#/layers/1',
        inputs: ['conv'],
        input_shapes: [[2, 2, 4, 4]],
        output_shapes: [[2, 32]],
        weights: { parameters: 0, trainable_parameters: 0, buffers: 0, parameter_bytes: 0, buffer_bytes: 0, tensors: [] },
        memory: { output_elements: 64, activation_elements: 0, activation_bytes: 0, view: true },
        compute: { macs: 0, flops: 0, operations: none },
        share: { parameters: 0, activation_bytes: 0, macs: 0, flops: 0 },
      },
      {
        name: 'fc',
        type: 'linear',
        pointer: '#/layers/2',
        inputs: ['flatten_1'],
        input_shapes: [[2, 32]],
        output_shapes: [[2, 10]],
        weights: {
          parameters: 330,
          trainable_parameters: 0,
          buffers: 0,
          parameter_bytes: 1320,
          buffer_bytes: 0,
          tensors: [
            { name: 'weight', shape: [10, 32], kind: 'parameter', trainable: false },
            { name: 'bias', shape: [10], kind: 'parameter', trainable: false },
          ],
        },
        memory: { output_elements: 20, activation_elements: 20, activation_bytes: 80, view: false },
        compute: { macs: 640, flops: 1300, operations: { ...none, mac: 640, add: 20 } },
        // 330/384 = 0.859375, 80/336 = 0.23809…, 640/2368 = 0.27027…, 1300/4756 = 0.27333…
        share: { parameters: 0.85938, activation_bytes: 0.2381, macs: 0.27027, flops: 0.27334 },
      },
    ],
    diagnostics: [],
  });
});

test('the same document gives the same bytes, whatever was measured between', () => {
  const options = { include: ['formulas', 'by_type'] };
  const first = JSON.stringify(measureDocument(tiny, options));
  for (const { document } of networks.slice(0, 3)) measureDocument(document);
  expect(JSON.stringify(measureDocument(structuredClone(tiny), options))).toBe(first);
});

test('keys stand in the order of the contract', () => {
  const report = measureDocument(tiny, { include: ['formulas', 'by_type'], resolution: [8, 8] });
  expect(Object.keys(report)).toEqual([
    'schema_version',
    'generator',
    'model',
    'assumptions',
    'totals',
    'by_type',
    'layers',
    'diagnostics',
  ]);
  expect(Object.keys(report.layers[0] ?? {})).toEqual([
    'name',
    'type',
    'pointer',
    'inputs',
    'input_shapes',
    'output_shapes',
    'weights',
    'memory',
    'compute',
    'share',
    'formulas',
  ]);
  expect(report.assumptions).toEqual({ batch_size: 1, dtype: 'float32', mode: 'inference', convention: 'standard', resolution: '8x8' });
  expect(report.layers[0]?.input_shapes).toEqual([[1, 3, 8, 8]]);
});

test('a document without a name has none', () => {
  expect(measureDocument({ input: [3], layers: [{ type: 'relu' }] }).model.name).toBeNull();
});

test('every row points at a layer that was sent', () => {
  for (const { name, document } of networks) {
    for (const row of measureDocument(document).layers) {
      const layer = resolvePointer(document, row.pointer);
      expect([name, row.name, typeof layer === 'string' || typeof (layer as { type: unknown }).type]).toEqual([name, row.name, 'string']);
    }
  }
});

test('names of blocks are escaped in pointers', () => {
  const document = { input: [3], blocks: { 'a/b~ü': { layers: [{ type: 'relu' }] } }, layers: [{ type: 'block', block: 'a/b~ü' }] };
  const { layers } = measureDocument(document);
  expect(layers[0]?.pointer).toBe('#/blocks/a~1b~0%C3%BC/layers/0');
  expect(resolvePointer(document, layers[0]?.pointer ?? '')).toEqual({ type: 'relu' });
});

test('inputs are named as references, outputs beyond the first with their number', () => {
  const layers = [
    { name: 'p', type: 'max_pool1d', kernel_size: 2, return_indices: true },
    { type: 'cast', dtype: 'int32', inputs: ['p:1'] },
    { type: 'add', inputs: ['p:0', 'p'] },
  ];
  expect(measureDocument({ input: [3, 8], layers }).layers.map(({ inputs }) => inputs)).toEqual([['input'], ['p:1'], ['p', 'p']]);
});

describe('the textbook', () => {
  const report = measureDocument(
    {
      inputs: [
        { name: 'image', shape: [3, 4, 4], dtype: 'float64' },
        { name: 'ids', shape: [5], dtype: 'int64' },
      ],
      layers: [
        { name: 'conv', type: 'conv2d', out_channels: 2, kernel_size: 3, padding: 1, activation: 'relu' },
        { type: 'batch_norm' },
        { name: 'pool', type: 'max_pool2d', kernel_size: 2 },
        { name: 'adaptive', type: 'adaptive_avg_pool2d', output_size: 1 },
        { name: 'global', type: 'global_avg_pool' },
        { type: 'flatten' },
        { name: 'fc', type: 'linear', out_features: 10 },
      ],
    },
    { convention: 'textbook', include: ['by_type'] },
  );

  test('has the inputs as its first rows, then convolutions, pooling other than adaptive, and linear layers', () => {
    expect(report.layers.map(({ name, type, memory }) => [name, type, memory.activation_elements, memory.activation_bytes])).toEqual([
      ['image', 'input', 48, 384],
      ['ids', 'input', 5, 40],
      ['conv', 'conv2d', 32, 256],
      ['pool', 'max_pool2d', 8, 64],
      ['global', 'global_avg_pool', 2, 16],
      ['fc', 'linear', 10, 80],
    ]);
    expect(report.layers[0]).toMatchObject({ pointer: '#/inputs/0', inputs: [], input_shapes: [], output_shapes: [[1, 3, 4, 4]] });
    expect(report.layers[2]?.inputs).toEqual(['image']);
  });

  test('counts multiply-accumulates as FLOPs, weights without biases, and sums its own rows', () => {
    expect(report.totals).toMatchObject({
      layers: 6,
      parameters: 54 + 20,
      buffers: 0,
      activation_elements: 105,
      macs: 27 * 32 + 20,
      flops: 27 * 32 + 20,
    });
    expect(report.by_type?.input).toEqual({ layers: 2, parameters: 0, activation_elements: 53, activation_bytes: 424, macs: 0, flops: 0 });
  });

  test('points at the short form of an input as well', () => {
    expect(measureDocument({ input: [3], layers: [{ type: 'relu' }] }, { convention: 'textbook' }).layers[0]?.pointer).toBe('#/input');
  });
});

describe('shares of the totals', () => {
  test('are fractions of five decimals that sum to about one', () => {
    const { layers } = measureDocument({ input: [7], layers: [1, 2, 3].map((out_features) => ({ type: 'linear', out_features })) });
    for (const key of ['parameters', 'activation_bytes', 'macs', 'flops'] as const) {
      const parts = layers.map(({ share }) => share[key] as number);
      expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(1, 4);
      for (const part of parts) expect(part).toBe(Number(part.toFixed(5)));
    }
  });

  test('of nothing are 0, of what is unknown null', () => {
    expect(measureDocument({ input: [7], layers: [{ type: 'identity' }] }).layers[0]?.share).toEqual({
      parameters: 0,
      activation_bytes: 0,
      macs: 0,
      flops: 0,
    });
    expect(measureDocument({ input: [7], layers: [{ type: 'custom', operator: 'x' }] }).layers[0]?.share).toEqual({
      parameters: null,
      activation_bytes: null,
      macs: null,
      flops: null,
    });
  });
});
