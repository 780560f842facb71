/** Routes for orchestrators: answered whatever the load, without a token and without a limit. */

import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    isOpen?: boolean;
  }
}

export function isOpenRoute({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config?.isOpen === true;
}
