import { brotliDecompressSync, gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AnswerCache } from '../../src/plugins/cache.ts';
import { networks } from '../../src/zoo/index.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.app.close());

const lenet = JSON.stringify({ ref: 'lenet5' });

async function ask(url: string, body: string | Uint8Array = lenet, headers: Record<string, string> = {}, of = service) {
  const answer = await of.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: Buffer.from(body),
  });
  const { date: _date, 'x-request-id': _id, 'server-timing': timing, ...others } = answer.headers;
  return {
    status: answer.statusCode,
    bytes: answer.rawPayload,
    isHit: String(timing).startsWith('cache;desc="hit";dur='),
    headers: others,
  };
}

describe('the same question to the same bytes', () => {
  test.each([
    ['/v1/analyze', {}],
    ['/v1/analyze?include=formulas,by_type&dtype=float16', {}],
    ['/v1/analyze', { accept: 'text/csv' }],
    ['/v1/analyze', { accept: 'text/markdown' }],
    ['/v1/convert', {}],
    ['/v1/sweep?batch_size=1,8&dtype=float16', {}],
    ['/v1/check?max_macs=1', {}],
    ['/v1/check?max_macs=1&fail=true', { accept: 'text/markdown' }],
  ])('%s %j is answered from what is kept, with the same bytes and headers', async (url, headers) => {
    const first = await ask(url, lenet, headers);
    const second = await ask(url, lenet, headers);
    expect([first.isHit, second.isHit]).toEqual([false, true]);
    expect({ ...second, isHit: false }).toEqual(first);
    const without = await startService({ LAYERGAUGE_CACHE_BYTES: '0' });
    expect(await ask(url, lenet, headers, without)).toEqual(first);
    expect(await ask(url, lenet, headers, without)).toEqual(first);
    await without.app.close();
  });

  test('a comparison in JSON', async () => {
    const body = `{"base":${lenet},"head":{"ref":"alexnet"}}`;
    const [first, second] = [await ask('/v1/compare', body), await ask('/v1/compare', body)];
    expect([first.status, first.isHit, second.isHit]).toEqual([200, false, true]);
    expect(second.bytes.equals(first.bytes)).toBe(true);
  });

  test('every shipped network', async () => {
    for (const { name } of networks) {
      const body = JSON.stringify({ ref: name });
      const [first, second] = [await ask('/v1/analyze', body), await ask('/v1/analyze', body)];
      expect([first.isHit, second.isHit]).toEqual([false, true]);
      expect(second.bytes.equals(first.bytes)).toBe(true);
    }
  });

  test('defaults may be written out, and names stand in any order', async () => {
    await ask('/v1/analyze?batch_size=2&convention=standard');
    expect((await ask('/v1/analyze?mode=inference&batch_size=2')).isHit).toBe(true);
  });

  test('the bytes are those that were compressed', async () => {
    await ask('/v1/analyze');
    expect((await ask('/v1/analyze', gzipSync(lenet), { 'content-encoding': 'gzip' })).isHit).toBe(true);
  });
});

describe('another question', () => {
  test.each([
    ['another route', '/v1/convert', lenet, {}],
    ['another query', '/v1/analyze?batch_size=2', lenet, {}],
    ['another form', '/v1/analyze', lenet, { accept: 'text/csv' }],
    ['another body', '/v1/analyze', `${lenet} `, {}],
  ])('%s is answered anew', async (_, url, body, headers) => {
    await ask('/v1/analyze');
    expect((await ask(url, body, headers)).isHit).toBe(false);
  });
});

test('symbols that are bound otherwise are another question', async () => {
  const graph = JSON.stringify({ modelTopology: { model_config: { class_name: 'Sequential', config: { layers: [] } } } });
  const [one, two] = [await ask('/v1/analyze?dims=a:1,b:2', graph), await ask('/v1/analyze?dims=a:1,b:3', graph)];
  expect(one.isHit || two.isHit).toBe(false);
});

test('errors and files that are read as they arrive are not kept', async () => {
  for (const body of ['{"layers":[]}', 'null', tinyOnnx({ weightBytes: 64 })]) {
    await ask('/v1/analyze', body);
    expect((await ask('/v1/analyze', body)).isHit).toBe(false);
  }
});

describe('encodings', () => {
  const decoders = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync };

  test.each(['gzip', 'br', 'zstd'] as const)('%s is kept too, and is what was sent before', async (encoding) => {
    const accept = { 'accept-encoding': encoding };
    const plain = await ask('/v1/analyze', '{"ref":"resnet18"}');
    const sizeBefore = service.app.answers.size.bytes;
    const first = await ask('/v1/analyze', '{"ref":"resnet18"}', accept);
    const size = service.app.answers.size.bytes;
    const second = await ask('/v1/analyze', '{"ref":"resnet18"}', accept);
    expect(first.headers['content-encoding']).toBe(encoding);
    expect(first.headers['content-length']).toBe(String(first.bytes.length));
    expect(size - sizeBefore).toBe(first.bytes.length);
    expect(service.app.answers.size).toEqual({ answers: 1, bytes: size });
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(decoders[encoding](first.bytes).equals(plain.bytes)).toBe(true);
    expect(first.bytes.length).toBeLessThan(plain.bytes.length / 4);
  });
});

describe('memory', () => {
  const answer = (key: string, length: number) => ({
    key,
    status: 200,
    type: 'text/plain',
    headers: {},
    body: Buffer.alloc(length),
    encoded: new Map(),
  });

  test('is bounded in bytes; what is least recently asked for goes first', () => {
    const cache = new AnswerCache(100_000);
    for (const key of ['a', 'b', 'c', 'd']) cache.keep(answer(key, 20_000));
    cache.find('a');
    cache.keep(answer('e', 20_000));
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => cache.find(key) !== undefined)).toEqual([true, false, true, true, true]);
    expect(cache.size.bytes).toBeLessThanOrEqual(100_000);
  });

  test('an answer of more than a quarter of it is not kept', () => {
    const cache = new AnswerCache(100_000);
    cache.keep(answer('large', 30_000));
    expect(cache.find('large')).toBeUndefined();
  });

  test('stays bounded over many answers', () => {
    const cache = new AnswerCache(1_000_000);
    for (let number = 0; number < 20_000; number++) cache.keep(answer(`question ${number}`, number % 3000));
    expect(cache.size.bytes).toBeLessThanOrEqual(1_000_000);
    expect(cache.size.answers).toBeGreaterThan(200);
  });

  test('is given back at once where it runs short', () => {
    const cache = new AnswerCache(100_000);
    cache.keep(answer('a', 1));
    cache.clear();
    expect(cache.size).toEqual({ answers: 0, bytes: 0 });
  });
});
