import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { architectureSchema, architectureSchemas, layerName } from '../../src/architecture/json-schema.ts';
import { operators } from '../../src/operators/index.ts';
import { attributeOf } from '../../src/operators/operator.ts';
import { measureDocument } from '../measure-document.ts';

type Json = Record<string, unknown>;
const id = 'http://host/schemas/architecture.json';
const schema = JSON.parse(JSON.stringify(architectureSchema(id))) as Json & { $defs: Record<string, Json> };
// Judged by a validator that has no part in printing it.
const takes = new Ajv2020().compile(schema);

describe('the editor schema', () => {
  test('has an address and a dialect, and says nothing of OpenAPI', () => {
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: id });
    expect(JSON.stringify(schema)).not.toMatch('discriminator');
  });

  test('resolves every reference within itself, and uses every part', () => {
    const used = new Set([...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name));
    expect([...used].filter((name) => schema.$defs[name ?? ''] === undefined)).toEqual([]);
    expect(Object.keys(schema.$defs).filter((name) => !used.has(name))).toEqual([]);
  });

  test('takes every example of every layer type, as the service does', () => {
    for (const { type, examples } of operators) {
      for (const { layer, inputs } of examples) {
        const fed = inputs.map((input, index) => ({ name: `x${index}`, batch: false, ...input }));
        const document = { $schema: id, inputs: fed, layers: [{ ...layer, type, inputs: fed.map(({ name }) => name) }] };
        expect([type, takes(document)]).toEqual([type, true]);
        expect(measureDocument(document).layers).toHaveLength(1);
      }
    }
  });

  test('takes every spelling of every type and attribute', () => {
    for (const operator of operators) {
      const { layer } = operator.examples[0] as (typeof operator.examples)[number];
      const document = (posted: object) => ({ inputs: [{ name: 'x', shape: [3] }], layers: [{ ...posted, inputs: ['x'] }] });
      for (const type of [...operator.aliases, ...(operator.rankedAliases ?? [])])
        expect([type, takes(document({ ...layer, type }))]).toEqual([type, true]);
      for (const [spelling, alias] of Object.entries(operator.attributeAliases ?? {})) {
        const { [attributeOf(alias)]: value, ...others } = layer as Json;
        if (value === undefined || Object.hasOwn(operator.attributes, spelling)) continue;
        expect([operator.type, spelling, takes(document({ ...others, [spelling]: value }))]).toEqual([operator.type, spelling, true]);
        expect([operator.type, spelling, takes(document({ ...others, [`${spelling}_`]: value }))]).toEqual([
          operator.type,
          spelling,
          false,
        ]);
      }
    }
  });

  test('has a size that an editor loads at once', () => {
    expect(JSON.stringify(schema).length).toBeLessThan(600_000);
  });

  test('has no pattern that a validator without Unicode classes, such as Python’s, refuses or misreads', () => {
    const patterns = [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text ?? ''));
    expect(patterns.length).toBeGreaterThan(1);
    for (const pattern of patterns) {
      expect(pattern).not.toMatch(/\\[pP]\{/);
      for (const flags of ['', 'u'])
        expect(new RegExp(pattern, flags).test(pattern.startsWith('^\\$') ? '$width' : 'com.example.Copy')).toBe(true);
    }
    const custom = (operator: string) => ({ input: [3], layers: [{ type: 'custom', operator }] });
    expect(takes(custom('com.example.Copy'))).toBe(true);
    for (const operator of ['a\nb', 'a\u0085', 'a\ud800']) expect(takes(custom(operator))).toBe(false);
  });

  const document = (more: object, layer: object = {}) => ({ input: [3], layers: [{ type: 'linear', out_features: 4, ...layer }], ...more });

  test.each([
    ['a plain document', document({}), true],
    ['fields that are ignored', document({ description: 'x', metadata: { a: [1] } }, { description: 'y', metadata: {} }), true],
    [
      'fields of every layer',
      document({}, { name: 'a', dtype: 'float16', weight_dtype: 'int8', trainable: false, shares: 'b', activation: { type: 'relu' } }),
      true,
    ],
    [
      'a call',
      document({
        layers: [{ type: 'block', block: 'b', repeat: 2, params: { w: 1 } }],
        blocks: { b: { params: { w: null }, layers: [{ type: 'linear', out_features: '$w' }] } },
      }),
      true,
    ],
    ['an unknown key', document({ layer: [] }), false],
    ['an unknown key of a layer', document({}, { units_: 4 }), false],
    ['an unknown key of an input', document({ input: undefined, inputs: [{ name: 'x', shape: [3], dtpye: 'int8' }] }), false],
    ['a call with an unknown key', document({ layers: [{ type: 'block', block: 'b', param: {} }] }), false],
    ['a value of the wrong kind', document({}, { out_features: '4' }), false],
    ['a layer without what it needs', { input: [3], layers: [{ type: 'linear' }] }, false],
    ['no layers', { input: [3], layers: [] }, false],
  ])('of %s says what the service would', (_, posted, accepted) => {
    expect(takes(JSON.parse(JSON.stringify(posted)))).toBe(accepted);
  });
});

test('the parts for OpenAPI are canonical', () => {
  const parts = architectureSchemas('#/components/schemas/');
  expect(parts.Conv2dLayer).toMatchObject({ required: ['type', 'out_channels', 'kernel_size'] });
  expect(parts.Conv2dLayer?.properties).not.toHaveProperty('filters');
});

test('the parts are named for OpenAPI, with a discriminator over all types', () => {
  const parts = architectureSchemas('#/components/schemas/');
  const mapping = (parts.Layer as { discriminator: { mapping: Record<string, string> } }).discriminator.mapping;
  expect(Object.keys(mapping).toSorted()).toEqual([...operators.map(({ type }) => type), 'block'].toSorted());
  for (const [type, target] of Object.entries(mapping)) {
    expect(target).toBe(`#/components/schemas/${layerName(type)}`);
    expect(parts[layerName(type)]).toMatchObject({ type: 'object', properties: { type: { const: type } } });
  }
});

test('a layer type is named in Pascal case', () => {
  expect(['conv2d', 'max_pool2d', 'lstm', 'adaptive_avg_pool3d'].map(layerName)).toEqual([
    'Conv2dLayer',
    'MaxPool2dLayer',
    'LstmLayer',
    'AdaptiveAvgPool3dLayer',
  ]);
});
