import { describe, expect, it } from 'vitest';
import { importKeras } from '../../../src/importers/keras/index.ts';
import type { Case } from './truth.ts';
import { applications, differences, importCase, layerCases, options } from './truth.ts';

/** Where Keras's own symbolic shapes or counts are not what its layers compute, by its code and the JSON that it writes. */
const exceptions: Readonly<Record<string, string>> = {
  'Activation/24': 'glu halves the last axis; Activation.compute_output_shape keeps it',
  'EinsumDense/6': 'compute_output_shape puts elided axes in backwards',
  'MultiHeadAttention/6': 'the stated scores are queries × queries, the computed ones queries × keys',
  'Bidirectional.own/1': 'a backward layer of other units is taken for one of the same',
  'Dense.layer_activation/2': 'a PReLU as activation is built with the first call only; the model read back from this JSON has it',
  'nested/6': 'one layer object inside and outside of a nested model is written twice, and read back as two',
  'pair/1': '(batch, 5, 6) − (batch, 6) aligns the batch with 5; it runs at batch 1 and 5 only',
  'shape/14': 'ravel merges the batch axis: one open extent, which is not the batch',
  'shape/15': 'x[:1] has one open extent, which is 1',
  'TextVectorization/3': 'the length follows from the longest text',
  'ops/27': 'tf.einsum is written without its operands: the file cannot be read back',
};

function check(golden: Case): void {
  const { report, batch } = importCase(golden);
  expect(differences(golden.truth, report, batch)).toEqual([]);
}

describe.each(['applications', 'keras2/applications'])('Keras %s', (folder) => {
  it.each(applications(folder))('$name has Keras’s parameters and the output shape of every layer', ({ read }) => check(read()));
});

describe.each(['layers', 'keras2/layers.json.gz'])('Keras models of %s', (path) => {
  const cases = layerCases(path);
  const families = Map.groupBy(cases, ({ name }) => name.split('/')[0] as string);

  it.each([...families.keys()])('%s has Keras’s parameters and output shapes', (family) => {
    for (const golden of families.get(family) ?? []) if (!Object.hasOwn(exceptions, golden.name)) check(golden);
  });
});

describe('A Keras model', () => {
  it('is refused or read, but never fails, where Keras states another shape than it computes', () => {
    const cases = [...layerCases('layers'), ...layerCases('keras2/layers.json.gz')];
    const names = Object.keys(exceptions).filter((name) => name !== 'pair/1');
    for (const name of names)
      expect(importCase(cases.find((other) => other.name === name) as Case).report.layers.length).toBeGreaterThan(0);
    const pair = cases.find(({ name }) => name === 'pair/1') as Case;
    expect(importCase(pair, 1).report.layers.at(-1)?.output_shapes).toEqual([[1, 5, 6]]);
  });

  it('of nasnet_mobile counts the published multiply-accumulates', () => {
    // 564 million for 224 × 224, Zoph et al., arXiv:1707.07012, table 2 (NASNet-A 4 @ 1056); theirs is rounded and leaves out some layers.
    const nasnet = applications('applications').find(({ name }) => name === 'nasnet_mobile');
    const { report } = importCase(nasnet?.read() as Case, 1);
    expect(report.totals.macs).toBeGreaterThan(560e6);
    expect(report.totals.macs).toBeLessThan(580e6);
  });

  it('of VGG-16 counts what the native network counts', () => {
    const vgg = applications('applications').find(({ name }) => name === 'vgg16');
    const { totals } = importCase(vgg?.read() as Case, 1).report;
    expect([totals.parameters, totals.macs]).toEqual([138357544, 15470264320]);
  });

  it('keeps what the file says of names, layout and batch', () => {
    const { document, batch_size, format } = importKeras(
      applications('applications')
        .find(({ name }) => name === 'vgg16')
        ?.read().model,
      options,
    );
    expect({ format, batch_size, layout: document.data_format, name: document.name }).toEqual({
      format: 'keras',
      batch_size: 1,
      layout: 'channels_last',
      name: 'vgg16',
    });
    expect(document.inputs).toEqual([{ name: 'input_layer', shape: [224, 224, 3], dtype: 'float32' }]);
    expect(document.layers[0]).toEqual({
      name: 'block1_conv1',
      type: 'conv2d',
      out_channels: 64,
      kernel_size: [3, 3],
      stride: [1, 1],
      padding: 'same',
      dilation: [1, 1],
      bias: true,
      activation: { type: 'relu' },
    });
  });
});
