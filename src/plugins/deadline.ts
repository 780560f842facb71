/**
 * How long an answer may take: 10 s from the end of its request. What then still computes finds `reply.sent`. Answers that have begun go on; so do streamed routes
 * (`isUnbounded`), which the rate of their bytes holds. Work that never lets go of the event loop cannot be cut off; limits on its size hold it.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { hasBody } from './after-body.ts';
import { unavailable } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    isUnbounded?: boolean;
  }
}

export function installDeadline(app: FastifyInstance, { load }: Config): void {
  const start = (reply: FastifyReply): void => {
    if (reply.sent || reply.raw.destroyed) return;
    const timer = setTimeout(() => {
      if (reply.sent) return;
      reply.send(unavailable(`the answer took longer than ${load.handleMs} ms`, 10));
    }, load.handleMs);
    timer.unref();
    reply.raw.once('close', () => clearTimeout(timer));
  };
  app.addHook('preHandler', (request, reply, done) => {
    if (request.routeOptions.config?.isUnbounded !== true) {
      if (isComplete(request)) start(reply);
      else request.raw.once('end', () => start(reply));
    }
    done();
  });
}

function isComplete(request: FastifyRequest): boolean {
  return !hasBody(request) || request.raw.readableEnded;
}
