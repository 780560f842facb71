/** `GET /openapi.json`, `GET /schemas/architecture.json`: what generators and editors read. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { architectureSchema } from '../architecture/json-schema.ts';
import { jsonAnswer, problemAnswers } from './described.ts';

const anyObject = z.record(z.string(), z.unknown());

export function schemaRoutes(app: FastifyInstance): void {
  // Bytes, made once: they are large, and lie in memory once however many read them slowly.
  let openapi: Buffer | undefined;
  let schema: Buffer | undefined;
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenapi',
        summary: 'This document',
        description: 'OpenAPI 3.1.',
        tags: ['schemas'],
        response: { 200: jsonAnswer('The OpenAPI document.', anyObject, { openapi: '3.1.0' }), ...problemAnswers(400, 500) },
      },
    },
    (_request, reply) => {
      openapi ??= Buffer.from(JSON.stringify(app.swagger()));
      return reply.type('application/json; charset=utf-8').send(openapi);
    },
  );
  app.get(
    '/schemas/architecture.json',
    {
      schema: {
        operationId: 'getArchitectureSchema',
        summary: 'JSON Schema of the native document',
        description: 'Name it as `$schema` in a document and an editor completes and checks it.',
        tags: ['schemas'],
        response: {
          200: jsonAnswer('JSON Schema, draft 2020-12.', anyObject, { $schema: 'https://json-schema.org/draft/2020-12/schema' }),
          ...problemAnswers(400, 500),
        },
      },
    },
    (_request, reply) => {
      schema ??= Buffer.from(JSON.stringify(architectureSchema('urn:layergauge:schema:architecture:1')));
      return reply.type('application/schema+json').send(schema);
    },
  );
}
