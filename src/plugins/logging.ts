/** JSON logs: one line a request, with its id. The id is the caller's `x-request-id` where it is a plain token, else a new one; every answer carries it. */

import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Config } from '../config.ts';

export function createLogger(config: Config): FastifyBaseLogger {
  return pino({ level: config.logLevel, base: { service: 'layergauge' } });
}

const token = /^[\w.:-]{1,128}$/;

export function requestId(request: { headers: Readonly<Record<string, string | string[] | undefined>> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && token.test(given) ? given : randomUUID();
}

export function installLogging(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}
