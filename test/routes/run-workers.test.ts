/** Runs that go to worker threads, over HTTP. */

import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { startService } from '../service.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(environment: Record<string, string> = {}): Promise<FastifyInstance> {
  const { app } = await startService(environment);
  apps.push(app);
  return app;
}

/** A service whose every run goes to a worker. */
function startAside(environment: Record<string, string> = {}): Promise<FastifyInstance> {
  return start({ LAYERGAUGE_RUN_INLINE_MACS: '0', ...environment });
}

function post(app: FastifyInstance, body: unknown, query = '') {
  return app.inject({ method: 'POST', url: `/v1/run${query}`, payload: JSON.stringify(body) });
}

function tensor(...shape: number[]) {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Array.from({ length }, (_, index) => Math.round(1000 * Math.sin(index)) / 1000) };
}

const pool = { layer: { type: 'max_pool2d', kernel_size: 2, return_indices: true }, input: tensor(1, 2, 6, 6) };
/** 2·10⁵ outputs of 2·10⁵ products each: many seconds. */
const slow = {
  layer: { type: 'conv1d' },
  input: { shape: [1, 1, 400_000], base64: ones(400_000) },
  weight: { shape: [1, 1, 200_000], base64: ones(200_000) },
};

function ones(length: number): string {
  return Buffer.from(new Float32Array(length).fill(1).buffer).toString('base64');
}

test('a worker answers with the same bytes', async () => {
  const [here, aside] = [await start(), await startAside()];
  const bodies = [
    pool,
    { layer: { type: 'conv2d', padding: 1, groups: 2 }, input: tensor(2, 4, 9, 7), weight: tensor(6, 2, 3, 3), bias: tensor(6) },
    {
      layer: { type: 'conv_transpose1d', stride: 3 },
      input: { ...tensor(1, 2, 8), dtype: 'float64' },
      weight: { ...tensor(2, 3, 4), dtype: 'float64' },
    },
    { layer: { type: 'avg_pool1d', kernel_size: 3 }, input: [[[1, 2, 3]]] },
  ];
  for (const body of bodies)
    for (const query of ['', '?output=nested', '?output=flat', '?output=base64']) {
      const [expected, answer] = [await post(here, body, query), await post(aside, body, query)];
      expect(answer.statusCode).toBe(200);
      expect(answer.payload).toBe(expected.payload);
    }
});

test('what is wrong with an output is told the same way', async () => {
  const [here, aside] = [await start(), await startAside()];
  const body = { layer: { type: 'conv1d' }, input: [[[3e38]]], weight: [[[3e38]]] };
  const answer = await post(aside, body);
  expect(answer.statusCode).toBe(422);
  expect(answer.payload).toBe((await post(here, body)).payload);
});

test('large answers, written in turns, are whole', async () => {
  const app = await start();
  // Each number twice along a row, each row twice: 4 · 300 · 500 numbers.
  const input = tensor(1, 2, 150, 500);
  const weight = { shape: [2, 2, 2, 1], data: [1, 1, 0, 0, 0, 0, 1, 1] };
  const body = { layer: { type: 'conv_transpose2d', stride: [2, 1] }, input, weight };
  const flat = (await post(app, body)).json().output;
  expect(flat.shape).toEqual([1, 2, 300, 500]);
  expect(flat.data).toEqual(
    Array.from({ length: 300_000 }, (_, index) => {
      const row = Math.floor(index / 500);
      return Math.fround(input.data[Math.floor((row % 300) / 2) * 500 + Math.floor(row / 300) * 75_000 + (index % 500)] ?? 0);
    }).map((value) => Number(value.toPrecision(7))),
  );
  expect((await post(app, body, '?output=nested')).json().output.flat(3)).toEqual(flat.data);
  const bytes = Buffer.from((await post(app, body, '?output=base64')).json().output.base64, 'base64');
  expect(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)).toEqual(Float32Array.from(flat.data));
});

