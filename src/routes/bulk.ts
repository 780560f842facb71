/** `POST /v1/bulk`: a model a line, an answer a line, both streamed. The work is done in worker threads, a batch of lines at a time. */

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { constants, createGunzip, createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import * as z from 'zod';
import type { Config } from '../config.ts';
import { watchExchange } from '../plugins/exchange.ts';
import { Problem, problemBody, problemOf, unavailable } from '../plugins/problems.ts';
import { createLinePool } from '../pool/line-pool.ts';
import { LineStream } from '../pool/line-stream.ts';
import type { Workers } from '../pool/workers.ts';
import { entryBeside, PoolBusy } from '../pool/workers.ts';
import { bulkAnswer, details, orders } from '../questions/bulk.ts';
import { contentType, negotiated } from './answer-forms.ts';
import type { BulkQuestion } from './bulk-line.ts';
import type { BulkAnswered } from './bulk-worker.ts';
import { problemAnswers } from './described.ts';
import { bulkAnswers, bulkBody } from './described-bulk.ts';
import { oneOf } from './model-query.ts';

const ndjson = 'application/x-ndjson';

const bulkQuery = z.strictObject({
  detail: oneOf(details).default('totals').describe('What is answered to a line: the totals, or the whole report.'),
  order: oneOf(orders).default('input').describe('Answers in the order of the lines, or each as it is ready.'),
});

export function bulkRoute(app: FastifyInstance, config: Config, workers: Workers): void {
  const pool = createLinePool<BulkQuestion>(entryBeside('bulk-worker', import.meta.url), workers);
  const open = new Set<LineStream<BulkQuestion>>();
  // Before the server waits for its connections: what has come is answered, and no more is taken.
  app.addHook('preClose', async () => {
    for (const stream of open) stream.breakOff(unavailable('the service is closing'));
  });
  app.post<{ Querystring: z.output<typeof bulkQuery> }>(
    '/v1/bulk',
    {
      config: { isUnbounded: true },
      schema: {
        operationId: 'bulk',
        summary: 'Measure many networks in one request',
        description:
          'NDJSON in, NDJSON out: a model a line, with the options of `/v1/analyze` as JSON; an answer a line, in the order of the lines. What is wrong with a line is a problem in its answer, with pointers into the line, and nothing else. `index` counts the lines from 0, blank ones left out. Read while you send: where answers are not read, no more lines are taken. Both directions may be gzip. There is no limit on the number of lines.',
        tags: ['analyze'],
        querystring: bulkQuery,
        body: bulkBody,
        response: { 200: bulkAnswers, ...problemAnswers(400, 406, 408, 415, 500, 503) },
      },
    },
    async (request, reply) => {
      negotiated(request, [ndjson]);
      const isZipped = isGzip(request);
      if (open.size >= config.bulk.requests) throw unavailable(`${open.size} bulk requests are answered already`);
      const { detail, order } = request.query;
      const instance = request.routeOptions.url ?? '';
      const problem = (index: number | null, error: Error): string =>
        bulkAnswer('null', index, 'problem', problemBody(problemOf(error, config.maxJsonBytes, config), instance, config));
      const stream = new LineStream<BulkQuestion>({
        pool,
        question: { detail, instance, config },
        isOrdered: order === 'input',
        maxLineBytes: config.bulk.maxLineBytes,
        answered: (answer) => {
          // The cast: it is what the worker's entry answers.
          for (const failure of (answer as BulkAnswered).failures) request.log.error({ failure }, 'a line of a bulk request failed');
        },
        lost: (index, error) => {
          request.log.error({ err: error }, 'a worker failed');
          return problem(index, new Error('lost'));
        },
        broken: (error) => problem(null, error instanceof PoolBusy ? unavailable(error.message) : error),
      });
      open.add(stream);
      watchExchange(request, reply, {
        owes: () => stream.owes,
        bodyIsLate: () => stream.breakOff(new Problem('request-timeout', 'the body brought less than 1 KiB/s over 10 s')),
        ended: () => {
          open.delete(stream);
          stream.destroy();
        },
      });
      read(request, isZipped, stream);
      reply.header('vary', 'accept, accept-encoding').type(contentType(ndjson));
      return acceptsGzip(request) ? reply.header('content-encoding', 'gzip').send(zipped(stream)) : reply.send(stream);
    },
  );
}

function isGzip(request: FastifyRequest): boolean {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity') return false;
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  throw new Problem(
    'unsupported-media-type',
    `the content encoding ${JSON.stringify(coding.slice(0, 100))} is not read; send gzip or identity`,
    undefined,
    {
      'accept-encoding': 'gzip, identity',
    },
  );
}

function acceptsGzip(request: FastifyRequest): boolean {
  return new Negotiator(request).encodings(['gzip', 'identity'])[0] === 'gzip';
}

/** Hands the body to the stream as it comes. The sender's going is seen at the answer. */
function read({ raw }: FastifyRequest, isZipped: boolean, stream: LineStream<BulkQuestion>): void {
  if (!isZipped) {
    raw.pipe(stream);
    return;
  }
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  gunzip.once('error', (error) => {
    raw.unpipe(gunzip);
    stream.breakOff(new Problem('malformed-body', `the body is not gzip: ${error.message}`));
  });
  stream.once('close', () => gunzip.destroy());
  raw.pipe(gunzip).pipe(stream);
}

/** What is answered so far reaches the reader at once, not when the compressor has enough. */
function zipped(stream: Readable): Readable {
  return pipeline(stream, createGzip({ level: constants.Z_BEST_SPEED, flush: constants.Z_SYNC_FLUSH }), () => undefined);
}
