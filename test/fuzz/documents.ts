/**
 * Documents from the service's own schema, as they come and mutated, and what must hold of every answer: no 5xx; a 4xx is a problem whose pointers resolve in what
 * was sent; a 200 is what the schema of answers promises; asked again the answer has the same bytes.
 */

import * as fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { architectureSchema } from '../../src/architecture/json-schema.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Schema } from './from-schema.ts';
import { fromSchema } from './from-schema.ts';
import { mutateJson } from './mutate.ts';
import { randomOf } from './random.ts';

const queries = ['', '', '?include=formulas,by_type', '?batch_size=3&dtype=float16', '?resolution=16', '?convention=textbook'];

export interface Question {
  readonly document: unknown;
  readonly query: string;
}

export function questions(): fc.Arbitrary<Question> {
  const schema = architectureSchema('urn:layergauge:fuzz') as Schema;
  const { $defs } = schema as { $defs: Record<string, Schema> };
  const anything = fromSchema(schema);
  // Of arguments alone few networks hold together; one layer on an input that most can read does more often.
  const one = fc
    .tuple(fc.constantFrom([3, 8, 8], [4], [6, 4], [4, 8, 8, 8], [2, 16, 16]), fromSchema({ $defs, ...$defs.Layer }), fc.boolean())
    .map(([input, layer, isFollowed]) => ({ input, layers: isFollowed ? [layer, { type: 'relu' }] : [layer] }));
  const document = fc.oneof({ weight: 1, arbitrary: anything }, { weight: 3, arbitrary: one });
  const changed = fc.tuple(document, fc.nat()).map(([whole, seed]) => mutateJson(whole, randomOf(seed)) ?? null);
  return fc.record({
    document: fc.oneof({ weight: 3, arbitrary: document }, { weight: 2, arbitrary: changed }),
    query: fc.constantFrom(...queries),
  });
}

/** Asks twice; throws where something does not hold, and gives the status. */
export async function checkQuestion(app: FastifyInstance, { document, query }: Question): Promise<number> {
  const payload = JSON.stringify(document);
  const ask = () => app.inject({ method: 'POST', url: `/v1/analyze${query}`, headers: { 'content-type': 'application/json' }, payload });
  const { statusCode, headers, body } = await ask();
  const again = await ask();
  if (again.statusCode !== statusCode || again.body !== body) throw new Error('asked again, it answers otherwise');
  if (statusCode === 200) {
    const report = JSON.parse(body);
    reportSchema.parse(report);
    return statusCode;
  }
  if (statusCode < 400 || statusCode >= 500) throw new Error(`${statusCode}: ${body.slice(0, 1000)}`);
  if (headers['content-type'] !== 'application/problem+json') throw new Error(`an error as ${headers['content-type']}`);
  const { errors = [] } = problemSchema.parse(JSON.parse(body));
  const sent = JSON.parse(payload);
  for (const { pointer } of errors) resolvePointer(sent, pointer);
  return statusCode;
}

/** Checks so many; throws a fast-check report, with the smallest question that fails, or gives how often each status came. */
export async function checkDocuments(app: FastifyInstance, count: number, seed: number): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(questions(), async (question) => {
    const status = await checkQuestion(app, question);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: count, seed });
  return statuses;
}
