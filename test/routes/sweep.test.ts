import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepSchema } from '../../src/questions/sweep.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

async function ask(path: string, model: unknown, accept?: string) {
  const payload = model instanceof Uint8Array ? Buffer.from(model) : JSON.stringify(model);
  const headers = { 'content-type': 'application/octet-stream', ...(accept === undefined ? {} : { accept }) };
  const answer = await service.app.inject({ method: 'POST', url: path, payload, headers });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: isJson ? answer.json() : undefined };
}

function sweep(model: unknown, query: string, accept?: string) {
  return ask(`/v1/sweep${query}`, model, accept);
}

interface Row {
  readonly batch_size: number;
  readonly resolution: string | null;
  readonly dtype: string;
  readonly totals: object;
}

describe('a row is what an analysis of its combination says', () => {
  test.each<[string, unknown, string]>([
    ['a shipped network', { ref: 'resnet18' }, '?batch_size=1,8&resolution=160,224x96&dtype=float32,int8'],
    ['a document', { input: [3, 8, 8], layers: [{ type: 'relu' }] }, '?batch_size=3,1'],
    ['an ONNX file, imported anew', tinyOnnx({ shape: ['N', 'C', 'H', 'W'] }), '?batch_size=1,4&resolution=8,16&dims=C:3'],
    ['nothing but a network', { ref: 'lenet5' }, ''],
  ])('%s', async (_, model, query) => {
    const { status, body, headers } = await sweep(model, query);
    expect(status).toBe(200);
    expect(headers['server-timing']).toMatch(/^sweep;dur=/);
    expect(sweepSchema.parse(body)).toEqual(body);
    for (const { batch_size, resolution, dtype, totals } of body.rows as Row[]) {
      const options = `?batch_size=${batch_size}&dtype=${dtype}${resolution === null ? '' : `&resolution=${resolution}`}${query.includes('dims') ? '&dims=C:3' : ''}`;
      expect((await ask(`/v1/analyze${options}`, model)).body.totals).toEqual(totals);
    }
    const lists = [...query.matchAll(/(?:batch_size|resolution|dtype)=([^&]*)/g)].map(([, list = '']) => list.split(',').length);
    expect(body.rows).toHaveLength(lists.reduce((product, length) => product * length, 1));
  });
});

test('the largest batch that fits is told for each resolution and type', async () => {
  const { body } = await sweep({ ref: 'resnet50' }, '?resolution=160,224&dtype=float32,float16&fit_peak_memory_bytes=8GiB');
  expect(body.rows.map(({ largest_batch_size }: { largest_batch_size: number }) => largest_batch_size)).toHaveLength(4);
  for (const { largest_batch_size, resolution, dtype } of body.rows) {
    const peak = async (batch: number): Promise<number> =>
      (await ask(`/v1/analyze?batch_size=${batch}&resolution=${resolution}&dtype=${dtype}`, { ref: 'resnet50' })).body.totals
        .peak_memory_bytes;
    expect(await peak(largest_batch_size)).toBeLessThanOrEqual(2 ** 33);
    expect(await peak(largest_batch_size + 1)).toBeGreaterThan(2 ** 33);
  }
});

test.each([
  ['text/csv', /^batch_size,resolution,dtype,parameters,/],
  ['text/markdown', /^# lenet5\n/],
])('a sweep is told as %s', async (accept, begins) => {
  const { text, headers } = await sweep({ ref: 'lenet5' }, '?batch_size=1,2', accept);
  expect(headers['content-type']).toBe(`${accept}; charset=utf-8`);
  expect(text).toMatch(begins);
});

describe('a file that fixes', () => {
  test('its batch is a 422 that names it', async () => {
    const { status, body } = await sweep(tinyOnnx({ shape: [4, 16] }), '?batch_size=4,8');
    expect(status).toBe(422);
    expect(body.errors[0].detail).toMatch(/^at batch_size 8: .*\b4\b/);
    expect(body.errors[0].pointer).toMatch(/^#\/graph\/input\/0/);
  });

  test('its batch is told as it is where nothing else is asked', async () => {
    expect((await sweep(tinyOnnx({ shape: [4, 16] }), '?dtype=float32,int8')).body.rows.map((row: Row) => row.batch_size)).toEqual([4, 4]);
  });

  test('its batch cannot be fitted: 422', async () => {
    const { status, body } = await sweep(tinyOnnx({ shape: [4, 16] }), '?fit_peak_memory_bytes=1G');
    expect([status, body.errors[0].detail]).toEqual([422, expect.stringMatching(/^at batch_size 1: /)]);
  });

  test('its resolution is measured at another all the same, or a 422 that names it', async () => {
    const { status, body } = await sweep(tinyOnnx({ shape: ['N', 16] }), '?resolution=8,16');
    expect([status, body.errors[0].detail]).toEqual([422, expect.stringMatching(/^at resolution 8x8: /)]);
  });
});

describe('a 400 says what is wrong with', () => {
  test.each([
    ['?batch_size=1,x', 'batch_size', /whole number.*given \\?"x/],
    ['?batch_size=1,,2', 'batch_size', /whole number/],
    ['?batch_size=8,1,8', 'batch_size', /gives "8" twice/],
    ['?batch_size=1&batch_size=2', 'batch_size', /once/],
    ['?resolution=1x2x3', 'resolution', /320x480/],
    ['?dtype=float32,complex64', 'dtype', /float16/],
    ['?fit_peak_memory_bytes=lots', 'fit_peak_memory_bytes', /8GiB/],
    ['?include=by_type', 'include', /served: batch_size, resolution, dtype, dims, format, mode, convention, fit_peak_memory_bytes/],
    ['?convention=mine', 'convention', /standard, textbook/],
    [`?batch_size=${Array.from({ length: 1001 }, (_, index) => index + 1)}`, 'batch_size', /at most 1000/],
  ])('%s', async (query, parameter, says) => {
    const { status, body } = await sweep({ ref: 'lenet5' }, query);
    expect([status, body.type]).toEqual([400, 'urn:layergauge:problem:invalid-query']);
    expect(body.errors[0].parameter).toBe(parameter);
    expect(body.errors[0].detail).toMatch(says);
  });

  test('more than 1,000 combinations', async () => {
    const list = (length: number): string => Array.from({ length }, (_, index) => index + 32).join(',');
    const { status, body } = await sweep({ ref: 'lenet5' }, `?batch_size=${list(143)}&resolution=${list(7)}`);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('1001 combinations')]);
  });

  test('combinations that are too many for so many layers', async () => {
    const long = { input: [1], layers: Array.from({ length: 3000 }, () => ({ type: 'relu' })) };
    const { status, body } = await sweep(long, `?batch_size=${Array.from({ length: 700 }, (_, index) => index + 1)}`);
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/700 measurements of 3000 layers/)]);
  });
});

test('other requests are answered while a sweep is measured', async () => {
  let isDone = false;
  const long = sweep({ ref: 'resnet152' }, '?fit_peak_memory_bytes=8GiB&dtype=float32,float16,int8').then(() => {
    isDone = true;
  });
  const { statusCode } = await service.app.inject('/livez');
  expect([statusCode, isDone]).toEqual([200, false]);
  await long;
});
