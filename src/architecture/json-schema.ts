/**
 * The architecture document as JSON Schema (2020-12), printed from the same zod schemas that documents are read with: for editors
 * (`/schemas/architecture.json`) and for the OpenAPI document. The OpenAPI parts know the canonical spellings only, so that `type` discriminates;
 * the editor's schema takes every spelling that the service takes.
 */

import * as z from 'zod';
import { operators } from '../operators/index.ts';
import type { AttributeAlias, Operator } from '../operators/operator.ts';
import { attributeOf } from '../operators/operator.ts';
import { blockFields, callFields, documentFields, inputFields } from './document.ts';
import type { JsonSchema } from './print-schema.ts';
import { print } from './print-schema.ts';
import { commonFields } from './read-layer.ts';

/** Named parts: `ArchitectureDocument`, `Layer`, one a layer type, and what they share. `refBase` is put before a part's name in references. */
export function architectureSchemas(refBase: string): Record<string, JsonSchema> {
  const ref = (name: string): JsonSchema => ({ $ref: `${refBase}${name}` });
  const parts: Record<string, JsonSchema> = {
    ArchitectureDocument: object(documentFields, 'A neural network: its inputs, its layers and how they are wired.', {
      inputs: { type: 'array', items: ref('ArchitectureInput'), description: documentFields.inputs.description },
      layers: { type: 'array', minItems: 1, items: ref('Layer'), description: documentFields.layers.description },
      blocks: { type: 'object', additionalProperties: ref('Block'), description: documentFields.blocks.description },
    }),
    ArchitectureInput: object(inputFields, 'A tensor that the network is fed.'),
    Block: object(blockFields, 'A group of layers with parameters, put in place by a layer of type `block`.', {
      layers: { type: 'array', minItems: 1, items: ref('InnerLayer'), description: blockFields.layers.description },
    }),
    InnerLayer: {
      type: 'object',
      description: 'A layer inside a block: as any layer, except that "$name" may stand for any value.',
      required: ['type'],
      properties: { type: { type: 'string', description: 'Layer type, or "$name".' } },
      additionalProperties: true,
    },
    Layer: {
      description: 'One layer; `type` tells which.',
      oneOf: [...operators.map((operator) => ref(layerName(operator.type))), ref(layerName('block'))],
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries([...operators.map(({ type }) => type), 'block'].map((type) => [type, `${refBase}${layerName(type)}`])),
      },
    },
    [layerName('block')]: object(callFields, 'Puts a block in place.'),
  };
  const common = Object.entries(commonFields).filter(([name]) => name !== 'type');
  for (const [name, schema] of common) parts[commonName(name)] = print(schema);
  const commonRefs = Object.fromEntries(common.map(([name]) => [name, ref(commonName(name))]));
  for (const operator of operators) parts[layerName(operator.type)] = layerSchema(operator, commonRefs);
  return parts;
}

/** `conv2d` is called `Conv2dLayer`. */
export function layerName(type: string): string {
  return `${pascal(type)}Layer`;
}

/**
 * The whole as one schema with an address of its own, for editors. Here types and attributes have all their spellings, and a "$name" may stand for any
 * attribute, so that layers inside blocks are completed and checked as well. That the name is one of the block's parameters, and that one
 * attribute has not two spellings, is for the service to say.
 */
export function architectureSchema(id: string): JsonSchema {
  const base = '#/$defs/';
  const { ArchitectureDocument, ...parts } = architectureSchemas(base);
  // `discriminator` is OpenAPI's; JSON Schema tells the layers apart by their spellings of `type`, of which ONNX's `Conv` is one of three layers.
  const { discriminator: _, oneOf: layers, ...layer } = parts.Layer as JsonSchema & { oneOf: JsonSchema[] };
  for (const operator of operators) {
    const name = layerName(operator.type);
    parts[name] = withAliases(withParameters(parts[name] as JsonSchema, base), operator);
  }
  parts[layerName('block')] = withParameters(parts[layerName('block')] as JsonSchema, base);
  const parametricType = { type: 'object', required: ['type'], properties: { type: { $ref: `${base}BlockParameter` } } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title: 'layergauge architecture document',
    ...ArchitectureDocument,
    $defs: {
      ...parts,
      Layer: { ...layer, anyOf: layers },
      InnerLayer: { description: 'A layer inside a block.', anyOf: [...layers, parametricType] },
      BlockParameter: { type: 'string', pattern: '^\\$.', description: 'Inside a block: the value of the parameter of that name.' },
    },
  };
}

