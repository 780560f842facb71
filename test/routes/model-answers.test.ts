/** Questions about models that are large go to worker threads: the same bytes come back, refusals too, and other requests are answered meanwhile. */

import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { formBody, formType } from '../multipart.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(environment: Record<string, string> = {}): Promise<FastifyInstance> {
  const { app } = await startService({ LAYERGAUGE_CACHE_BYTES: '0', ...environment });
  apps.push(app);
  return app;
}

interface Asked {
  readonly url: string;
  readonly payload: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function ask(app: FastifyInstance, { url, payload, headers = {} }: Asked) {
  const { statusCode, headers: got, payload: body } = await app.inject({ method: 'POST', url, payload, headers });
  const { 'content-type': type, vary, 'x-batch-size': batch, 'retry-after': again } = got;
  return { statusCode, type, vary, batch, again, body };
}

async function threads(app: FastifyInstance): Promise<number> {
  const { payload } = await app.inject('/metrics');
  return Number(/^layergauge_worker_threads (\d+)/m.exec(payload)?.[1]);
}

function parts(contents: Readonly<Record<string, string>>): Omit<Asked, 'url'> {
  const payload = formBody(Object.entries(contents).map(([name, content]) => ({ name, content })));
  return { payload, headers: { 'content-type': formType } };
}

function chain(layers: number, more: object = {}): string {
  return JSON.stringify({ input: [3, 8, 8], layers: Array.from({ length: layers }, () => ({ type: 'relu' })), ...more });
}
/** 2,400 layers in few bytes. */
const repeated = JSON.stringify({
  input: [3, 8, 8],
  blocks: { b: { inputs: ['x'], layers: [{ type: 'relu' }, { type: 'tanh' }] } },
  layers: [{ type: 'block', block: 'b', repeat: 1200 }],
});
const refused = JSON.stringify({ input: [3, 5, 5], layers: [{ type: 'conv2d', out_channels: 1, kernel_size: 7 }] });

const questions: readonly Asked[] = [
  { url: '/v1/analyze', payload: '{"ref":"lenet5"}' },
  { url: '/v1/analyze?include=formulas,by_type&batch_size=3', payload: chain(40), headers: { accept: 'application/json' } },
  { url: '/v1/analyze', payload: chain(4), headers: { accept: 'text/csv' } },
  { url: '/v1/analyze?dims=N:2', payload: Buffer.from(tinyOnnx()) },
  { url: '/v1/analyze', payload: refused },
  { url: '/v1/analyze', payload: '{"layers": [' },
  { url: '/v1/analyze?batch_size=2', payload: '{"ref":"lenet"}' },
  { url: '/v1/check?max_parameters=10', payload: '{"ref":"lenet5"}', headers: { accept: 'application/xml' } },
  { url: '/v1/check?max_parameters=10&fail=true', payload: '{"ref":"lenet5"}' },
  {
    url: '/v1/check',
    ...parts({ model: '{"ref":"lenet5"}', policy: '{"limits":{"max_macs":"1M"}}' }),
  },
  { url: '/v1/check', ...parts({ model: refused, policy: '{"limits":{"max_macs":"1M"}}' }) },
  { url: '/v1/check', ...parts({ model: '{"ref":"lenet5"}', policy: '{"limits":{"max_mac":"1M"}}' }) },
  { url: '/v1/compare', payload: '{"base":{"ref":"lenet5"},"head":{"ref":"alexnet"}}' },
  { url: '/v1/compare', ...parts({ base: '{"ref":"lenet5"}', head: refused }) },
  { url: '/v1/convert?batch_size=4', payload: Buffer.from(tinyOnnx()) },
  { url: '/v1/convert', payload: refused },
  { url: '/v1/sweep?batch_size=1,2,3&fit_peak_memory_bytes=1GiB', payload: '{"ref":"lenet5"}' },
  { url: '/v1/sweep?resolution=224,3', payload: '{"ref":"alexnet"}' },
];

test('a worker answers, and refuses, with the same bytes', async () => {
  const [here, aside] = [
    await start({ LAYERGAUGE_INLINE_BYTES: '1000000000', LAYERGAUGE_INLINE_LAYERS: '1000000' }),
    await start({ LAYERGAUGE_INLINE_BYTES: '0' }),
  ];
  const statuses = new Set<number>();
  for (const question of questions) {
    const expected = await ask(here, question);
    statuses.add(expected.statusCode);
    expect(await ask(aside, question)).toEqual(expected);
  }
  expect([...statuses].sort()).toEqual([200, 400, 422]);
  expect(await threads(here)).toBe(0);
  expect(await threads(aside)).toBeGreaterThan(0);
});

describe('a question goes to a worker', () => {
  test.each<[string, Asked, Record<string, string>]>([
    ['for its layers', { url: '/v1/analyze', payload: chain(2001) }, {}],
    ['for layers that come of repeats', { url: '/v1/convert', payload: repeated }, {}],
    ['for the measurements of a sweep together', { url: '/v1/sweep?batch_size=1,2,3', payload: chain(700) }, {}],
    ['for its bytes', { url: '/v1/analyze', payload: chain(1, { description: 'x'.repeat(256 * 1024) }) }, {}],
    [
      'for the layers of an imported file',
      { url: '/v1/analyze?dims=N:2', payload: Buffer.from(tinyOnnx()) },
      { LAYERGAUGE_INLINE_LAYERS: '0' },
    ],
  ])('%s', async (_, question, environment) => {
    const app = await start(environment);
    const { statusCode, body } = await ask(app, question);
    expect({ statusCode, body: statusCode === 200 ? '' : body }).toEqual({ statusCode: 200, body: '' });
    expect(await threads(app)).toBeGreaterThan(0);
  });

  test.each<[string, Asked]>([
    ['2,000 layers', { url: '/v1/analyze', payload: chain(2000) }],
    ['2,000 layers of a sweep', { url: '/v1/sweep?batch_size=1,2', payload: chain(1000) }],
    ['256 KiB', { url: '/v1/analyze', payload: chain(1, { description: 'x'.repeat(255 * 1024) }) }],
    ['more than there may be', { url: '/v1/analyze', payload: repeated.replace('1200', '12000') }],
  ])('but not for %s', async (_, question) => {
    const app = await start();
    await ask(app, question);
    expect(await threads(app)).toBe(0);
  });
});

test('layers that were measured in a worker are counted, and the answer is kept', async () => {
  const app = await start({ LAYERGAUGE_CACHE_BYTES: '10000000' });
  const first = await ask(app, { url: '/v1/analyze', payload: repeated });
  expect(await ask(app, { url: '/v1/analyze', payload: repeated })).toEqual(first);
  const { payload } = await app.inject('/metrics');
  expect(/^layergauge_layers_analyzed_total (\d+)/m.exec(payload)?.[1]).toBe('2400');
  expect(/^layergauge_cache_hits_total (\d+)/m.exec(payload)?.[1]).toBe('1');
});

test('above the bound of those that wait the answer is a 503 that says when to come again', async () => {
  const app = await start({ LAYERGAUGE_RUN_WORKERS: '1', LAYERGAUGE_RUN_QUEUE: '1' });
  // Both are received before a worker can have started.
  const answers = await Promise.all(Array.from({ length: 3 }, () => ask(app, { url: '/v1/analyze', payload: repeated })));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 503]);
  const last = answers.find(({ statusCode }) => statusCode === 503);
  expect(last).toMatchObject({ type: 'application/problem+json', again: '1' });
  expect(JSON.parse(last?.body ?? '')).toMatchObject({ detail: '1 questions about large models wait already' });
});

test('other requests are answered while a worker measures', async () => {
  const app = await start();
  let isMeasured = false;
  const large = ask(app, { url: '/v1/analyze', payload: repeated }).finally(() => {
    isMeasured = true;
  });
  let answered = 0;
  while (!isMeasured) {
    await setImmediate();
    const { statusCode, payload } = await app.inject('/metrics');
    if (!isMeasured && statusCode === 200 && payload.includes('layergauge_worker_tasks 1\n')) answered++;
  }
  expect((await large).statusCode).toBe(200);
  expect(answered).toBeGreaterThan(0);
});

test('in a container that has no room for a second heap all is measured between other requests', async () => {
  const memory = vi.spyOn(process, 'constrainedMemory').mockReturnValue(256 * 2 ** 20);
  const app = await start({ LAYERGAUGE_MAX_RSS_BYTES: String(2 ** 40) });
  memory.mockRestore();
  expect((await ask(app, { url: '/v1/analyze', payload: repeated })).statusCode).toBe(200);
  expect(await threads(app)).toBe(0);
});
