import { describe, expect, test } from 'vitest';
import type { MeasureOptions } from '../../src/questions/measure.ts';
import type { Row } from '../../src/report/schema.ts';
import { networks } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';
import { evaluateText } from '../oracles/evaluate-formula.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';

const rowsOf = (document: unknown, options: Partial<MeasureOptions> = {}) =>
  measureDocument(document, { ...options, include: ['formulas'] }).layers;

function linesOf(row: Row | undefined): Record<string, string> {
  return Object.fromEntries((row?.formulas ?? []).map(({ of, formula, values }) => [of, `${formula}: ${values}`]));
}

/** What each line says is true: left and right side agree with each other and with the number it is of. */
function expectTrue(rows: readonly Row[]): void {
  for (const row of rows) {
    for (const { of, values } of row.formulas ?? []) {
      const [left, right] = values.split(' = ') as [string, string];
      const number = resolvePointer(row, `#${of}`);
      expect([row.name, of, values, evaluateText(left), Number(right)]).toEqual([row.name, of, values, number, number]);
    }
    expect(new Set(row.formulas?.map(({ of }) => of)).size).toBe(row.formulas?.length);
  }
}

describe('formulas', () => {
  test('give each number of a row and how it comes about', () => {
    const [conv, pool] = rowsOf({
      input: [3, 224, 224],
      layers: [
        { type: 'conv2d', out_channels: 64, kernel_size: 3, padding: 1 },
        { type: 'max_pool2d', kernel_size: 2 },
      ],
    });
    expect(linesOf(conv)).toEqual({
      '/output_shapes/0/0': 'i: 1 = 1',
      '/output_shapes/0/1': 'c_out: 64 = 64',
      '/output_shapes/0/2': '⌊(i + 2·p − k)/s⌋ + 1: ⌊(224 + 2·1 − 3)/1⌋ + 1 = 224',
      '/output_shapes/0/3': '⌊(i + 2·p − k)/s⌋ + 1: ⌊(224 + 2·1 − 3)/1⌋ + 1 = 224',
      '/weights/parameters': 'k·k·c_in/g·c_out + c_out: 3·3·3·64 + 64 = 1792',
      '/weights/trainable_parameters': 'parameters: 1792 = 1792',
      '/weights/parameter_bytes': 'parameters·bytes: 1792·4 = 7168',
      '/memory/output_elements': 'n·c·h·w: 1·64·224·224 = 3211264',
      '/memory/activation_elements': 'output_elements: 3211264 = 3211264',
      '/memory/activation_bytes': 'elements·bytes: 3211264·4 = 12845056',
      '/compute/macs': 'k·k·c_in/g·c_out·h·w·n: 3·3·3·64·224·224·1 = 86704128',
      '/compute/operations/add': 'c_out·h·w·n: 64·224·224·1 = 3211264',
      '/compute/flops': '2·mac + add: 2·86704128 + 3211264 = 176619520',
    });
    expect(linesOf(pool)['/compute/operations/cmp']).toBe('(k·k − 1)·e: (2·2 − 1)·802816 = 2408448');
  });

  test('are those of the convention', () => {
    const [, conv] = rowsOf(
      { input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 4, kernel_size: 3 }] },
      { convention: 'textbook' },
    );
    expect(linesOf(conv)).toMatchObject({ '/weights/parameters': 'k·k·c_in/g·c_out: 3·3·3·4 = 108', '/compute/flops': 'mac: 3888 = 3888' });
  });

  test('stand at the axes of the layer’s own layout', () => {
    const [conv] = rowsOf({
      input: [9, 20, 3],
      data_format: 'channels_last',
      layers: [{ type: 'conv2d', out_channels: 4, kernel_size: [3, 5] }],
    });
    expect(linesOf(conv)).toMatchObject({
      '/output_shapes/0/1': '⌊(i + 2·p − k)/s⌋ + 1: ⌊(9 + 2·0 − 3)/1⌋ + 1 = 7',
      '/output_shapes/0/2': '⌊(i + 2·p − k)/s⌋ + 1: ⌊(20 + 2·0 − 5)/1⌋ + 1 = 16',
    });
  });

  test('count bytes in the type that a tensor has', () => {
    const layers = [
      { type: 'cast', dtype: 'float16' },
      { type: 'relu', dtype: 'int8' },
      { type: 'linear', out_features: 3, weight_dtype: 'bfloat16' },
    ];
    expectTrue(rowsOf({ input: [5], layers }));
    const byDtype = (dtype: 'int4' | 'float64') => rowsOf({ input: [5], layers: [{ type: 'linear', out_features: 3 }] }, { dtype });
    const mixed = rowsOf({ input: [5], layers: [{ type: 'linear', out_features: 3, weight_dtype: 'int8', bias_dtype: 'int32' }] });
    expectTrue(mixed);
    expect(linesOf(mixed[0])).toMatchObject({
      '/weights/parameter_bytes': '(parameters − biases)·bytes + biases·bias_bytes: (18 − 3)·1 + 3·4 = 27',
    });
    expectTrue(byDtype('int4'));
    expect(linesOf(byDtype('int4')[0])).not.toHaveProperty('/weights/parameter_bytes');
    expect(linesOf(byDtype('int4')[0])).toMatchObject({ '/memory/activation_bytes': '⌈elements·0.5⌉: ⌈3·0.5⌉ = 2' });
    expect(linesOf(byDtype('float64')[0])).toMatchObject({ '/weights/parameter_bytes': 'parameters·bytes: 18·8 = 144' });
  });

  test('leave out the weights of a sharer and the compute of what does not run', () => {
    const layers = [
      { name: 'a', type: 'linear', out_features: 3 },
      { name: 'b', type: 'linear', out_features: 3, shares: 'a' },
      { name: 'aux', type: 'linear', out_features: 2, inputs: ['a'] },
    ];
    const rows = rowsOf({ input: [3], layers, outputs: ['b'] });
    expectTrue(rows);
    expect(Object.keys(linesOf(rows[1]))).not.toContain('/weights/parameters');
    expect(Object.keys(linesOf(rows[2])).filter((of) => of.startsWith('/compute'))).toEqual([]);
    expect(linesOf(rows[2])).toMatchObject({ '/weights/parameters': 'f_in·f_out + f_out: 3·2 + 2 = 8' });
  });

  test('say nothing about what is unknown', () => {
    const rows = rowsOf({
      input: [3],
      layers: [
        { type: 'custom', operator: 'x', output_shapes: [[1, 4]] },
        { type: 'custom', operator: 'y' },
      ],
    });
    expectTrue(rows);
    expect(rows[1]?.formulas).toEqual([]);
    expect(linesOf(rows[0])).toMatchObject({ '/memory/output_elements': 'o·o: 1·4 = 4' });
  });

  test('are absent where they are not asked for', () => {
    expect(measureDocument({ input: [3], layers: [{ type: 'relu' }] }).layers[0]).not.toHaveProperty('formulas');
  });

  test.each(networks.map(({ name }) => name))('hold in every row of %s', (name) => {
    const document = networks.find((network) => network.name === name)?.document;
    expectTrue(rowsOf(document, { batch_size: 3 }));
    expectTrue(rowsOf(document, { convention: 'textbook', dtype: 'int4' }));
  });
});
