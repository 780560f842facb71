/** The table of routes. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { analyzeRoute } from './analyze.ts';
import { healthRoutes } from './health.ts';
import { operatorRoutes } from './operators.ts';
import { schemaRoutes } from './schemas.ts';
import { zooRoutes } from './zoo.ts';

export function installRoutes(app: FastifyInstance, config: Config): void {
  analyzeRoute(app, config);
  operatorRoutes(app);
  zooRoutes(app);
  schemaRoutes(app);
  healthRoutes(app);
}
