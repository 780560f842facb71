/** The OpenAPI 3.1 document, made from the routes as they are registered, and its page. */

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { architectureSchemas } from '../architecture/json-schema.ts';
import { print } from '../architecture/print-schema.ts';
import { generator } from '../report/version.ts';

type Json = Record<string, unknown>;

const componentBase = '#/components/schemas/';

export async function installOpenapi(app: FastifyInstance): Promise<void> {
  const named = new Map<string, z.ZodType>();
  // The plugin keeps no examples beside a reference in a body; they are put back when the document is complete.
  const bodies = new Map<string, Json>();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'layergauge',
        version: generator.version,
        summary: 'Measures neural networks from their architecture alone.',
        description: 'The body is the model, the query string is the question. No weights, no framework and no Python are needed.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      // Without one, unless the service is configured to ask for it.
      security: [{}, { token: [] }],
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'One of `LAYERGAUGE_TOKENS`, where they are set.' } },
      },
      tags: [
        { name: 'analyze', description: 'Measure a network.' },
        { name: 'run', description: 'Run one layer.' },
        { name: 'zoo', description: 'Networks that ship with the service.' },
        { name: 'operators', description: 'What is known about each layer type.' },
        { name: 'schemas', description: 'Schemas for editors and generators.' },
        { name: 'health', description: 'For orchestrators.' },
      ],
    },
    transform: ({ schema, url }) => {
      const { body, operationId } = (schema ?? {}) as Json;
      if (body !== undefined) bodies.set(String(operationId), body as Json);
      return { schema: describeOperation(schema as Json | undefined, named), url } as never;
    },
    transformObject: (document) =>
      withComponents(withBodyExamples('openapiObject' in document ? (document.openapiObject as Json) : {}, bodies), named) as never,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { tryItOutEnabled: true, docExpansion: 'list', validatorUrl: null },
  });
}

/** Zod schemas of a route definition become JSON Schema; those with a title become references to components of that name. */
function describeOperation(schema: Json | undefined, named: Map<string, z.ZodType>): Json | undefined {
  if (schema === undefined) return undefined;
  const described: Json = { ...schema };
  for (const part of ['querystring', 'params']) if (described[part] instanceof z.ZodType) described[part] = print(described[part]);
  if (described.body !== undefined) described.body = withContent(described.body as Json, named);
  if (described.response !== undefined) {
    described.response = Object.fromEntries(
      Object.entries(described.response as Json).map(([status, answer]) => [status, withContent(answer as Json, named)]),
    );
  }
  return described;
}

function withContent(described: Json, named: Map<string, z.ZodType>): Json {
  const content = Object.entries(described.content as Record<string, Json>).map(([type, media]) => {
    const example = typeof media.example === 'function' ? media.example() : media.example;
    return [type, { schema: schemaOf(media.schema, named), ...(example === undefined ? {} : { example }) }];
  });
  return { ...described, content: Object.fromEntries(content) };
}

function schemaOf(schema: unknown, named: Map<string, z.ZodType>): Json {
  if (!(schema instanceof z.ZodType)) return { $ref: `${componentBase}${(schema as { component: string }).component}` };
  const id = schema.meta()?.title;
  if (id === undefined) return print(schema);
  named.set(id, schema);
  return { $ref: `${componentBase}${id}` };
}

function withBodyExamples(document: Json, bodies: ReadonlyMap<string, Json>): Json {
  for (const operation of Object.values(document.paths as Record<string, Json>).flatMap((path) => Object.values(path) as Json[])) {
    const body = bodies.get(String(operation.operationId));
    if (body === undefined) continue;
    const media = (operation.requestBody as Json).content as Record<string, Json>;
    (operation.requestBody as Json).description = body.description;
    for (const [type, { examples }] of Object.entries(body.content as Record<string, Json>)) media[type] = { ...media[type], examples };
  }
  return document;
}

function withComponents(document: Json, named: ReadonlyMap<string, z.ZodType>): Json {
  const schemas: Record<string, Json> = { ...architectureSchemas(componentBase) };
  schemas.NetworkReference = {
    type: 'object',
    description: 'A network of `/v1/zoo`.',
    required: ['ref'],
    properties: { ref: { type: 'string', description: 'Its name.' } },
    additionalProperties: false,
  };
  schemas.AnalyzeBody = {
    description: 'A document, a reference to a shipped network, or a model of another library in JSON.',
    anyOf: ['ArchitectureDocument', 'NetworkReference', 'KerasModel', 'TensorFlowJsModel'].map((name) => ({
      $ref: `${componentBase}${name}`,
    })),
  };
  schemas.KerasModel = {
    type: 'object',
    description: 'What `model.to_json()` gives, or `config.json` of a `.keras` file.',
    required: ['class_name', 'config'],
    properties: { class_name: { type: 'string' }, config: { type: 'object' } },
  };
  schemas.TensorFlowJsModel = {
    type: 'object',
    description: 'A `model.json` of TensorFlow.js.',
    required: ['modelTopology'],
    properties: { modelTopology: { type: 'object' } },
  };
  for (const [name, schema] of named) schemas[name] = print(schema);
  return { ...document, components: { ...(document.components as Json | undefined), schemas } };
}
