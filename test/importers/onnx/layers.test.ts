/**
 * Every operator that computes, in its variants, against programs that run ONNX (`test/golden/onnx-nodes/layers.py` says which): shapes, element types, parameters,
 * buffers and MACs.
 */

import { describe, expect, test } from 'vitest';
import { casesOf, measured, modelOfCase, titleOf } from './node-case.ts';

const families = [
  'activation',
  'attention',
  'elementwise',
  'microsoft',
  'normalization',
  'others',
  'pooling',
  'products',
  'quantized',
  'recurrent',
  'reductions',
  'resize',
];

/** What has shapes and no cost: rows of type `custom`, with a diagnostic. */
const uncosted = new Set(
  (
    'Bernoulli DFT Det Inverse MaxRoiPool Multinomial NegativeLogLikelihoodLoss RandomNormal RandomNormalLike RandomUniform RandomUniformLike STFT ' +
    'SoftmaxCrossEntropyLoss TfIdfVectorizer'
  ).split(' '),
);

/** Variants without a counterpart, by title. */
const uncostedVariants = [
  /^Col2Im-18 1x10x12/u,
  /^Col2Im-18 1x9x16/u,
  /^EmbedLayerNormalization-13 2x3 2x3 w10x8 w6x8 w2x8 w8 w8 \{\}/u,
  /^EmbedLayerNormalization-13 2x3 - /u,
  /^LayerNormalization-17 2x5x8 w8 w8 \{\} 3/u,
  /^LayerNormalization-17 2x5x8 w5x8 - /u,
];

describe.each(families)('%s', (family) => {
  test.each(casesOf(family).map((example) => [titleOf(example), example] as const))('%s', (title, example) => {
    const { imported, report, outputs } = measured(modelOfCase(example));
    expect(outputs).toEqual(example.outputs.filter((output) => output !== null));
    const { parameters, buffers, macs } = report.totals;
    expect({ parameters, buffers, macs }).toEqual({ parameters: example.parameters, buffers: example.buffers, macs: example.macs });
    const isUncosted = uncosted.has(example.op) || uncostedVariants.some((variant) => variant.test(title));
    expect(report.totals.partial.length > 0).toBe(isUncosted);
    expect(imported.diagnostics.some(({ code }) => code === 'not_costed')).toBe(isUncosted);
    const row = report.layers.find(({ name }) => name === 'node');
    const shape = example.outputs[0]?.shape ?? row?.output_shapes?.[0];
    // A recurrent layer's row has its own order of axes; views turn it.
    if (family !== 'recurrent') expect(row?.output_shapes?.[0]).toEqual(shape);
    else expect(row?.weights?.parameters).toBe(example.parameters);
  });
});
