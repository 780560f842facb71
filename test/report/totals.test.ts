import { describe, expect, test } from 'vitest';
import { networks } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';

const linear = { type: 'linear', out_features: 4 };

describe('totals', () => {
  test('are the sums of the rows, in every convention', () => {
    for (const { document } of networks.slice(0, 12)) {
      for (const convention of ['standard', 'textbook'] as const) {
        const { totals, layers } = measureDocument(document, { convention });
        const sum = (pick: (row: (typeof layers)[number]) => number | null) => layers.reduce((total, row) => total + (pick(row) ?? 0), 0);
        expect(totals).toMatchObject({
          layers: layers.length,
          parameters: sum(({ weights }) => weights.parameters),
          trainable_parameters: sum(({ weights }) => weights.trainable_parameters),
          buffers: sum(({ weights }) => weights.buffers),
          parameter_bytes: sum(({ weights }) => weights.parameter_bytes),
          buffer_bytes: sum(({ weights }) => weights.buffer_bytes),
          activation_elements: sum(({ memory }) => memory.activation_elements),
          activation_bytes: sum(({ memory }) => memory.activation_bytes),
          macs: sum(({ compute }) => compute.macs),
          flops: sum(({ compute }) => compute.flops),
          partial: [],
        });
      }
    }
  });
});

describe('a layer that cannot be costed', () => {
  test('is null, never zero, and makes the totals lower bounds', () => {
    const custom = { name: 'x', type: 'custom', operator: 'Warp', output_shapes: [[1, 6]] };
    const report = measureDocument({ input: [3], layers: [linear, custom, { ...linear, name: 'after' }] });
    expect(report.layers[1]).toMatchObject({
      output_shapes: [[1, 6]],
      weights: { parameters: null, trainable_parameters: null, buffers: null, parameter_bytes: null, buffer_bytes: null, tensors: [] },
      memory: { output_elements: 6, activation_elements: 6, activation_bytes: 24, view: false },
      compute: { macs: null, flops: null, operations: null },
    });
    expect(report.totals.partial).toEqual([
      'parameters',
      'trainable_parameters',
      'buffers',
      'parameter_bytes',
      'buffer_bytes',
      'peak_memory_bytes',
      'macs',
      'flops',
    ]);
    // What is known still counts: 16 and 28 parameters, 12 and 24 products.
    expect(report.totals).toMatchObject({ layers: 3, parameters: 44, macs: 36, activation_elements: 14 });
  });

  test('and has no shapes leaves out what follows: every total is a lower bound', () => {
    const report = measureDocument({
      input: [3],
      layers: [linear, { name: 'x', type: 'custom', operator: 'Warp' }, linear, { ...linear, inputs: ['input'] }],
    });
    expect(report.layers.map(({ name }) => name)).toEqual(['linear_1', 'x', 'linear_3']);
    expect(report.layers[1]).toMatchObject({
      output_shapes: null,
      memory: { output_elements: null, activation_elements: null, activation_bytes: null },
    });
    expect(report.totals.partial).toEqual(Object.keys(report.totals).filter((name) => name !== 'partial'));
    expect(report.totals).toMatchObject({ layers: 3, parameters: 32, macs: 24 });
  });

  test('at the end leaves nothing out', () => {
    const { totals } = measureDocument({ input: [3], layers: [linear, { type: 'custom', operator: 'Warp' }] });
    expect(totals.partial).not.toContain('layers');
    expect(totals.partial).toContain('activation_elements');
  });

  test('and does not run leaves compute and activations whole', () => {
    const layers = [
      { name: 'a', ...linear },
      { type: 'custom', operator: 'Warp' },
    ];
    const report = measureDocument({ input: [3], layers, outputs: ['a'] });
    expect(report.layers[1]).toMatchObject({
      runs: false,
      memory: { activation_elements: 0 },
      compute: { macs: 0 },
      weights: { parameters: null },
    });
    expect(report.totals.partial).toEqual([
      'parameters',
      'trainable_parameters',
      'buffers',
      'parameter_bytes',
      'buffer_bytes',
      'peak_memory_bytes',
    ]);
  });
});

describe('by_type', () => {
  test('sums over each canonical type, in the order they first appear', () => {
    const layers = [{ type: 'Dense', units: 4 }, { type: 'relu' }, { type: 'linear', out_features: 2, activation: 'relu' }];
    const report = measureDocument({ input: [3], layers }, { include: ['by_type'] });
    expect(Object.entries(report.by_type ?? {})).toEqual([
      ['linear', { layers: 2, parameters: 16 + 10, activation_elements: 6, activation_bytes: 24, macs: 20, flops: 46 }],
      ['relu', { layers: 2, parameters: 0, activation_elements: 6, activation_bytes: 24, macs: 0, flops: 6 }],
    ]);
  });

  test('is absent where it is not asked for', () => {
    expect(measureDocument({ input: [3], layers: [{ type: 'relu' }] })).not.toHaveProperty('by_type');
  });
});

describe('what cannot be costed is never counted as zero', () => {
  const document = {
    input: [3, 8, 8],
    layers: [
      { type: 'conv2d', out_channels: 4, kernel_size: 1 },
      { type: 'custom', operator: 'Mystery', output_shapes: [[1, 4, 8, 8]] },
      { type: 'custom', operator: 'Riddle', output_shapes: [[1, 4, 8, 8]] },
    ],
  };

  test('its type has null where a layer of it has', () => {
    const { by_type } = measureDocument(document, { include: ['by_type'] });
    // Two outputs of 4·8·8 elements are known, weights and compute are not.
    expect(by_type?.custom).toEqual({
      layers: 2,
      parameters: null,
      activation_elements: 512,
      activation_bytes: 2048,
      macs: null,
      flops: null,
    });
    expect(by_type?.conv2d).toMatchObject({ layers: 1, parameters: 16, macs: 768 });
  });

  test('a convention that has no row for it says that its totals are partial', () => {
    const { totals, layers } = measureDocument(document, { convention: 'textbook' });
    expect(layers.map(({ type }) => type)).toEqual(['input', 'conv2d']);
    expect(totals.partial).toEqual([
      'parameters',
      'trainable_parameters',
      'buffers',
      'parameter_bytes',
      'buffer_bytes',
      'activation_elements',
      'activation_bytes',
      'peak_memory_bytes',
      'macs',
      'flops',
    ]);
  });
});
