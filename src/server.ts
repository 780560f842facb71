/** The process: read the configuration, build the app, listen, close gracefully. */

import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { createLogger } from './plugins/logging.ts';

try {
  const { config, warnings } = readConfig();
  const logger = createLogger(config);
  for (const warning of warnings) logger.warn(warning);
  const app = await buildApp(config, logger);
  const { drainMs, graceMs } = config.closing;
  const complain = { error: (what: unknown) => logger.error(what instanceof Error ? { err: what } : {}, String(what)) };
  closeWithGrace({ delay: drainMs + graceMs, logger: complain }, async ({ signal, err }) => {
    if (err !== undefined) logger.error({ err }, 'closing after an error');
    else logger.info(`closing on ${signal ?? 'request'}`);
    app.lifecycle.beginClosing();
    // An orchestrator sends SIGTERM, and goes on sending requests until it has seen `/readyz`; nobody waits for a keyboard's SIGINT, or for a service that failed.
    if (signal === 'SIGTERM') await setTimeout(drainMs);
    await app.close();
  });
  // While the event loop is held up, connections wait here; one that finds no room is tried again by its client a second later, or reset.
  await app.listen({ port: config.port, host: config.host, backlog: 4096 });
} catch (error) {
  // Before there is a logger, and for ports that cannot be had: one line, no stack.
  process.stderr.write(`layergauge cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
