/** `/v1/bulk` over real connections: streams, endings, limits. What a line is answered is in bulk-line.test.ts. */

import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { startService } from '../service.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers, looked into at will
type Json = any;

const apps: FastifyInstance[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(environment: Record<string, string> = {}): Promise<{ app: FastifyInstance; port: number }> {
  const { app } = await startService(environment);
  apps.push(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, port: (app.server.address() as AddressInfo).port };
}

function open(port: number, query = '', headers: Record<string, string> = {}): ClientRequest {
  const sent = request({
    port,
    host: '127.0.0.1',
    path: `/v1/bulk${query}`,
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  sent.on('error', () => undefined);
  return sent;
}

async function bytesOf(received: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of received) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function post(port: number, body: string | Buffer, query = '', headers: Record<string, string> = {}) {
  const sent = open(port, query, headers);
  sent.end(body);
  const [received] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: received.statusCode, headers: received.headers, bytes: await bytesOf(received) };
}

function linesIn(bytes: Buffer | string): Json[] {
  return String(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function get(port: number, path: string): Promise<{ status: number | undefined; text: string }> {
  const asked = request({ port, host: '127.0.0.1', path });
  asked.end();
  const [received] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: received.statusCode, text: String(await bytesOf(received)) };
}

const readyz = async (port: number) => (await get(port, '/readyz')).status;

/** What workers have to do, by the service's own count. */
async function workerTasks(port: number): Promise<number> {
  return Number(/^layergauge_worker_tasks(?:\{\})? (\d+)$/m.exec((await get(port, '/metrics')).text)?.[1]);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const small = (id: unknown): string => `${JSON.stringify({ id, model: { ref: 'lenet5' } })}\n`;
/** 20,000 layers from a few bytes. */
const heavy = `${JSON.stringify({
  id: 'heavy',
  model: {
    input: [8],
    blocks: { b: { inputs: ['x'], layers: Array.from({ length: 20 }, () => ({ type: 'linear', out_features: 8 })) } },
    layers: [{ type: 'block', block: 'b', repeat: 1000 }],
  },
})}\n`;

describe('lines', () => {
  test('are answered one by one, in their order, each with its id and place', async () => {
    const { port } = await start();
    const body = `${small('a')}\n  \n{broken\n${'x'.repeat(1024 * 1024 + 1)}\n${small(7)}${small(null).trim()}`;
    const { status, headers, bytes } = await post(port, body);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const answers = linesIn(bytes);
    expect(answers.map(({ id, index }) => [id, index])).toEqual([
      ['a', 0],
      [null, 1],
      [null, 2],
      [7, 3],
      [null, 4],
    ]);
    expect(answers.map(({ problem }) => problem?.status)).toEqual([undefined, 400, 413, undefined, undefined]);
    for (const { totals } of [answers[0], answers[3], answers[4]]) expect(totals.parameters).toBe(61_706);
  });

  test('keep their order where some take long, and may give it up', async () => {
    const { port } = await start();
    const body = heavy + Array.from({ length: 3000 }, (_, index) => small(index)).join('');
    const inOrder = linesIn((await post(port, body)).bytes);
    expect(inOrder.map(({ index }) => index)).toEqual(Array.from({ length: 3001 }, (_, index) => index));
    expect(inOrder[0]).toMatchObject({ id: 'heavy', totals: { layers: 20_000 } });
    const asReady = linesIn((await post(port, body, '?order=completion')).bytes);
    expect(asReady.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(inOrder.map(({ index }) => index));
  });

  test('are answered as they come: who waits for an answer before sending on gets it', async () => {
    const { port } = await start();
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const sent = open(port, '', headers);
      sent.write(small(0));
      const [received] = (await once(sent, 'response')) as [IncomingMessage];
      for (let line = 1; line < 4; line++) {
        await once(received, 'data');
        sent.write(small(line));
      }
      sent.end();
      await bytesOf(received);
    }
  });

  test('none are no answer', async () => {
    const { port } = await start();
    for (const body of ['', '\n\n']) expect(await post(port, body)).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
  });

  test('of layers are the whole report', async () => {
    const { port } = await start();
    const [answer] = linesIn((await post(port, small(1), '?detail=layers')).bytes);
    expect(answer.report.layers).toHaveLength(12);
  });
});

describe('gzip', () => {
  test('is read and written', async () => {
    const { port } = await start();
    const body = Array.from({ length: 500 }, (_, index) => small(index)).join('');
    const plain = await post(port, body);
    const zipped = await post(port, gzipSync(body), '', { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 5);
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
  });

  test('that is none is a 400', async () => {
    const { port } = await start();
    const { status, bytes } = await post(port, small(1), '', { 'content-encoding': 'gzip' });
    expect(status).toBe(400);
    expect(problemSchema.parse(JSON.parse(String(bytes))).detail).toMatch(/^the body is not gzip: /);
  });

  test('that breaks off is a last line', async () => {
    const { port } = await start();
    const body = gzipSync(Array.from({ length: 2000 }, (_, index) => small(index * 7919)).join(''));
    const { status, bytes } = await post(port, body.subarray(0, body.length - 100), '', { 'content-encoding': 'gzip' });
    expect(status).toBe(200);
    const answers = linesIn(bytes);
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.at(-1)).toMatchObject({ id: null, index: null, problem: { status: 400 } });
    for (const { totals } of answers.slice(0, -1)) expect(totals.parameters).toBe(61_706);
  });

  test('is the only coding', async () => {
    const { port } = await start();
    const { status, headers } = await post(port, small(1), '', { 'content-encoding': 'br' });
    expect(status).toBe(415);
    expect(headers['accept-encoding']).toBe('gzip, identity');
  });
});

test('what is asked beside the lines is checked before them', async () => {
  const { port } = await start();
  expect((await post(port, small(1), '?detail=rows')).status).toBe(400);
  expect((await post(port, small(1), '?batch_size=8')).status).toBe(400);
  expect((await post(port, small(1), '', { accept: 'text/csv' })).status).toBe(406);
  expect((await post(port, small(1), '', { accept: 'application/x-ndjson' })).status).toBe(200);
  expect((await post(port, small(1), '', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post(port, small(1), '', { 'content-type': 'application/json' })).status).toBe(200);
});

describe('a client', () => {
  test('that goes while it sends, or while it is answered, leaves nothing behind', async () => {
    // One at a time: the next is refused for as long as anything of this one is left.
    const { port } = await start({ LAYERGAUGE_BULK_REQUESTS: '1' });
    expect((await post(port, small(1))).status).toBe(200);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (const isReading of [false, true]) {
      const sent = open(port);
      // Minutes of work for two workers.
      for (let line = 0; line < 6000; line++) sent.write(heavy);
      const [received] = (await once(sent, 'response')) as [IncomingMessage];
      if (isReading) await once(received, 'data');
      expect((await post(port, small(1))).status).toBe(503);
      expect(await workerTasks(port)).toBeGreaterThan(0);
      expect(await readyz(port)).toBe(200);
      sent.destroy();
      const gone = performance.now();
      // On a machine of its own a tenth of a second: a worker that has a lesser claim than others may be kept waiting.
      while ((await workerTasks(port)) > 0) await sleep(10);
      expect(performance.now() - gone).toBeLessThan(20_000);
      expect(linesIn((await post(port, small(2))).bytes)).toMatchObject([{ id: 2, totals: { layers: 12 } }]);
      expect(await readyz(port)).toBe(200);
    }
    await vi.waitFor(() => {
      collectGarbage();
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    }, 10_000);
  });

  test('that does not read stops the work, and gets every answer once it does', async () => {
    const { port } = await start();
    const sent = open(port, '?detail=layers');
    const count = 4000;
    let written = 0;
    const writing = (async () => {
      for (let line = 0; line < count; line++) {
        if (!sent.write(`${JSON.stringify({ id: line, model: { ref: 'resnet50' } })}${' '.repeat(10_000)}\n`)) await once(sent, 'drain');
        written++;
      }
      sent.end();
    })();
    const [received] = (await once(sent, 'response')) as [IncomingMessage];
    let last = -1;
    while (last !== written) {
      last = written;
      await sleep(700);
    }
    // Answers of 120 KB each, 40 MB of lines: the rest of both waits.
    expect(written).toBeLessThan(count);
    expect(await readyz(port)).toBe(200);
    let answers = 0;
    for await (const chunk of received) for (const byte of chunk as Buffer) if (byte === 0x0a) answers++;
    await writing;
    expect(answers).toBe(count);
  });

  test('that sends too slowly is told so: by a 408 before its first line, else by a last line', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { port } = await start();
    for (const first of ['', small(1)]) {
      const sent = open(port);
      sent.write(`${first}{"half a li`);
      const response = once(sent, 'response') as Promise<[IncomingMessage]>;
      if (first !== '') await once((await response)[0], 'readable');
      else await sleep(300);
      for (let turn = 0; turn < 10; turn++) {
        vi.advanceTimersByTime(1000);
        await sleep(1);
      }
      // The answer to a refused body waits for its end.
      sent.end();
      const [received] = await response;
      const answers = linesIn(await bytesOf(received));
      expect(received.statusCode).toBe(first === '' ? 408 : 200);
      const problem = first === '' ? answers[0] : answers[1].problem;
      expect(problem).toMatchObject({ status: 408, detail: 'the body brought less than 1 KiB/s over 10 s' });
    }
  });
});

test('as many are answered at the same time as the configuration says', async () => {
  const { port } = await start({ LAYERGAUGE_BULK_REQUESTS: '2' });
  const sent = [open(port), open(port)];
  for (const one of sent) {
    one.write(small(1));
    await once(one, 'response');
  }
  const refused = await post(port, small(1));
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  for (const one of sent) one.destroy();
});

test('the longest line is LAYERGAUGE_BULK_MAX_LINE_BYTES', async () => {
  const line = small(1).trim();
  const { port } = await start({ LAYERGAUGE_BULK_MAX_LINE_BYTES: String(line.length) });
  const answers = linesIn((await post(port, `${line}\n${line} \n`)).bytes);
  expect(answers.map(({ problem }) => problem?.detail)).toEqual([undefined, `the line is longer than ${line.length} bytes`]);
});

test('a service that closes says so in a last line', async () => {
  const { app, port } = await start();
  const sent = open(port);
  sent.write(small(1));
  const [received] = (await once(sent, 'response')) as [IncomingMessage];
  sent.write(heavy.repeat(100));
  await sleep(200);
  const text = bytesOf(received);
  const closed = app.close();
  const answers = linesIn(await text);
  expect(answers[0]).toMatchObject({ id: 1, index: 0 });
  expect(answers.at(-1)).toMatchObject({ id: null, index: null, problem: { status: 503, detail: 'the service is closing' } });
  sent.destroy();
  await closed;
});
