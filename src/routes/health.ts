/** `GET /livez`, `GET /readyz`: for the orchestrator. Ready turns to 503 when the service begins to close. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { Problem } from '../plugins/problems.ts';
import { jsonAnswer, problemAnswers } from './described.ts';

const statusSchema = z.strictObject({ status: z.literal('ok') });

export function healthRoutes(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.get(
    '/livez',
    {
      logLevel: 'warn',
      schema: {
        operationId: 'livez',
        summary: 'Is the process alive',
        description: '200 as long as the process answers.',
        tags: ['health'],
        response: { 200: jsonAnswer('Alive.', statusSchema, { status: 'ok' }), ...problemAnswers(400, 500) },
      },
    },
    () => ({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    {
      logLevel: 'warn',
      schema: {
        operationId: 'readyz',
        summary: 'Does the service take requests',
        description: '503 from the moment the service begins to close.',
        tags: ['health'],
        response: { 200: jsonAnswer('Ready.', statusSchema, { status: 'ok' }), ...problemAnswers(400, 500, 503) },
      },
    },
    () => {
      if (closing) throw new Problem('unavailable', 'the service is closing', undefined, { 'retry-after': '5' });
      return { status: 'ok' };
    },
  );
}
