/** Builds the service: plugins, then routes. Never listens, so that tests can hold it. */

import { totalmem } from 'node:os';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import type { Config } from './config.ts';
import { installAccess } from './plugins/access.ts';
import { installArrival, keepAliveMilliseconds, serverTimes } from './plugins/arrival.ts';
import { installCache } from './plugins/cache.ts';
import { installCompress } from './plugins/compress.ts';
import { installConnections } from './plugins/connections.ts';
import { installDeadline } from './plugins/deadline.ts';
import { installDeparture } from './plugins/departure.ts';
import { installHeaders, ofPosted, securityHeaders } from './plugins/headers.ts';
import { installInflate } from './plugins/inflate.ts';
import { installLifecycle } from './plugins/lifecycle.ts';
import { installLimits } from './plugins/limits.ts';
import { installLogging, requestId } from './plugins/logging.ts';
import { installMetrics, watchWorkers } from './plugins/metrics.ts';
import { installOpenapi } from './plugins/openapi.ts';
import { containerBytes, installOverload } from './plugins/overload.ts';
import { answerBrokenRequest, answerError, installProblems } from './plugins/problems.ts';
import { installSchemas } from './plugins/schemas.ts';
import { installTracing } from './plugins/tracing.ts';
import { createRunPool } from './pool/run-pool.ts';
import { createWorkers } from './pool/workers.ts';
import { installRoutes } from './routes/index.ts';

/** Of a container's memory, what the objects of one worker thread may take. */
const ofContainer = 1 / 4;

/** The service; `ready()`, `listen()` or `inject()` completes it. Without a logger it is silent. */
export async function buildApp(config: Config, logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    genReqId: requestId,
    bodyLimit: config.maxJsonBytes,
    // Large uploads take long; installArrival says how long.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMilliseconds,
    http: serverTimes,
    frameworkErrors: (error, request, reply) => {
      // No hook sees them.
      reply.headers({ ...securityHeaders, ...ofPosted, 'x-request-id': request.id });
      answerError(error, request as FastifyRequest, reply as FastifyReply, config);
    },
    clientErrorHandler: (error, socket) => {
      if (error.code !== 'ECONNRESET') app.meters.broken.inc();
      answerBrokenRequest(error, socket);
    },
    // What is asked while the service closes is still answered; /readyz says that it closes.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
  });
  installLogging(app, await installTracing(app, config));
  installHeaders(app);
  installLifecycle(app);
  installSchemas(app);
  installProblems(app, config);
  installCache(app, config);
  installMetrics(app);
  installCompress(app);
  installLimits(app, config);
  installInflate(app, config);
  const memory = containerBytes(process.constrainedMemory(), totalmem());
  const workers = createWorkers(config.run.workers, Math.floor(memory * ofContainer));
  await installOverload(app, config, memory, () => {
    app.answers.clear();
    workers.shrink();
  });
  installConnections(app, config);
  await installAccess(app, config);
  installArrival(app);
  installDeparture(app);
  installDeadline(app, config);
  await installOpenapi(app);
  app.addHook('onClose', () => workers.close());
  watchWorkers(app, workers);
  installRoutes(app, config, createRunPool(config.run, workers), workers, memory);
  return app;
}
