import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { containerBytes } from '../../src/plugins/overload.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
afterEach(() => service.app.close());

const open = ['/livez', '/readyz', '/v2/health/live', '/v2/health/ready'];

/** Holds the event loop up, as a large network does: so long in processor time. */
function block(milliseconds: number): void {
  const used = () => process.threadCpuUsage().user / 1000;
  const until = used() + milliseconds;
  while (used() < until);
}

describe('memory above its limit', () => {
  beforeEach(async () => {
    // Any process takes more than a byte; the first sample is taken after a second.
    service = await startService({ LAYERGAUGE_MAX_RSS_BYTES: '1' });
    await setTimeout(1100);
  });

  test('is a 503 that says when to try again', async () => {
    const { status, body, headers } = await service.request.post('/v1/analyze').send({ ref: 'lenet5' });
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(problemSchema.parse(body)).toMatchObject({ type: 'urn:layergauge:problem:unavailable', detail: 'memory runs short; try again' });
    expect((await service.request.get('/v2')).body).toEqual({ error: 'memory runs short; try again' });
  });

  test.each(open)('%s is answered all the same', async (path) => {
    expect((await service.request.get(path)).status).toBe(200);
  });
});

describe('an event loop that lags', () => {
  const statuses = async (paths: readonly string[]): Promise<number[]> => {
    const answers = paths.map((path) => service.app.inject(path));
    return (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  };
  const lag = async (): Promise<void> => {
    for (let time = 0; time < 16; time++) {
      block(100);
      await setTimeout(1);
    }
  };

  test('takes the first request of a turn and refuses those behind, health excepted', async () => {
    service = await startService({ LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '40' });
    await lag();
    const first = service.app.inject({ url: '/v1/operators/relu' });
    const behind = new Promise<number[]>((resolve) => {
      // Requests of the same turn: the first has been begun, and the loop is held up.
      process.nextTick(() => {
        block(60);
        resolve(statuses(['/v1/operators/relu', '/livez', '/v2/health/ready']));
      });
    });
    expect((await first).statusCode).toBe(200);
    expect(await behind).toEqual([503, 200, 200]);
  });

  test('one that was held up once refuses nobody', async () => {
    service = await startService({ LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '40' });
    await setTimeout(300);
    block(200);
    await setTimeout(1100);
    block(200);
    expect(await statuses(Array(20).fill('/v1/operators/relu'))).toEqual(Array(20).fill(200));
  });

  test('0 takes everybody', async () => {
    service = await startService({ LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '0' });
    await lag();
    const first = service.app.inject('/livez');
    block(60);
    expect(await statuses(['/v1/operators/relu'])).toEqual([200]);
    await first;
  });
});

test('a container has what its control group may have, where that is less than the machine has', () => {
  expect(containerBytes(256e6, 8e9)).toBe(256e6);
  expect(containerBytes(0, 8e9)).toBe(0);
  expect(containerBytes(2 ** 64, 8e9)).toBe(0);
});

test('connections beyond the limit are closed as they come', async () => {
  service = await startService({ LAYERGAUGE_MAX_CONNECTIONS: '2' });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = service.app.server.address() as AddressInfo;
  const isTaken = async (): Promise<boolean> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET /livez HTTP/1.1\r\nhost: x\r\n\r\n');
    return new Promise((resolve) => socket.once('data', () => resolve(true)).once('close', () => resolve(false)));
  };
  expect([await isTaken(), await isTaken(), await isTaken()]).toEqual([true, true, false]);
});
