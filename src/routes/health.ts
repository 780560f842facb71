/** `GET /livez`, `GET /readyz`: for the orchestrator. Ready turns to 503 when the service begins to close. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { jsonAnswer, openProblemAnswers } from './described.ts';

const statusSchema = z.strictObject({ status: z.literal('ok') });

export function healthRoutes(app: FastifyInstance): void {
  app.get(
    '/livez',
    {
      logLevel: 'warn',
      config: { isOpen: true },
      schema: {
        operationId: 'livez',
        summary: 'Is the process alive',
        description: '200 as long as the process answers.',
        tags: ['health'],
        response: { 200: jsonAnswer('Alive.', statusSchema, { status: 'ok' }), ...openProblemAnswers(400, 500) },
      },
    },
    () => ({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    {
      logLevel: 'warn',
      config: { isOpen: true },
      schema: {
        operationId: 'readyz',
        summary: 'Does the service take requests',
        description: '503 from the moment the service begins to close.',
        tags: ['health'],
        response: { 200: jsonAnswer('Ready.', statusSchema, { status: 'ok' }), ...openProblemAnswers(400, 500, 503) },
      },
    },
    () => {
      app.lifecycle.requireOpen();
      return { status: 'ok' };
    },
  );
}
