/** A service for tests over HTTP: built with the default configuration or with some variables set. */

import type { FastifyInstance } from 'fastify';
import supertest from 'supertest';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';

export interface Service {
  readonly app: FastifyInstance;
  readonly request: ReturnType<typeof supertest>;
}

export async function startService(environment: Record<string, string> = {}): Promise<Service> {
  const app = await buildApp(readConfig(environment).config);
  await app.ready();
  return { app, request: supertest(app.server) };
}
