import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { documentFields } from '../../src/architecture/document.ts';
import { commonFields } from '../../src/architecture/read-layer.ts';
import { foreignNames, insteadOf } from '../../src/operators/foreign-names.ts';
import { operatorOf, operators, rankedOperators } from '../../src/operators/index.ts';
import { measureDocument } from '../measure-document.ts';
import { refusalOf } from './one-layer.ts';

const detailOf = (type: string) => refusalOf({ type }, [1, 3, 8, 8]).detail;

/** Texts that an attribute of some operator takes. */
const values = new Set(
  operators.flatMap(({ attributes }) =>
    Object.values(attributes).flatMap((schema) => enumerated(z.toJSONSchema(schema as z.ZodType, { io: 'input' }))),
  ),
);
function enumerated(schema: unknown): unknown[] {
  const { enum: own = [], anyOf = [] } = schema as { enum?: unknown[]; anyOf?: unknown[] };
  return [...own, ...anyOf.flatMap(enumerated)];
}

const keys = new Set([
  ...operators.flatMap(({ attributes }) => Object.keys(attributes)),
  ...Object.keys(commonFields),
  ...Object.keys(documentFields),
  ...['channels_last', 'global_pooling', 'output_shapes'],
]);

describe('a name known from elsewhere', () => {
  test('is no spelling of a type here', () => {
    expect(foreignNames.filter((name) => operatorOf(name) !== undefined || rankedOperators(name) !== undefined)).toEqual([]);
    expect(foreignNames.length).toBe(new Set(foreignNames.map((name) => name.toLowerCase().replaceAll('_', ''))).size);
  });

  test.each(foreignNames)('%s is answered with types, values and keys that exist', (name) => {
    const instead = insteadOf(name) ?? '';
    expect(instead).toMatch(/^[a-z].{12,}[^.]$/);
    for (const [, word] of instead.matchAll(/"([^"]+)"/g))
      expect([word, operatorOf(word ?? '')?.type === word || values.has(word)]).toEqual([word, true]);
    for (const [word] of instead.replaceAll(/"[^"]+"/g, '').matchAll(/\b[a-z0-9]+_[a-z0-9_]+\b/g))
      expect([word, keys.has(word)]).toEqual([word, true]);
    expect(detailOf(name)).toBe(`unknown layer type "${name}"; ${instead}`);
  });

  test.each([
    ['Gemm', /"linear" with out_features/],
    ['Trilu', /"tril" or "triu"/],
    ['DepthwiseConv2D', /"conv2d" with groups/],
    ['depthwise_conv2d', /"conv2d" with groups/],
    ['UpSampling2D', /"upsample" with scale_factor/],
    ['ZeroPadding2D', /"pad" with padding \[\[before, after\], …\]/],
    ['Cropping2D', /"crop" with cropping/],
    ['Pooling', /"max_pool2d" or "avg_pool2d"/],
    ['Activation', /activation of the layer before it/],
    ['InputLayer', /inputs of the document/],
    ['Scale', /one "batch_norm"/],
    ['Sequential', /layers in layers/],
    ['TransformerEncoderLayer', /"multihead_attention"/],
    ['Bidirectional', /bidirectional true/],
    ['NonMaxSuppression', /"custom"/],
  ])('%s says what to write', (name, said) => {
    expect(detailOf(name)).toMatch(said);
  });

  test('leaves slips in our own names to did-you-mean', () => {
    expect(detailOf('conv2')).toBe('unknown layer type "conv2"; did you mean "conv2d"?');
    expect(detailOf('Concatt')).toBe('unknown layer type "Concatt"; did you mean "concat"?');
    for (const name of ['constructor', '__proto__', '', 'x'.repeat(100_000)]) expect(insteadOf(name)).toBeUndefined();
  });
});

describe('what is said to write', () => {
  const shapesOf = (document: object) => measureDocument(document).layers.map(({ output_shapes }) => output_shapes?.[0]);
  const map = { input: [6, 8, 8] };

  test.each([
    ['DepthwiseConv2D', { ...map, layers: [{ type: 'conv2d', groups: 6, out_channels: 6, kernel_size: 3 }] }, [1, 6, 6, 6]],
    ['UpSampling2D', { ...map, layers: [{ type: 'upsample', scale_factor: 2 }] }, [1, 6, 16, 16]],
    [
      'ZeroPadding2D, channels last',
      {
        input: [8, 8, 6],
        data_format: 'channels_last',
        layers: [
          {
            type: 'pad',
            padding: [
              [1, 1],
              [2, 2],
              [0, 0],
            ],
          },
        ],
      },
      [1, 10, 12, 6],
    ],
    [
      'RepeatVector',
      {
        input: [5],
        layers: [
          { type: 'unsqueeze', dim: 1 },
          { type: 'expand', shape: [-1, 7, -1] },
        ],
      },
      [1, 7, 5],
    ],
    ['LSTMCell', { input: [1, 5], layers: [{ type: 'lstm', hidden_size: 4 }] }, [1, 1, 4]],
    [
      'Average',
      {
        ...map,
        layers: [
          { name: 'sum', type: 'add', inputs: ['input', 'input'] },
          { name: 'two', type: 'constant', shape: [] },
          { type: 'divide', inputs: ['sum', 'two'] },
        ],
      },
      [1, 6, 8, 8],
    ],
  ])('for %s is a document', (_, document, shape) => {
    expect(shapesOf(document).at(-1)).toEqual(shape);
  });
});
