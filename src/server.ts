/** The process: read the configuration, build the app, listen, close gracefully. */

import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { createLogger } from './plugins/logging.ts';

try {
  const { config, warnings } = readConfig();
  const logger = createLogger(config);
  for (const warning of warnings) logger.warn(warning);
  const app = await buildApp(config, logger);
  closeWithGrace({ delay: 10_000 }, async ({ signal, err }) => {
    if (err !== undefined) logger.error({ err }, 'closing after an error');
    else logger.info(`closing on ${signal ?? 'request'}`);
    await app.close();
  });
  await app.listen({ port: config.port, host: config.host });
} catch (error) {
  // Before there is a logger, and for ports that cannot be had: one line, no stack.
  process.stderr.write(`layergauge cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
