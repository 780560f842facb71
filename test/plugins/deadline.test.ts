import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { problemSchema } from '../../src/plugins/problems.ts';

let app: FastifyInstance;
afterEach(() => app.close());

async function withSlow(config: { readonly isUnbounded?: boolean } = {}): Promise<void> {
  app = await buildApp(readConfig({ LAYERGAUGE_HANDLE_MS: '100' }).config);
  app.route({
    method: ['GET', 'POST'],
    url: '/slow',
    config,
    handler: async (_request, reply) => {
      await setTimeout(300);
      return reply.sent ? reply : { done: true };
    },
  });
}

test('an answer that takes too long is a 503', async () => {
  await withSlow();
  const { statusCode, headers, body } = await app.inject('/slow');
  expect(statusCode).toBe(503);
  expect(headers['retry-after']).toBe('10');
  expect(problemSchema.parse(JSON.parse(body)).detail).toBe('the answer took longer than 100 ms');
});

test('so is one to a body, counted from its end', async () => {
  await withSlow();
  expect((await app.inject({ method: 'POST', url: '/slow', payload: '{}' })).statusCode).toBe(503);
});

test('a route without bounds takes its time', async () => {
  await withSlow({ isUnbounded: true });
  expect((await app.inject('/slow')).json()).toEqual({ done: true });
});