test('large base64 is read whole, and a slip deep in it is found', async () => {
  const app = await start();
  const base64 = Buffer.from(Float64Array.from({ length: 50_001 }, (_, index) => Math.sin(index)).buffer).toString('base64');
  const body = (text: string) => ({
    layer: { type: 'max_pool1d', kernel_size: 1 },
    input: { shape: [1, 1, 50_001], dtype: 'float64', base64: text },
  });
  expect((await post(app, body(base64))).json().output.base64).toBe(base64);
  for (const slip of ['-', '"', '\u0001', 'é'.repeat(4)]) {
    const broken = `${base64.slice(0, 300_000)}${slip}${base64.slice(300_000 + slip.length)}`;
    const answer = await post(app, body(broken));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors).toEqual([
      {
        pointer: '#/input/base64',
        code: 'invalid_value',
        detail: expect.stringContaining(`${JSON.stringify(slip[0])} at character 300000 is not base64`),
      },
    ]);
  }
});

test('a call with few operations and many elements does not hold others up either', async () => {
  const app = await start({ LAYERGAUGE_RUN_WORKERS: '1', LAYERGAUGE_RUN_QUEUE: '1' });
  // Two operations, but four million elements to write: it goes to the worker, of which there is one, and one more may wait.
  const body = { layer: { type: 'conv_transpose1d', stride: 2_000_000 }, input: [[[1, 1]]], weight: [[[1]]] };
  const statuses = (await Promise.all([1, 2, 3].map(() => post(app, body, '?output=base64')))).map(({ statusCode }) => statusCode);
  expect(statuses.toSorted()).toEqual([200, 200, 503]);
});

test('a full queue is a 503 with Retry-After, and later calls work', async () => {
  const app = await startAside({ LAYERGAUGE_RUN_WORKERS: '1', LAYERGAUGE_RUN_QUEUE: '2' });
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(app, pool)));
  expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 200, 200, 503, 503, 503]);
  const refused = answers.find(({ statusCode }) => statusCode === 503);
  expect(refused?.headers['retry-after']).toBe('1');
  expect(refused?.headers['content-type']).toBe('application/problem+json');
  expect(refused?.json()).toMatchObject({
    type: 'urn:layergauge:problem:unavailable',
    detail: 'the worker is busy and 2 calls wait already',
  });
  expect((await post(app, pool)).statusCode).toBe(200);
});

test('the deadline ends the worker: 503 with Retry-After, and the next call works', async () => {
  const app = await start({ LAYERGAUGE_MAX_RUN_MACS: '100000000000', LAYERGAUGE_RUN_WORKERS: '1', LAYERGAUGE_RUN_TIMEOUT_MS: '2000' });
  const ended = await post(app, slow);
  expect(ended.statusCode).toBe(503);
  expect(ended.headers['retry-after']).toBe('1');
  expect(ended.json().detail).toBe('the run waited and computed for longer than 2000 ms and was ended');
  const { statusCode } = await post(app, {
    layer: { type: 'conv2d', padding: 1 },
    input: tensor(1, 16, 32, 32),
    weight: tensor(16, 16, 3, 3),
  });
  expect(statusCode).toBe(200);
});

test('/livez answers while a run is computed', async () => {
  const app = await start({ LAYERGAUGE_MAX_RUN_MACS: '100000000000', LAYERGAUGE_RUN_TIMEOUT_MS: '1000' });
  let isDone = false;
  const run = post(app, slow).then(({ statusCode }) => {
    isDone = true;
    return statusCode;
  });
  for (let asked = 0; asked < 5; asked++) expect((await app.inject('/livez')).statusCode).toBe(200);
  expect(isDone).toBe(false);
  expect(await run).toBe(503);
});

test('closing the service ends the workers and what they run', async () => {
  const app = await start({ LAYERGAUGE_MAX_RUN_MACS: '100000000000' });
  const running = post(app, slow);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const started = performance.now();
  await app.close();
  expect(performance.now() - started).toBeLessThan(3000);
  const answer = await running;
  expect(answer.statusCode).toBe(503);
  expect(answer.json().detail).toBe('the service is closing');
});
