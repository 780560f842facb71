/**
 * A service for tests over HTTP: built with the default configuration or with some variables set. Where many tests share two processors the event loop lags, which
 * is none of their matter.
 */

import type { FastifyInstance } from 'fastify';
import supertest from 'supertest';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';

export interface Service {
  readonly app: FastifyInstance;
  readonly request: ReturnType<typeof supertest>;
}

export async function startService(environment: Record<string, string> = {}): Promise<Service> {
  const app = await buildApp(readConfig({ LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '0', ...environment }).config);
  await app.ready();
  return { app, request: supertest(app.server) };
}
