import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';

// Larger than the system's buffers on both sides.
const bytes = 64 * 1024 * 1024;

let app: FastifyInstance;
let client: Socket;
let isClosed: () => Promise<boolean>;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  app = await buildApp(readConfig({}).config);
  app.get('/large', () => Buffer.alloc(bytes));
  await app.listen({ port: 0, host: '127.0.0.1' });
  client = connect((app.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  client.pause();
  const closed = new Promise<boolean>((resolve) => app.server.once('connection', (socket) => socket.once('close', () => resolve(true))));
  isClosed = () => Promise.race([closed, setTimeout(100, false)]);
  client.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
  await setTimeout(300);
});
afterEach(async () => {
  client.destroy();
  vi.useRealTimers();
  await app.close();
});

/** Reads at least so many bytes. */
async function take(atLeast: number): Promise<number> {
  let read = 0;
  client.on('data', (chunk) => {
    read += chunk.length;
    if (read >= atLeast) client.pause();
  });
  client.resume();
  while (read < atLeast) await setTimeout(5);
  client.removeAllListeners('data');
  return read;
}

test('a client that reads nothing of a large answer is cut off after 10 s', async () => {
  vi.advanceTimersByTime(9000);
  expect(await isClosed()).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(await isClosed()).toBe(true);
});

test('one that reads on, however slowly beyond 1 KiB/s, gets all of it', async () => {
  for (let read = 0; read < bytes - 16 * 1024 * 1024; ) {
    read += await take(8 * 1024 * 1024);
    // What the client has read lets more go.
    await setTimeout(20);
    vi.advanceTimersByTime(9000);
  }
  expect(await isClosed()).toBe(false);
});
