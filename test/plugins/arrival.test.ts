import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Arrival, serverTimes } from '../../src/plugins/arrival.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

/** Turns, a second each, until the body is too late; at most 100. */
function turnsUntilLate(bytesAt: (turn: number) => number, isStreamedFrom = Number.POSITIVE_INFINITY): number {
  const arrival = new Arrival();
  for (let turn = 1; turn <= 100; turn++) if (!arrival.turn(turn >= isStreamedFrom, bytesAt(turn))) return turn;
  return Number.POSITIVE_INFINITY;
}

describe('a body that is gathered', () => {
  test('has 30 s, however fast it comes', () => {
    // The first turn may come at once.
    expect(turnsUntilLate((turn) => turn * 1e6)).toBe(31);
  });
});

describe('a body that is streamed', () => {
  test('has as long as it likes at 1 KiB/s', () => {
    expect(turnsUntilLate((turn) => turn * 1024, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is late where 10 s bring a byte less', () => {
    expect(turnsUntilLate((turn) => turn * 1024 - (turn > 10 ? 1 : 0), 1)).toBe(11);
  });

  test('may pause for seconds: the rate is an average', () => {
    expect(turnsUntilLate((turn) => Math.floor(turn / 8) * 8 * 2048, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is late within 20 s of its last byte', () => {
    for (let last = 40; last < 50; last++) {
      const late = turnsUntilLate((turn) => Math.min(turn, last) * 1_000_000, 1);
      expect(late).toBeGreaterThan(last + 9);
      expect(late).toBeLessThanOrEqual(last + 20);
    }
  });

  test('is not forgiven by later haste', () => {
    const arrival = new Arrival();
    for (let turn = 0; turn < 10; turn++) expect(arrival.turn(true, 0)).toBe(true);
    expect(arrival.turn(true, 0)).toBe(false);
    expect(arrival.turn(true, 1e9)).toBe(false);
  });

  test('starts anew when it turns out to be streamed', () => {
    expect(turnsUntilLate((turn) => turn * 1024, 25)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('over HTTP', () => {
  let service: Service;
  let client: Socket;
  let server: Socket;
  let answer: string;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    service = await startService();
    await service.app.listen({ port: 0, host: '127.0.0.1' });
    const connected = new Promise<Socket>((resolve) => service.app.server.once('connection', resolve));
    client = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
    answer = '';
    client.on('data', (chunk) => {
      answer += chunk;
    });
    client.on('error', () => undefined);
    server = await connected;
  });
  afterEach(async () => {
    client.destroy();
    await service.app.close();
    vi.useRealTimers();
  });

  /** Sends bytes, and waits until the service has read them. */
  async function send(bytes: string | Uint8Array): Promise<void> {
    const until = server.bytesRead + Buffer.byteLength(bytes);
    client.write(bytes);
    while (server.bytesRead < until) await setImmediate();
    await setImmediate();
  }

  /** Waits for the whole answer and the end of the connection. */
  async function closed(): Promise<string> {
    if (!client.closed) await new Promise((resolve) => client.once('close', resolve));
    return answer;
  }

  const head = (length: number, url = '/v1/analyze') =>
    `POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: ${length}\r\n\r\n`;

  test.each(['/v1/analyze', '/v1/convert', '/v1/run', '/v2/models/conv2d/infer'])(
    'a body of %s that does not come in 30 s is a 408, and the connection ends',
    async (url) => {
      await send(head(100, url));
      await send('{"layers":');
      vi.advanceTimersByTime(30_000);
      await setImmediate();
      expect(answer).toBe('');
      vi.advanceTimersByTime(1000);
      const [status, body] = (await closed()).split('\r\n\r\n');
      expect(status).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
      expect(status).toContain('connection: close');
      expect(problemSchema.parse(JSON.parse(body ?? ''))).toMatchObject({
        type: 'urn:layergauge:problem:request-timeout',
        detail: expect.stringContaining('30 s'),
      });
    },
  );

  test('a sender that goes on after the 408 is cut off', async () => {
    await send(head(100));
    await send('{');
    vi.advanceTimersByTime(31_000);
    while (answer === '') await setImmediate();
    expect(server.destroyed).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(server.destroyed).toBe(true);
  });

  test('an upload of weights may take minutes at 1 KiB/s, and is late once nothing comes', async () => {
    const file = tinyOnnx({ weightBytes: 1024 * 1024 });
    await send(head(file.length));
    await send(file.subarray(0, 8192));
    let sent = 8192;
    for (let second = 0; second < 120; second++) {
      await send(file.subarray(sent, sent + 1100));
      sent += 1100;
      vi.advanceTimersByTime(1000);
    }
    expect(server.writable).toBe(true);
    vi.advanceTimersByTime(20_000);
    expect(await closed()).toMatch(/^HTTP\/1.1 408 /);
  });

  test('an upload that is complete in time is answered', async () => {
    const file = tinyOnnx({ weightBytes: 64 * 1024 });
    await send(head(file.length));
    await send(file.subarray(0, 8192));
    vi.advanceTimersByTime(5000);
    await send(file.subarray(8192));
    while (answer === '') await setImmediate();
    vi.advanceTimersByTime(60_000);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(server.destroyed).toBe(false);
  });
});

test('headers have 10 s, which the server sees to; nothing else ends a long upload', async () => {
  const { app } = await startService();
  expect(app.server.headersTimeout).toBe(10_000);
  expect(app.server.requestTimeout).toBe(0);
  expect(serverTimes.connectionsCheckingInterval).toBe(5000);
  await app.close();
});
