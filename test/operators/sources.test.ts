import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { refusalOf, rowOf, valuesOf } from './one-layer.ts';

describe('constant', () => {
  test('is an activation of the stated type, never a parameter', () => {
    const document = { input: [4], layers: [{ name: 'ids', type: 'constant', shape: [1, 10], dtype: 'int64' }] };
    const { totals, layers } = measureDocument(document);
    expect(totals).toMatchObject({ parameters: 0, activation_elements: 10, activation_bytes: 80, macs: 0 });
    expect(layers[0]).toMatchObject({ inputs: [], output_shapes: [[1, 10]] });
  });

  test('has the floating type of the model where it states none, and no batch axis', () => {
    const document = { dtype: 'float16', input: [4], layers: [{ type: 'constant', shape: [3, 10] }] };
    expect(measureDocument(document, { batch_size: 8 }).totals).toMatchObject({ activation_elements: 30, activation_bytes: 60 });
  });

  test('reads nothing, even as the second layer', () => {
    const layers = [{ type: 'identity' }, { type: 'constant', shape: [2] }];
    expect(measureDocument({ input: [4], layers }).layers[1]?.inputs).toEqual([]);
    expect(refusalOf({ type: 'constant', shape: [2] }, [4])).toMatchObject({ at: '/inputs', code: 'wrong_input_count' });
  });
});

describe('parameter', () => {
  test('is one learned tensor that allocates nothing beside itself', () => {
    const document = {
      input: [4],
      layers: [
        { name: 'scale', type: 'parameter', shape: [4] },
        { type: 'add', inputs: ['input', 'scale'] },
      ],
    };
    const { layers, totals } = measureDocument(document, { include: ['formulas'] });
    expect(layers[0]?.weights).toMatchObject({
      parameters: 4,
      trainable_parameters: 4,
      tensors: [{ name: 'weight', shape: [4], kind: 'parameter' }],
    });
    expect(layers[0]?.memory).toMatchObject({ output_elements: 4, activation_elements: 0, activation_bytes: 0 });
    expect(valuesOf(layers[0] as never, '/weights/parameters')).toBe('4 = 4');
    // Weights, input and sum, four numbers each.
    expect(totals.peak_memory_bytes).toBe(3 * 4 * 4);
  });

  test('may be frozen and of a type of its own', () => {
    const document = { input: [4], layers: [{ type: 'parameter', shape: [3, 3], trainable: false, weight_dtype: 'int8' }] };
    expect(measureDocument(document).totals).toMatchObject({ parameters: 9, trainable_parameters: 0, parameter_bytes: 9 });
  });
});

describe('custom', () => {
  test('with shapes lets the rest be measured, and makes the totals lower bounds', () => {
    const document = {
      input: [8, 20],
      layers: [
        {
          name: 'warp',
          type: 'custom',
          operator: 'com.example.Warp',
          output_shapes: [
            [1, 8, 10],
            [1, 3],
          ],
          output_dtypes: ['float32', 'int64'],
        },
        { name: 'head', type: 'linear', out_features: 4, inputs: ['warp'] },
      ],
    };
    const { layers, totals, diagnostics } = measureDocument(document);
    expect(layers[0]?.output_shapes).toEqual([
      [1, 8, 10],
      [1, 3],
    ]);
    expect(layers[0]?.weights.parameters).toBeNull();
    expect(layers[0]?.compute).toEqual({ macs: null, flops: null, operations: null });
    expect(layers[0]?.memory.activation_bytes).toBe(80 * 4 + 3 * 8);
    expect(layers[1]?.compute.macs).toBe(320);
    expect(totals.partial).toContain('macs');
    expect(diagnostics).toMatchObject([{ code: 'not_costed', severity: 'warning', layer: 'warp' }]);
  });

  test('without shapes ends what follows it', () => {
    const document = {
      input: [8],
      layers: [
        { name: 'mystery', type: 'custom', operator: 'X' },
        { name: 'head', type: 'linear', out_features: 4 },
      ],
    };
    const { layers, diagnostics } = measureDocument(document);
    expect(layers.map((row) => row.name)).toEqual(['mystery']);
    expect(layers[0]?.output_shapes).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(['not_costed', 'left_out']);
  });

  test('gives the type of its first floating input, or the model’s, where it states none', () => {
    const layer = { type: 'custom', operator: 'X', output_shapes: [[10]] };
    expect(rowOf(layer, [[4], 'float64']).memory.activation_bytes).toBe(80);
    expect(rowOf(layer, [[4], 'int64']).memory.activation_bytes).toBe(40);
    expect(rowOf(layer, [[4], 'int64'], [[4], 'float16']).memory.activation_bytes).toBe(20);
  });

  test('refuses types that are not one for each output', () => {
    const layer = { type: 'custom', operator: 'X', output_shapes: [[1], [2]], output_dtypes: ['int64'] };
    expect(refusalOf(layer, [4])).toEqual({
      at: '/output_dtypes',
      code: 'mismatch',
      detail: '"layer": output_dtypes has 1 entries, output_shapes 2; give one type for each output',
    });
    expect(refusalOf({ type: 'custom' }, [4])).toMatchObject({ at: '', code: 'missing_key' });
  });
});
