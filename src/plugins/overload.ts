/**
 * Refuses requests with a 503 while the event loop lags or memory runs out, so that what is accepted is answered in time and the container is not killed. Routes
 * for orchestrators are answered all the same: a service that is busy is neither dead nor unready.
 *
 * A lag is the mean of a second, which one large network does not lift. While it lasts, each turn of the event loop takes requests for so long and refuses those
 * that come behind; the first of a turn is always taken, so that a client that sends one large network after another is served.
 */

import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { isOpenRoute } from './open-routes.ts';
import { unavailable } from './problems.ts';

const ofLimit = 0.9;
const warmUp = 5000;

/** `memory` is what the container may have. `shrink` is called where it runs short: whoever holds some that can be had again gives it back. */
export async function installOverload(app: FastifyInstance, { load }: Config, memory: number, shrink: () => void): Promise<void> {
  app.server.maxConnections = load.maxConnections;
  const turn = new Turn();
  // A start is one long turn, and code is slow until it is compiled.
  let warmAt = 0;
  app.addHook('onListen', async () => {
    warmAt = performance.now() + warmUp;
  });
  app.addHook('onRequest', (_request, _reply, done) => {
    turn.begin();
    done();
  });
  await app.register(underPressure, {
    sampleInterval: 1000,
    // With turns as long as they may be, the lag stays above half of that.
    maxEventLoopDelay: load.maxEventLoopDelayMs / 2,
    maxHeapUsedBytes: ofLimit * getHeapStatistics().heap_size_limit,
    maxRssBytes: load.maxRssBytes || Math.floor(ofLimit * memory),
    pressureHandler: async (request, _reply, type) => {
      if (isOpenRoute(request)) return;
      if (type === 'eventLoopDelay' && (performance.now() < warmAt || turn.milliseconds() <= load.maxEventLoopDelayMs)) return;
      app.meters.shed.inc({ reason: type === 'eventLoopDelay' ? 'event_loop' : 'memory' });
      if (type !== 'eventLoopDelay') shrink();
      const why = type === 'eventLoopDelay' ? 'more is asked than can be answered in time' : 'memory runs short';
      throw unavailable(`${why}; try again`);
    },
  });
}

/** A turn of the event loop, from the first request in it, in processor time: where others have the processor, refusing helps nobody. */
class Turn {
  #started: number | undefined;

  begin(): void {
    if (this.#started !== undefined) return;
    this.#started = processorMilliseconds();
    setImmediate(() => {
      this.#started = undefined;
    });
  }

  milliseconds(): number {
    return this.#started === undefined ? 0 : processorMilliseconds() - this.#started;
  }
}

function processorMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The control group's limit; 0 where there is none below what the machine has. */
export function containerBytes(constrained: number, total: number): number {
  return constrained > 0 && constrained < total ? constrained : 0;
}
