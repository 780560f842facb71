import { describe, expect, test } from 'vitest';
import { operators } from '../../src/operators/index.ts';
import type { MeasureOptions } from '../../src/questions/measure.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { networks } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';

/** As a caller gets it. */
const received = (document: unknown, options: Partial<MeasureOptions> = {}) =>
  JSON.parse(JSON.stringify(measureDocument(document, options)));

const all: Partial<MeasureOptions> = { include: ['formulas', 'by_type'], batch_size: 2, dtype: 'int4' };

describe('every report is what its schema promises', () => {
  test.each(networks.map(({ name, document }) => [name, document] as const))('of %s', (_, document) => {
    for (const options of [{}, all, { ...all, convention: 'textbook' as const }])
      expect(reportSchema.parse(received(document, options))).toBeTruthy();
  });

  test('of each layer type alone', () => {
    for (const { type, examples } of operators) {
      for (const example of examples) {
        const inputs = example.inputs.map((input, index) => ({ name: `x${index}`, batch: false, ...input }));
        const report = received(
          { inputs, layers: [{ ...example.layer, inputs: inputs.map(({ name }) => name) }] },
          { include: ['formulas'] },
        );
        expect([type, reportSchema.safeParse(report).error]).toEqual([type, undefined]);
      }
    }
  });

  test('of what is unknown, does not run or shares', () => {
    const layers = [
      { name: 'a', type: 'linear', out_features: 3, data_format: 'channels_last' },
      { name: 'b', type: 'linear', out_features: 3, shares: 'a' },
      { name: 'aux', type: 'custom', operator: 'x' },
      { name: 'lost', type: 'relu' },
    ];
    reportSchema.parse(received({ input: [3], layers, outputs: ['b'] }, all));
    reportSchema.parse(
      received(
        { input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 1, kernel_size: 1, data_format: 'channels_last' }] },
        { ...all, resolution: [9, 9] },
      ),
    );
  });
});

test('the schema takes nothing beside', () => {
  const report = received({ input: [3], layers: [{ type: 'relu' }] });
  expect(reportSchema.safeParse({ ...report, more: 1 }).success).toBe(false);
  expect(reportSchema.safeParse({ ...report, layers: [{ ...report.layers[0], more: 1 }] }).success).toBe(false);
  const { partial: _, ...totals } = report.totals;
  expect(reportSchema.safeParse({ ...report, totals }).success).toBe(false);
});
