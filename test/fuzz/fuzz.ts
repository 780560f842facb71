/**
 * Posts mutated files to the service, one after another, and counts what comes back. The service must answer 200 or a 4xx problem whose pointers are
 * well-formed; anything else is a fault, kept with the body that caused it.
 */

import { constants, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import type { Sample } from './corpus.ts';
import { mutateBytes, mutateJson } from './mutate.ts';
import { randomOf } from './random.ts';

export interface Fault {
  readonly number: number;
  readonly sample: string;
  readonly status: number;
  readonly answer: string;
  /** The body that caused it, gzipped, in base64. */
  readonly body: string;
}

export interface Outcome {
  readonly statuses: ReadonlyMap<number, number>;
  readonly faults: readonly Fault[];
  /** Longest that an answer took, in milliseconds, and what it was an answer to. */
  readonly slowest: { readonly milliseconds: number; readonly sample: string; readonly body: string };
}

/** Most questions leave the file its batch and size. */
const urls = [
  '/v1/analyze?',
  '/v1/analyze?',
  '/v1/analyze?include=formulas,by_type',
  '/v1/convert?',
  '/v1/analyze?batch_size=2',
  '/v1/analyze?resolution=64',
];

export async function fuzz(app: FastifyInstance, samples: readonly Sample[], count: number, seed: number): Promise<Outcome> {
  const random = randomOf(seed);
  const statuses = new Map<number, number>();
  const faults: Fault[] = [];
  let slowest: { milliseconds: number; sample: string; body: Buffer } = { milliseconds: 0, sample: '', body: Buffer.alloc(0) };
  for (let number = 0; number < count; number++) {
    const sample = random.one(samples);
    const asBytes = sample.json === undefined || random.whole(8) === 0;
    const text = sample.json === undefined ? undefined : JSON.stringify(asBytes ? sample.json : mutateJson(sample.json, random));
    const whole = text === undefined ? sample.bytes : Buffer.from(text);
    const body = asBytes ? mutateBytes(whole, random) : whole;
    const started = performance.now();
    const {
      statusCode,
      headers,
      body: answer,
    } = await app.inject({
      method: 'POST',
      url: `${random.one(urls)}${sample.query === undefined ? '' : `&${sample.query}`}`,
      headers: { 'content-type': 'application/octet-stream' },
      payload: body,
    });
    const milliseconds = performance.now() - started;
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, sample: sample.name, body };
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    if (!isGood(statusCode, String(headers['content-type']), answer))
      faults.push({ number, sample: sample.name, status: statusCode, answer: answer.slice(0, 500), body: packed(body) });
    if (faults.length >= 20) break;
  }
  return { statuses, faults, slowest: { ...slowest, body: packed(slowest.body) } };
}

function packed(body: Buffer): string {
  return gzipSync(body, { level: constants.Z_BEST_COMPRESSION }).toString('base64');
}

function isGood(status: number, type: string, answer: string): boolean {
  if (status === 200) return type.startsWith('application/json');
  if (status < 400 || status >= 500 || !type.startsWith('application/problem+json')) return false;
  const { errors = [] } = JSON.parse(answer) as { errors?: readonly { pointer?: unknown }[] };
  return errors.every(({ pointer }) => typeof pointer === 'string' && (pointer === '#' || pointer.startsWith('#/')));
}
