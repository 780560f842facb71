/** The table of routes. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { takeBodiesAsStreams } from '../plugins/limits.ts';
import type { RunPool } from '../pool/run-pool.ts';
import { analyzeRoute } from './analyze.ts';
import { convertRoute } from './convert.ts';
import { healthRoutes } from './health.ts';
import { inferenceProtocolRoutes } from './inference-protocol.ts';
import { operatorRoutes } from './operators.ts';
import { runRoute } from './run.ts';
import { schemaRoutes } from './schemas.ts';
import { zooRoutes } from './zoo.ts';

export function installRoutes(app: FastifyInstance, config: Config, pool: RunPool): void {
  // Models of any size: these routes read their bodies as they arrive.
  app.register(async (streamed) => {
    takeBodiesAsStreams(streamed);
    analyzeRoute(streamed, config);
    convertRoute(streamed, config);
  });
  runRoute(app, config, pool);
  inferenceProtocolRoutes(app, config, pool);
  operatorRoutes(app);
  zooRoutes(app);
  schemaRoutes(app);
  healthRoutes(app);
}
