/** Builds the service: plugins, then routes. Never listens, so that tests can hold it. */

import accepts from '@fastify/accepts';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import fastify from 'fastify';
import type { Config } from './config.ts';
import { installLimits } from './plugins/limits.ts';
import { installLogging, requestId } from './plugins/logging.ts';
import { installOpenapi } from './plugins/openapi.ts';
import { installProblems } from './plugins/problems.ts';
import { installSchemas } from './plugins/schemas.ts';
import { installRoutes } from './routes/index.ts';

/** The service, ready for requests; without a logger it is silent. */
export async function buildApp(config: Config, logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  const app = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    genReqId: requestId,
    bodyLimit: config.maxJsonBytes,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 512 },
  });
  installLogging(app);
  installSchemas(app);
  installProblems(app, config);
  installLimits(app, config);
  await app.register(accepts);
  await installOpenapi(app);
  // In a context of its own, so that the OpenAPI plugin has seen every route once it is ready.
  app.after(() => installRoutes(app, config));
  await app.ready();
  return app;
}
