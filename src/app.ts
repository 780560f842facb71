/** Builds the service: plugins, then routes. Never listens, so that tests can hold it. */

import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { Config } from './config.ts';
import { installArrival, serverTimes } from './plugins/arrival.ts';
import { installLimits } from './plugins/limits.ts';
import { installLogging, requestId } from './plugins/logging.ts';
import { installOpenapi } from './plugins/openapi.ts';
import { answerBrokenRequest, answerError, installProblems } from './plugins/problems.ts';
import { installSchemas } from './plugins/schemas.ts';
import { createRunPool } from './pool/run-pool.ts';
import { installRoutes } from './routes/index.ts';

/** The service; `ready()`, `listen()` or `inject()` completes it. Without a logger it is silent. */
export async function buildApp(config: Config, logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  const app = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    genReqId: requestId,
    bodyLimit: config.maxJsonBytes,
    // Large uploads take long; installArrival says how long.
    requestTimeout: 0,
    http: serverTimes,
    frameworkErrors: (error, request, reply) => void answerError(error, request as FastifyRequest, reply as FastifyReply, config),
    clientErrorHandler: answerBrokenRequest,
    // What is asked while the service closes is still answered; /readyz says that it closes.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
  });
  installLogging(app);
  installSchemas(app);
  installProblems(app, config);
  installLimits(app, config);
  installArrival(app);
  await installOpenapi(app);
  const pool = createRunPool(config.run);
  app.addHook('onClose', () => pool.close());
  installRoutes(app, config, pool);
  return app;
}
