/** `GET /metrics`: what the service has counted, for Prometheus. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { problemAnswers } from './described.ts';

const example = `# HELP layergauge_layers_analyzed_total Layers of networks that were measured; kept answers count once.
# TYPE layergauge_layers_analyzed_total counter
layergauge_layers_analyzed_total 39
`;

export function metricsRoute(app: FastifyInstance): void {
  app.get(
    '/metrics',
    {
      logLevel: 'warn',
      schema: {
        operationId: 'getMetrics',
        summary: 'What the service has counted',
        description: 'Prometheus text format. Where tokens are set it takes one, as other routes do.',
        tags: ['health'],
        response: {
          200: {
            description: 'The metrics of this process.',
            content: { 'text/plain': { schema: z.string(), example } },
          },
          ...problemAnswers(400, 500),
        },
      },
    },
    async (_request, reply) => {
      const { registry } = app.meters;
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
