import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { networks } from '../../src/zoo/index.ts';
import { measureDocument } from '../measure-document.ts';

interface Published {
  readonly model: string;
  readonly weights: readonly { readonly num_params: number; readonly gmacs: number; readonly gmacs_input_shape: readonly number[] }[];
}

const truth = new URL('../../../shared/truth/torchvision_published.json', import.meta.url);
const present = existsSync(truth);
// Python wrote it, with NaN where a quality was not measured.
const published: readonly Published[] = present ? JSON.parse(readFileSync(truth, 'utf8').replaceAll(': NaN', ': null')) : [];
if (!present) console.warn('shared/truth is absent: networks are held against the figures in src/zoo only');

const table: Record<string, unknown>[] = [];
afterAll(() => console.table(table));

const asked =
  `lenet5 alexnet vgg11 vgg16 vgg19 vgg16_bn googlenet inception_v3 resnet18 resnet34 resnet50 resnet101 resnet152 wide_resnet50_2 resnext50_32x4d densenet121 squeezenet1_0
squeezenet1_1 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large shufflenet_v2_x1_0 mnasnet1_0 efficientnet_b0 regnet_y_400mf convnext_tiny vit_b_16 unet fcn_resnet50 deeplabv3_resnet50 r3d_18
lstm_lm bert_base gpt2_small`.split(/\s+/);

test('every network that is to ship ships', () => {
  expect(networks.map(({ name }) => name).sort()).toEqual([...asked].sort());
});

describe.each(networks.map((network) => [network.name, network] as const))('%s', (name, network) => {
  test('has the published parameters and MACs', () => {
    const { totals } = measureDocument(network.document);
    table.push({
      network: name,
      parameters: totals.parameters,
      published: network.published.parameters,
      gmacs: (totals.macs / 1e9).toFixed(3),
      'published gmacs': network.published.gmacs?.toFixed(3) ?? '-',
      by: network.published.by.slice(0, 40),
    });
    expect(totals.partial).toEqual([]);
    expect(totals.parameters).toBe(network.published.parameters);
    if (network.published.gmacs !== undefined) expect((totals.macs / 1e9).toFixed(3)).toBe(network.published.gmacs.toFixed(3));
  });

  test('is a document of its own name, with a source', () => {
    expect(network.document.name).toBe(name);
    expect(network.source.length).toBeGreaterThan(20);
    expect(JSON.parse(JSON.stringify(network.document))).toEqual(network.document);
  });
});

describe.skipIf(!present)('against torchvision_published.json', () => {
  const listed = networks.filter(({ name }) => published.some(({ model }) => model === name));

  test('all but the five that torchvision has not are listed there', () => {
    expect(
      networks
        .filter((network) => !listed.includes(network))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['bert_base', 'gpt2_small', 'lenet5', 'lstm_lm', 'unet']);
  });

  test.each(listed.map((network) => [network.name, network] as const))('%s equals every entry at its input shape', (name, network) => {
    const entries = published.find(({ model }) => model === name)?.weights ?? [];
    const shape = network.document.inputs?.[0]?.shape ?? network.document.input;
    const same = entries.filter((entry) => JSON.stringify(entry.gmacs_input_shape.slice(1)) === JSON.stringify(shape));
    expect(same.length).toBeGreaterThan(0);
    const { totals } = measureDocument(network.document);
    for (const entry of same) {
      expect(totals.parameters).toBe(entry.num_params);
      expect(Number((totals.macs / 1e9).toFixed(3))).toBe(entry.gmacs);
    }
  });
});

describe('what the heads of a network count', () => {
  test("Inception v3's auxiliary head counts its parameters and does not run", () => {
    const { layers, diagnostics } = measureDocument(networks.find(({ name }) => name === 'inception_v3')?.document);
    const idle = layers.filter(({ runs }) => runs === false);
    expect(idle.reduce((sum, row) => sum + (row.weights.parameters ?? 0), 0)).toBe(3_326_696);
    expect(idle.every((row) => row.compute.macs === 0 && row.memory.activation_bytes === 0)).toBe(true);
    expect(diagnostics.filter(({ code }) => code === 'not_run').map(({ layer }) => layer)).toEqual(idle.map(({ name }) => name));
  });

  test.each(['fcn_resnet50', 'deeplabv3_resnet50'])("%s's auxiliary head runs", (name) => {
    expect(measureDocument(networks.find((network) => network.name === name)?.document).layers.some(({ runs }) => runs === false)).toBe(
      false,
    );
  });

  test('vgg16 has 39 layers and no adaptive pool', () => {
    const { totals, layers } = measureDocument(networks.find(({ name }) => name === 'vgg16')?.document);
    expect(totals.layers).toBe(39);
    expect(layers.some(({ type }) => type.startsWith('adaptive'))).toBe(false);
  });
});
