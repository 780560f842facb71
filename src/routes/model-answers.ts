/**
 * Questions about models, answered: between other requests where they are small, by a worker thread where they are large. What is asked is plain data, so that both
 * do the same; only who has been at it long enough to know that it is large (`LargeNetwork`) begins again in a worker.
 */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { LargeNetwork } from '../architecture/limits.ts';
import type { Config } from '../config.ts';
import type { Answer } from '../plugins/cache.ts';
import { Problem, unavailable } from '../plugins/problems.ts';
import { createGate } from '../pool/gate.ts';
import { wholeBuffers } from '../pool/hand-over.ts';
import type { Workers } from '../pool/workers.ts';
import { entryBeside, PoolBusy } from '../pool/workers.ts';
import type { MakerName, QuestionOf } from './model-makers.ts';
import { makeAnswer } from './model-makers.ts';
import type { ModelTask, WorkerAnswer } from './model-worker.ts';

/** What has been found out, and how many layers were measured for it. */
export interface Made extends Answer {
  readonly layers: number;
}

/** Where a question is answered; undefined where the asker has gone or has been told that it takes too long. */
export type ModelAnswers = <Name extends MakerName>(
  name: Name,
  question: QuestionOf<Name>,
  contents: readonly Uint8Array[],
  reply: FastifyReply,
) => Promise<Answer | undefined>;

const entry = entryBeside('model-worker', import.meta.url);

/** In less there is no room for the objects of a second thread: large questions, too, are answered between others. */
const memoryForWorkers = 512 * 1024 * 1024;

/** `memory` is what the container may have, 0 where it is no less than the machine's. */
export function createModelAnswers(app: FastifyInstance, config: Config, workers: Workers, memory: number): ModelAnswers {
  const { inline, limits, run, load } = config;
  const gate = createGate(workers.most);
  const isCramped = memory > 0 && memory < memoryForWorkers;
  const here: Config = isCramped ? config : { ...config, limits: { ...limits, inlineLayers: inline.layers } };

  const aside = async (task: ModelTask, contents: readonly Uint8Array[], reply: FastifyReply): Promise<Made | undefined> => {
    if (gate.count() >= workers.most + run.queue) throw unavailable(`${run.queue} questions about large models wait already`);
    const transfer = wholeBuffers(contents);
    const signal = AbortSignal.timeout(load.handleMs);
    const isWanted = (): boolean => !reply.sent && !reply.raw.destroyed;
    try {
      const answer = await gate.pass(() => workers.execute<ModelTask, WorkerAnswer>(task, { entry, transfer, signal }), isWanted);
      if ('made' in answer) return answer.made;
      const { problem, detail, errors, headers, members, failure } = answer;
      if (failure !== undefined) reply.log.error({ failure }, 'a question failed in a worker');
      throw new Problem(problem, detail, errors, headers, members);
    } catch (error) {
      // `deadline.ts` has told it.
      if (error instanceof Error && error.name === 'AbortError') return undefined;
      throw error instanceof PoolBusy ? unavailable(error.message) : error;
    }
  };

  return async (name, question, contents, reply) => {
    const bytes = contents.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const made = bytes > inline.bytes && !isCramped ? undefined : unlessLarge(() => makeAnswer(name, question, here));
    const answer = made ?? (await aside({ name, question, config }, contents, reply));
    if (answer !== undefined) app.meters.layers.inc(answer.layers);
    return answer;
  };
}

function unlessLarge<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof LargeNetwork) return undefined;
    throw error;
  }
}
