/** How bodies come in: any `application/*` content type, or none; as raw bytes up to the limit, or as the stream that they arrive in. */

import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { answerBrokenRequest, Problem } from './problems.ts';

export function installLimits(app: FastifyInstance, config: Config): void {
  answerOddities(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: config.maxJsonBytes }, (request, body, done) => {
    checkContentType(request);
    done(null, body);
  });
}

/** What the server would answer by itself, without a word on why, is answered as a problem; an expectation that nobody knows is passed over. */
function answerOddities(app: FastifyInstance): void {
  const { server } = app;
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket: Socket) => answerBrokenRequest(new Error('CONNECT'), socket));
  app.addHook('onRequest', async ({ raw, headers }) => {
    if (raw.httpVersion === '1.1' && headers.host === undefined) throw new Problem('bad-request', 'a request of HTTP/1.1 names its host');
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

/** Lets the routes of this context take `multipart/form-data` as well. */
export function takeMultipart(context: FastifyInstance): void {
  context.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null));
}

function checkContentType(request: FastifyRequest): void {
  const type = request.headers['content-type'];
  if (type === undefined || /^application\//i.test(type.trim())) return;
  throw new Problem(
    'unsupported-media-type',
    `the content type ${JSON.stringify(type.slice(0, 100))} is not read; send application/json (any application/* is read by content)`,
  );
}
