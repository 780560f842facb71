/**
 * Errors under `/v2`: `{"error": "…"}`, as the Open Inference Protocol has them. It has no 422, so what `/v1/run` refuses with 422 is a 400 here; the other
 * statuses are those of the problems.
 */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Path } from '../issue.ts';
import { InvalidArchitecture, pointerOf, Refusal } from '../issue.ts';
import { afterBody, isArriving } from '../plugins/after-body.ts';
import { endsConnection, Problem, problemOf, problemTypes, unavailable } from '../plugins/problems.ts';
import { PoolBusy } from '../pool/workers.ts';
import { NotJson } from '../tensor/literal.ts';

/** Sets the error form of the routes of `app`, which share a prefix, and of addresses under it that are none of theirs. */
export function installProtocolErrors(app: FastifyInstance, config: Config): void {
  const routes: { readonly method: string; readonly pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll(/:[a-z]+/g, '[^/]+')}$`);
    for (const one of [method].flat()) routes.push({ method: one, pattern });
  });
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const problem = toProblem(error, config);
    if (isArriving(request)) {
      afterBody(request, () => send(endsConnection(problem, request) ? reply.header('connection', 'close') : reply, problem));
      return reply;
    }
    if (problem.problem === 'internal-error') request.log.error({ err: error }, 'request failed');
    return send(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => send(reply, notFound(request, routes)));
}

function notFound(request: FastifyRequest, routes: readonly { readonly method: string; readonly pattern: RegExp }[]): Problem {
  const path = request.url.replace(/\?.*/s, '');
  const allowed = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  if (allowed.length === 0) return new Problem('not-found', `there is nothing at ${path}; /docs lists what there is`);
  const allow = allowed.join(', ');
  return new Problem('method-not-allowed', `${path} takes ${allow}, not ${request.method}`, undefined, { allow });
}

function toProblem(error: FastifyError | Error, config: Config): Problem {
  if (error instanceof NotJson) return new Problem('malformed-body', `the request is not JSON: ${error.message}`);
  if (error instanceof Refusal) return new Problem('invalid-run', `${error.message}${placeOf(error.at)}`);
  if (error instanceof InvalidArchitecture) {
    const details = [...new Set(error.issues.map(({ detail }) => detail))];
    return new Problem('invalid-run', details.slice(0, config.maxErrors).join('; '));
  }
  if (error instanceof PoolBusy) return unavailable(error.message);
  return problemOf(error, config.run.maxBytes, config);
}

/** The place in the sent JSON; a key with a lone surrogate cannot be written in a pointer, so its object is named. */
function placeOf(path: Path): string {
  const end = path.findIndex((key) => typeof key === 'string' && !key.isWellFormed());
  const known = end < 0 ? path : path.slice(0, end);
  return known.length === 0 ? '' : ` (at ${pointerOf(known)})`;
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status } = problemTypes[problem.problem];
  return reply
    .code(status === 422 ? 400 : status)
    .headers(problem.headers)
    .type('application/json')
    .send(Buffer.from(JSON.stringify({ error: problem.message.toWellFormed() })));
}
