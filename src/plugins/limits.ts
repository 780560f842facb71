/** How bodies come in: any `application/*` content type, or none; as raw bytes up to the limit, or as the stream that they arrive in. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { Problem } from './problems.ts';

export function installLimits(app: FastifyInstance, config: Config): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.maxJsonBytes }, (request, body, done) => {
    checkContentType(request);
    done(null, body);
  });
}

/** Hands bodies to the routes of this context as they arrive; the route reads them, and holds its own limits. */
export function takeBodiesAsStreams(context: FastifyInstance): void {
  context.removeAllContentTypeParsers();
  context.addContentTypeParser('*', (request, _payload, done) => {
    checkContentType(request);
    done(null);
  });
}

function checkContentType(request: FastifyRequest): void {
  const type = request.headers['content-type'];
  if (type === undefined || /^application\//i.test(type.trim())) return;
  throw new Problem(
    'unsupported-media-type',
    `the content type ${JSON.stringify(type.slice(0, 100))} is not read; send application/json (any application/* is read by content)`,
  );
}
