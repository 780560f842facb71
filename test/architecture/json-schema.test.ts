import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { architectureSchema, architectureSchemas, layerName } from '../../src/architecture/json-schema.ts';
import { operators } from '../../src/operators/index.ts';
import { measureDocument } from '../measure-document.ts';

type Json = Record<string, unknown>;
const id = 'http://host/schemas/architecture.json';
const schema = JSON.parse(JSON.stringify(architectureSchema(id))) as Json & { $defs: Record<string, Json> };
// Zod reads the printed schema back: what it prints and what it reads are different code. It reads patterns without the `u` flag that JSON Schema
// recommends, so that classes such as \p{Cc} are left out here.
const editor = z.fromJSONSchema(
  JSON.parse(JSON.stringify(schema), (key, value) => (key === 'pattern' && /\\p\{/.test(value) ? undefined : value)),
);
const takes = (document: unknown) => editor.safeParse(document).success;

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
