/**
 * Bodies may come as gzip (`Content-Encoding`); every limit is on what they inflate to. Beyond the size of a JSON body, a hundredfold at most: a file of weights
 * that inflates further is made to be large. Unbounded routes see to their bodies themselves.
 */

import type { Readable, TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { hasBody } from './after-body.ts';
import { Problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    inflated: Readable | undefined;
  }
}

const mostInflation = 100;

/** The body of a request as it was before it was compressed. */
export function bodyOf(request: FastifyRequest): Readable {
  return request.inflated ?? request.raw;
}

export function installInflate(app: FastifyInstance, { maxJsonBytes }: Config): void {
  app.decorateRequest('inflated', undefined);
  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding === 'identity' || !hasBody(request) || request.routeOptions.config?.isUnbounded === true) {
      done(null, payload);
      return;
    }
    if (encoding !== 'gzip' && encoding !== 'x-gzip') {
      done(unread(encoding));
      return;
    }
    const inflated = inflate(request.raw, maxJsonBytes);
    reply.raw.once('close', () => inflated.destroy());
    request.inflated = inflated;
    done(null, inflated);
  });
}

function unread(encoding: string): Problem {
  const detail = `the content encoding ${JSON.stringify(encoding.slice(0, 100))} is not read; send gzip or identity`;
  return new Problem('unsupported-media-type', detail, undefined, { 'accept-encoding': 'gzip, identity' });
}

function inflate(raw: Readable, freeBytes: number): Inflated {
  const gunzip = createGunzip();
  const inflated = new Inflated(freeBytes);
  const leave = (): void => {
    raw.unpipe(gunzip);
    gunzip.destroy();
  };
  raw.on('data', (chunk: Buffer) => {
    inflated.receivedEncodedLength += chunk.length;
  });
  // Whoever reads the rest of a refused body takes it from here.
  gunzip.once('unpipe', () => {
    // An error, which ends the pipe first, is told next.
    if (!gunzip.writableFinished) process.nextTick(() => inflated.destroy());
  });
  gunzip.once('error', (error) =>
    inflated.destroy(new Problem('malformed-body', `the body is not the gzip that it is said to be: ${error.message}`)),
  );
  raw.once('error', () => inflated.destroy(new Problem('bad-request', 'the connection was closed before the whole body had come')));
  inflated.once('close', leave);
  raw.pipe(gunzip).pipe(inflated);
  return inflated;
}

class Inflated extends Transform {
  /** The framework compares it with Content-Length. */
  receivedEncodedLength = 0;
  #size = 0;
  readonly #freeBytes: number;

  constructor(freeBytes: number) {
    super();
    this.#freeBytes = freeBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#size += chunk.length;
    if (this.#size <= this.#freeBytes || this.#size <= mostInflation * this.receivedEncodedLength) done(null, chunk);
    else done(new Problem('body-too-large', `the body inflates to more than ${mostInflation} times what is sent`));
  }
}
