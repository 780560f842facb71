/**
 * Answers that are kept to be given again, byte for byte: the same question, in the same form, to the same bytes. The least recently asked for go first. What is
 * kept of an answer is what was sent, in each encoding that it was sent in. Files that are read as they arrive are not gathered, so answers to them are not kept.
 */

import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly answers: AnswerCache;
  }
  interface FastifyReply {
    /** The answer as it is kept, where it is. */
    kept: KeptAnswer | undefined;
  }
}

export interface Answer {
  /** 200 where absent. */
  readonly status?: number;
  readonly type: string;
  readonly content: string | Uint8Array;
  /** Beside the content type; the same for the same question. */
  readonly headers?: Readonly<Record<string, string | number>>;
}

export interface KeptAnswer {
  readonly key: string;
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  /** The body by content encoding. */
  readonly encoded: ReadonlyMap<string, Buffer>;
}

/** What the tables take for an answer beside its bytes, about. */
const bytesAround = 1024;
/** One answer must not drive out all others. */
const mostOfAll = 1 / 4;

export class AnswerCache {
  readonly #kept: LRUCache<string, KeptAnswer> | undefined;
  hits = 0;
  misses = 0;

  constructor(maxBytes: number) {
    if (maxBytes === 0) return;
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: Math.max(1, Math.floor(maxBytes * mostOfAll)),
      sizeCalculation: ({ key, body, encoded }) =>
        bytesAround + 2 * key.length + body.length + [...encoded.values()].reduce((sum, { length }) => sum + length, 0),
    });
  }

  find(key: string): KeptAnswer | undefined {
    if (this.#kept === undefined) return undefined;
    const found = this.#kept.get(key);
    if (found === undefined) this.misses++;
    else this.hits++;
    return found;
  }

  keep(answer: KeptAnswer): void {
    this.#kept?.set(answer.key, answer);
  }

  /** Keeps the answer in this encoding too, if it is still kept. */
  keepEncoded({ key }: KeptAnswer, encoding: string, bytes: Buffer): void {
    const kept = this.#kept?.peek(key);
    if (kept !== undefined) this.#kept?.set(key, { ...kept, encoded: new Map(kept.encoded).set(encoding, bytes) });
  }

  clear(): void {
    this.#kept?.clear();
  }

  get size(): { readonly answers: number; readonly bytes: number } {
    return { answers: this.#kept?.size ?? 0, bytes: this.#kept?.calculatedSize ?? 0 };
  }
}

export function installCache(app: FastifyInstance, { cacheBytes }: Config): void {
  app.decorate('answers', new AnswerCache(cacheBytes));
  app.decorateReply('kept', undefined);
}

/** What is asked: the name for `Server-Timing`, the form of the answer, the bytes that it is about where they are all at hand. */
export interface Question {
  readonly name: string;
  readonly form: string;
  readonly body: Uint8Array | undefined;
}

/** Gives the answer that is kept, or makes it and keeps it. Where nothing is made the asker has gone. */
export async function answerOnce(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, form, body }: Question,
  make: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<FastifyReply> {
  const { answers } = request.server;
  const started = performance.now();
  const key = body === undefined ? undefined : keyOf(request, form, body);
  let kept = key === undefined ? undefined : answers.find(key);
  const isHit = kept !== undefined;
  if (kept === undefined) {
    const made = await make();
    if (made === undefined) return reply;
    kept = {
      key: key ?? '',
      status: made.status ?? 200,
      type: made.type,
      headers: made.headers ?? {},
      body: bytesOf(made.content),
      encoded: new Map(),
    };
    if (key !== undefined) answers.keep(kept);
  }
  reply.kept = kept;
  const took = (performance.now() - started).toFixed(3);
  return reply
    .code(kept.status)
    .headers(kept.headers)
    .header('server-timing', isHit ? `cache;desc="hit";dur=${took}` : `${name};dur=${took}`)
    .type(kept.type)
    .send(kept.body);
}

/** Text in memory of its own: a small buffer would hold on to the pool that it is cut from. */
function bytesOf(content: string | Uint8Array): Buffer {
  if (typeof content !== 'string') return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(content));
  bytes.write(content);
  return bytes;
}

function keyOf(request: FastifyRequest, form: string, body: Uint8Array): string {
  const query = Object.entries(request.query as Record<string, unknown>)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, value instanceof Map ? [...value].sort() : value]);
  return `${request.routeOptions.url} ${form} ${JSON.stringify(query)} ${hash('sha256', body)}`;
}