function withParameters(layer: JsonSchema, base: string): JsonSchema {
  const parameter = { $ref: `${base}BlockParameter` };
  // Entries of lists may be parameters too.
  const inside = (schema: JsonSchema): JsonSchema => ({
    ...schema,
    ...(schema.items === undefined ? {} : { items: { anyOf: [inside(schema.items as JsonSchema), parameter] } }),
    ...(schema.anyOf === undefined ? {} : { anyOf: (schema.anyOf as JsonSchema[]).map(inside) }),
  });
  const properties = Object.entries(layer.properties as Record<string, JsonSchema>).map(([name, property]) => {
    if (name === 'type') return [name, property];
    const { description, ...schema } = property;
    return [name, { ...(description === undefined ? {} : { description }), anyOf: [inside(schema), parameter] }];
  });
  return { ...layer, properties: Object.fromEntries(properties) };
}

/** `layer` in every spelling of its type and attributes; what is required is so in one of its spellings. */
function withAliases(layer: JsonSchema, operator: Operator): JsonSchema {
  const properties = layer.properties as Record<string, JsonSchema>;
  const types = [operator.type, ...operator.aliases, ...(operator.rankedAliases ?? [])];
  const spellings = Object.fromEntries(
    // As for the service, an alias never takes the place of a field.
    Object.entries(operator.attributeAliases ?? {}).filter(([spelling]) => !Object.hasOwn(properties, spelling)),
  );
  const aliases = Object.entries(spellings).map(([spelling, alias]) => {
    const attribute = attributeOf(alias);
    const { description: _, ...schema } = properties[attribute] as JsonSchema;
    const { read, form } = typeof alias === 'string' ? { read: undefined, form: undefined } : alias;
    const description = `Another spelling of ${attribute}${form === undefined ? '' : `: ${form}`}.`;
    // What an alias reads in a form of its own is for the service to judge.
    return [spelling, { description, ...(read === undefined ? schema : {}) }];
  });
  const required = (layer.required as string[]).map((name) => [
    name,
    ...Object.keys(spellings).filter((spelling) => attributeOf(spellings[spelling] as string | AttributeAlias) === name),
  ]);
  const choices = required.filter((names) => names.length > 1);
  return {
    ...layer,
    required: required.filter((names) => names.length === 1).flat(),
    properties: { ...properties, type: { type: 'string', enum: types }, ...Object.fromEntries(aliases) },
    ...(choices.length === 0 ? {} : { allOf: choices.map((names) => ({ anyOf: names.map((name) => ({ required: [name] })) })) }),
  };
}

function layerSchema(operator: Operator, common: Record<string, JsonSchema>): JsonSchema {
  const attributes = print(z.strictObject(operator.attributes));
  return {
    type: 'object',
    description: `${operator.summary} Source: ${operator.source}.`,
    required: ['type', ...((attributes.required as string[] | undefined) ?? [])],
    properties: { type: { type: 'string', const: operator.type }, ...(attributes.properties as JsonSchema), ...common },
    additionalProperties: false,
  };
}

function object(fields: z.ZodRawShape, description: string, replaced: Record<string, JsonSchema> = {}): JsonSchema {
  const printed = print(z.strictObject(fields));
  return { ...printed, description, properties: { ...(printed.properties as JsonSchema), ...replaced } };
}

function commonName(field: string): string {
  return `Layer${pascal(field)}`;
}

function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
