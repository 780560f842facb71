/**
 * The architecture document as JSON Schema (2020-12), printed from the same zod schemas that documents are read with: for editors
 * (`/schemas/architecture.json`) and for the OpenAPI document. It knows the canonical spellings; aliases are accepted by the service beside them.
 */

import * as z from 'zod';
import { operators } from '../operators/index.ts';
import type { Operator } from '../operators/operator.ts';
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
 * The whole as one schema with an address of its own, for editors. Here a "$name" may stand for any attribute, so that layers inside blocks are completed
 * and checked as well; that the name is one of the block's parameters is for the service to say.
 */
export function architectureSchema(id: string): JsonSchema {
  const base = '#/$defs/';
  const { ArchitectureDocument, ...parts } = architectureSchemas(base);
  // `discriminator` is OpenAPI's; JSON Schema tells the layers apart by the constant in `type`.
  const { discriminator: _, ...layer } = parts.Layer as JsonSchema & { oneOf: JsonSchema[] };
  for (const type of [...operators.map((operator) => operator.type), 'block'])
    parts[layerName(type)] = withParameters(parts[layerName(type)] as JsonSchema, base);
  const parametricType = { type: 'object', required: ['type'], properties: { type: { $ref: `${base}BlockParameter` } } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title: 'layergauge architecture document',
    ...ArchitectureDocument,
    $defs: {
      ...parts,
      Layer: layer,
      InnerLayer: { description: 'A layer inside a block.', oneOf: [...layer.oneOf, parametricType] },
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
