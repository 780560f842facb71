/**
 * The end of the service: from `beginClosing` on it says that it is not ready and asks every client to leave its connection (`Connection: close`), but answers as
 * before, so that whoever spreads the load has time to turn elsewhere. What is decided here is only asked for: `server.ts` says when.
 */

import type { FastifyInstance } from 'fastify';
import { unavailable } from './problems.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly lifecycle: Lifecycle;
  }
}

export interface Lifecycle {
  readonly isClosing: boolean;
  beginClosing(): void;
  /** Throws a 503 from the moment the service begins to close. */
  requireOpen(): void;
}

export function installLifecycle(app: FastifyInstance): void {
  let isClosing = false;
  const lifecycle: Lifecycle = {
    get isClosing() {
      return isClosing;
    },
    beginClosing() {
      isClosing = true;
    },
    requireOpen() {
      if (isClosing) throw unavailable('the service is closing', 5);
    },
  };
  app.decorate('lifecycle', lifecycle);
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
}
