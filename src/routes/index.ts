/** The table of routes. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { takeBodiesAsStreams, takeMultipart } from '../plugins/limits.ts';
import type { RunPool } from '../pool/run-pool.ts';
import type { Workers } from '../pool/workers.ts';
import { analyzeRoute } from './analyze.ts';
import { bulkRoute } from './bulk.ts';
import { checkRoute } from './check.ts';
import { compareRoute } from './compare.ts';
import { convertRoute } from './convert.ts';
import { healthRoutes } from './health.ts';
import { inferenceProtocolRoutes } from './inference-protocol.ts';
import { metricsRoute } from './metrics.ts';
import { createModelAnswers } from './model-answers.ts';
import { operatorRoutes } from './operators.ts';
import { runRoute } from './run.ts';
import { schemaRoutes } from './schemas.ts';
import { sweepRoute } from './sweep.ts';
import { zooRoutes } from './zoo.ts';

/** `memory` is what the container may have, 0 where it is no less than the machine's. */
export function installRoutes(app: FastifyInstance, config: Config, pool: RunPool, workers: Workers, memory: number): void {
  const answer = createModelAnswers(app, config, workers, memory);
  // Models of any size: these routes read their bodies as they arrive.
  app.register(async (streamed) => {
    takeBodiesAsStreams(streamed);
    analyzeRoute(streamed, config, answer);
    convertRoute(streamed, config, answer);
    sweepRoute(streamed, config, answer);
    bulkRoute(streamed, config, workers);
  });
  // The same, alone or as parts of a form.
  app.register(async (streamed) => {
    takeBodiesAsStreams(streamed);
    takeMultipart(streamed);
    checkRoute(streamed, config, answer);
    compareRoute(streamed, config, answer);
  });
  runRoute(app, config, pool);
  inferenceProtocolRoutes(app, config, pool);
  operatorRoutes(app);
  zooRoutes(app);
  schemaRoutes(app);
  healthRoutes(app);
  metricsRoute(app);
}
