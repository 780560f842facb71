import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const get = (url: string, accepted?: string) =>
  service.app.inject({ url, headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });

test.each([
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['deflate', undefined],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['*', 'zstd'],
  ['gzip;q=1, br;q=0.5', 'gzip'],
  ['zstd;q=0, *', 'br'],
  ['gzip;q=0', undefined],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['identity;q=0, *;q=0', undefined],
  ['nonsense;;;q=', undefined],
])('Accept-Encoding %j is answered in %s', async (accepted, encoding) => {
  const { headers, rawPayload, statusCode } = await get('/v1/operators', accepted);
  expect(statusCode).toBe(200);
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toContain('accept-encoding');
  expect(Number(headers['content-length'])).toBe(rawPayload.length);
  const decode = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }[encoding as 'gzip'] ?? ((bytes: Buffer) => bytes);
  expect(decode(rawPayload).equals((await get('/v1/operators')).rawPayload)).toBe(true);
});

test('HEAD tells what GET would send', async () => {
  const headers = { 'accept-encoding': 'gzip' };
  const [head, got] = [
    await service.app.inject({ method: 'HEAD', url: '/v1/operators', headers }),
    await service.app.inject({ url: '/v1/operators', headers }),
  ];
  expect(head.rawPayload.length).toBe(0);
  for (const name of ['content-encoding', 'content-length', 'content-type', 'vary']) expect(head.headers[name]).toBe(got.headers[name]);
});

test('what is small goes as it is, and so does what cannot be compressed', async () => {
  expect((await get('/livez', 'gzip')).headers['content-encoding']).toBeUndefined();
  const input = { name: 'input', shape: [1, 1, 64, 64], datatype: 'FP32', data: Array(4096).fill(1) };
  const binary = await service.app.inject({
    method: 'POST',
    url: '/v2/models/global_avg_pool/infer',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' },
    payload: { inputs: [input], parameters: { binary_data_output: true } },
  });
  expect(binary.headers['content-encoding']).toBeUndefined();
});

test('a large problem is compressed too', async () => {
  const layers = Array(40).fill({ type: 'no_such_type_of_a_layer' });
  const { statusCode, headers, rawPayload } = await service.app.inject({
    method: 'POST',
    url: '/v1/analyze',
    headers: { 'accept-encoding': 'gzip' },
    payload: { input: [3, 8, 8], layers },
  });
  expect([statusCode, headers['content-encoding'], headers['content-type']]).toEqual([422, 'gzip', 'application/problem+json']);
  expect(JSON.parse(gunzipSync(rawPayload).toString()).status).toBe(422);
});
