/** Answers in the encoding that the client likes best: zstd, br or gzip, in this order where it likes them alike. Small answers and those that are streamed go as they are. */

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Negotiator from 'negotiator';

/** Below this nothing is won. */
const leastBytes = 1024;

const encoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  zstd: (bytes) => promisify(zstdCompress)(bytes),
  // As quick as gzip, and smaller.
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes) => promisify(gzip)(bytes),
};
const names = Object.keys(encoders);

export function installCompress(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (!isCompressible(reply, payload)) return payload;
    addVary(reply, 'accept-encoding');
    const { 'accept-encoding': accepted } = request.headers;
    const encoding = accepted === undefined ? undefined : preferred(String(accepted));
    if (encoding === undefined) return payload;
    const { kept } = reply;
    const encoded = kept?.encoded.get(encoding) ?? (await encoders[encoding]?.(Buffer.from(payload as Buffer)));
    if (encoded === undefined) return payload;
    if (kept !== undefined && !kept.encoded.has(encoding)) app.answers.keepEncoded(kept, encoding, encoded);
    reply.header('content-encoding', encoding).removeHeader('content-length');
    return encoded;
  });
}

function preferred(accepted: string): string | undefined {
  // The cast: the types are those of an older version, which had no preference.
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } }) as unknown as {
    encodings(available: string[], options: { preferred: string[] }): string[];
  };
  const [best] = negotiator.encodings([...names, 'identity'], { preferred: names });
  return best === 'identity' ? undefined : best;
}

const compressible = /^(text\/|application\/(.+\+)?(json|xml|javascript)\b|image\/svg\+xml)/;

function isCompressible(reply: FastifyReply, payload: unknown): boolean {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return false;
  if (payload.length < leastBytes || reply.hasHeader('content-encoding')) return false;
  return compressible.test(String(reply.getHeader('content-type') ?? ''));
}

function addVary(reply: FastifyReply, name: string): void {
  const vary = String(reply.getHeader('vary') ?? '');
  if (!vary.includes(name)) reply.header('vary', vary === '' ? name : `${vary}, ${name}`);
}
