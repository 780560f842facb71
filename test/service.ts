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

/** Follows a JSON Pointer in URI fragment form (RFC 6901); throws where it does not resolve. */
export function resolvePointer(document: unknown, pointer: string): unknown {
  if (!pointer.startsWith('#')) throw new Error(`${pointer} is no fragment pointer`);
  const segments = decodeURIComponent(pointer.slice(1)).split('/').slice(1);
  return segments.reduce<unknown>((value, segment) => {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) throw new Error(`${pointer} does not resolve at ${key}`);
    return (value as Record<string, unknown>)[key];
  }, document);
}
