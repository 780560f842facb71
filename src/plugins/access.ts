/** Who may ask, and how often: bearer tokens and a rate limit, both off unless configured. Routes for orchestrators are open to everybody. */

import bearerAuth from '@fastify/bearer-auth';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { isOpenRoute } from './open-routes.ts';
import { Problem } from './problems.ts';

/** Before the routes: limits are set as they are registered. */
export async function installAccess(app: FastifyInstance, { access }: Config): Promise<void> {
  const { tokens, requestsPerMinute } = access;
  if (tokens.length > 0) await installTokens(app, tokens);
  if (requestsPerMinute > 0) await installRateLimit(app, requestsPerMinute, tokens.length > 0);
}

/** The library compares in constant time. */
async function installTokens(app: FastifyInstance, tokens: readonly string[]): Promise<void> {
  await app.register(bearerAuth, { keys: new Set(tokens), addHook: false, verifyErrorLogLevel: 'debug' });
  app.addHook('onRequest', (request, reply, done) => {
    if (isOpenRoute(request)) done();
    else app.verifyBearerAuth?.(request, reply, (error) => done(error === undefined ? undefined : unauthorized(request)));
  });
}

/** RFC 6750, section 3: an error is named only where a token came. */
function unauthorized({ headers }: FastifyRequest): Problem {
  const challenge = 'Bearer realm="layergauge"';
  if (headers.authorization === undefined)
    return new Problem('unauthorized', 'this service asks for a token; send it as Authorization: Bearer <token>', undefined, {
      'www-authenticate': challenge,
    });
  return new Problem('unauthorized', 'the token is none that this service knows', undefined, {
    'www-authenticate': `${challenge}, error="invalid_token"`,
  });
}

async function installRateLimit(app: FastifyInstance, requestsPerMinute: number, hasTokens: boolean): Promise<void> {
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    enableDraftSpec: true,
    allowList: (request) => isOpenRoute(request),
    ...(hasTokens ? { keyGenerator: ({ headers }: FastifyRequest) => headers.authorization ?? '' } : {}),
    errorResponseBuilder: (_request, { max, ttl }) => {
      const seconds = Math.ceil(ttl / 1000);
      return new Problem('too-many-requests', `more than ${max} requests in a minute; try again in ${seconds} s`, undefined, {
        'retry-after': String(seconds),
      });
    },
  });
}
