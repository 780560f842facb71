import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importTfjsLayers } from '../../../src/importers/tfjs/layers.ts';
import { InvalidArchitecture } from '../../../src/issue.ts';
import { measureDocument } from '../../measure-document.ts';
import type { Truth } from '../keras/truth.ts';
import { differences, options } from '../keras/truth.ts';

const golden = new URL('../../golden/tfjs/', import.meta.url);

function readGolden(path: string): unknown {
  const bytes = readFileSync(new URL(path, golden));
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
}

interface Case {
  readonly name: string;
  readonly model: {
    readonly modelTopology: unknown;
    readonly weightsManifest: readonly { readonly weights: readonly Record<string, unknown>[] }[];
  };
  readonly topology?: unknown;
  readonly truth: Truth;
}

/** Shapes that TensorFlow.js states and does not compute. */
const exceptions: Readonly<Record<string, string>> = {
  'conv/0': 'causal padding is taken for none when the shape is told',
  'shape/2': 'Resizing and CenterCrop leave the batch axis out of the shape that they tell',
};

const cases = (readGolden('layers.json.gz') as readonly Case[]).filter(({ name }) => !Object.hasOwn(exceptions, name));

function measured(json: unknown, batch_size?: number) {
  const imported = importTfjsLayers(json, { ...options, batch_size });
  return { imported, report: measureDocument(imported.document, { batch_size: imported.batch_size }) };
}

describe('importTfjsLayers', () => {
  it.each(cases)('$name has the parameters and shapes of TensorFlow.js, and its manifest agrees', ({ model, topology, truth }) => {
    const batch = truth.inputs.some(({ shape }) => shape[0] !== null) ? undefined : 3;
    const { imported, report } = measured(model, batch);
    expect(differences(truth, report, imported.batch_size)).toEqual([]);
    expect(imported.diagnostics.filter(({ code }) => code === 'weights_mismatch')).toEqual([]);
    expect(imported.format).toBe('tfjs');
    if (topology !== undefined)
      expect(differences(truth, measured({ modelTopology: topology }, batch).report, imported.batch_size)).toEqual([]);
  });

  const files = readdirSync(new URL('layers/', golden)).filter((file) => !file.includes('.truth.'));
  it.each(files)('%s, written by the converter, has the parameters of Keras and the bytes of its weight files', (file) => {
    const all = readdirSync(new URL('layers/', golden));
    const truth = all.find((other) => other.startsWith(`${file.split('.')[0]}.truth.`));
    const { keras, weight_bytes } = readGolden(`layers/${truth}`) as { keras: Truth; weight_bytes: number };
    const { imported, report } = measured(readGolden(`layers/${file}`));
    expect(report.totals.parameters + report.totals.buffers).toBe(keras.count_params);
    const codes = imported.diagnostics.map(({ code }) => code).filter((code) => code !== 'inner_activation');
    expect(codes).toEqual(file.includes('mixed') ? ['mixed_weight_types'] : []);
    if (!file.includes('mixed')) expect(report.totals.parameter_bytes + report.totals.buffer_bytes).toBe(weight_bytes);
  });

  it('warns of a manifest that holds another number of weights, and names the layer', () => {
    const { model } = structuredClone(cases.find(({ name }) => name === 'sequential/0')) as Case;
    const [first] = model.weightsManifest[0]?.weights ?? [];
    Object.assign(first as object, { shape: [9, 4] });
    expect(measured(model).imported.diagnostics).toEqual([
      {
        code: 'weights_mismatch',
        severity: 'warning',
        layer: undefined,
        at: ['weightsManifest'],
        detail: 'weightsManifest holds 50 numbers, the layers have 46: "dense_Dense1" has 36 against 40',
      },
    ]);
  });

  it.each([
    [{ name: 5, shape: [1] }, 'the name of a weight must be text'],
    [{ name: 'a/kernel', shape: [-1] }, 'the shape of "a/kernel" must be a list of whole numbers'],
    [
      { name: 'a/kernel', shape: [1], quantization: { dtype: 'int2' } },
      'the quantised type of "a/kernel" must be uint8, uint16 or float16',
    ],
    [7, 'a weight is an object'],
  ])('refuses a weight such as %j', (weight, wanted) => {
    const { modelTopology } = (cases[0] as Case).model;
    const json = { modelTopology, weightsManifest: [{ weights: [weight] }] };
    try {
      importTfjsLayers(json, options);
      expect.unreachable();
    } catch (error) {
      const [issue] = (error as InvalidArchitecture).issues;
      expect(error).toBeInstanceOf(InvalidArchitecture);
      expect(issue?.path).toEqual(['weightsManifest', 0, 'weights', 0]);
      expect(issue?.detail).toContain(wanted);
    }
  });
});
