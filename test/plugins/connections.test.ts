import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { expect, test, vi } from 'vitest';
import { IdleConnections } from '../../src/plugins/connections.ts';
import { startService } from '../service.ts';

function portOf({ server }: FastifyInstance): number {
  // The cast: it listens on TCP.
  return (server.address() as AddressInfo).port;
}

function turns(idle: IdleConnections<number>, count: number): number[][] {
  return Array.from({ length: count }, () => idle.turn());
}

test('a few that ask nothing are left alone', () => {
  const idle = new IdleConnections<number>(16);
  for (const connection of [1, 2, 3]) idle.waits(connection);
  expect(turns(idle, 200).flat()).toEqual([]);
});

test('where they are a quarter of all that there may be, those that have waited for 25 turns go', () => {
  const idle = new IdleConnections<number>(16);
  for (const connection of [1, 2, 3, 4]) idle.waits(connection);
  expect(turns(idle, 24).flat()).toEqual([]);
  // One asks and waits anew, another has closed, two more come.
  idle.leaves(2);
  idle.waits(2);
  idle.leaves(3);
  for (const connection of [5, 6]) idle.waits(connection);
  expect(idle.turn()).toEqual([1, 4]);
  // Three are not many, but came with the many.
  expect(turns(idle, 23).flat()).toEqual([]);
  expect(idle.turn()).toEqual([2, 5, 6]);
  idle.waits(7);
  expect(turns(idle, 100).flat()).toEqual([]);
});

test('a connection that has had its answer, and asks nothing, is reset; one that has not been answered is none', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { app } = await startService({ LAYERGAUGE_MAX_CONNECTIONS: '4' });
  try {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect(portOf(app), '127.0.0.1');
    socket.write('GET /livez HTTP/1.1\r\nhost: x\r\n\r\nGET /v1/zoo/lenet5 HTTP/1.1\r\nhost: x\r\n\r\n');
    let text = '';
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += chunk;
      if (text.includes('"layers"')) break;
    }
    const busy = connect(portOf(app), '127.0.0.1');
    busy.write('POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n{');
    await once(busy, 'ready');
    const reset = once(socket, 'error');
    socket.resume();
    vi.advanceTimersByTime(24_000);
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(1000);
    const [error] = await reset;
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(busy.destroyed).toBe(false);
    busy.destroy();
  } finally {
    vi.useRealTimers();
    await app.close();
  }
});

test('requests that are injected have no connection that could wait', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { app } = await startService({ LAYERGAUGE_MAX_CONNECTIONS: '4' });
  try {
    for (let time = 0; time < 5; time++) expect((await app.inject('/livez')).statusCode).toBe(200);
    expect(() => vi.advanceTimersByTime(60_000)).not.toThrow();
  } finally {
    vi.useRealTimers();
    await app.close();
  }
});

test('of requests that do not wait for the answers before them a few are answered, the others are a 503 each, in their order', async () => {
  const { app } = await startService();
  try {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect(portOf(app), '127.0.0.1');
    socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(40));
    let text = '';
    const statuses = (): number[] => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
    for await (const chunk of socket) {
      text += chunk;
      if (text.endsWith('}') && statuses().length === 40) break;
    }
    expect(statuses()).toEqual([...Array(16).fill(200), ...Array(24).fill(503)]);
    expect(text).toContain('more than 16 requests of this connection are answered at a time');
  } finally {
    await app.close();
  }
});
