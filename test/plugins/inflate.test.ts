import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { formBody, formType } from '../multipart.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
  await service.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => service.app.close());

const lenet = '{"ref":"lenet5"}';

function post(url: string, payload: string | Uint8Array, headers: Record<string, string> = {}) {
  return service.app.inject({
    method: 'POST',
    url,
    payload: Buffer.from(payload),
    headers: { 'content-type': 'application/json', ...headers },
  });
}
const zipped = { 'content-encoding': 'gzip' };

/** Sends over a socket, and gives the whole answer. */
function exchange(...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1').on('error', reject);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    for (const part of parts) socket.write(part);
  });
}

describe('a body in gzip is what it inflates to', () => {
  const run = JSON.stringify({
    layer: { type: 'max_pool2d', kernel_size: 2 },
    input: [
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
  });
  const infer = JSON.stringify({ inputs: [{ name: 'input', shape: [1, 1, 2, 2], datatype: 'FP32', data: [1, 2, 3, 4] }] });

  test.each([
    ['/v1/analyze', lenet],
    ['/v1/analyze', tinyOnnx({ weightBytes: 128_000 })],
    ['/v1/convert', lenet],
    ['/v1/sweep?batch_size=1,2', lenet],
    ['/v1/check?max_macs=1', lenet],
    ['/v1/compare', `{"base":${lenet},"head":${lenet}}`],
    ['/v1/run', run],
    ['/v2/models/global_max_pool/infer', infer],
  ])('%s', async (url, body) => {
    const [plain, packed] = [await post(url, body), await post(url, gzipSync(body), zipped)];
    expect(plain.statusCode).toBe(200);
    expect(packed.statusCode).toBe(200);
    expect(packed.body).toBe(plain.body);
    expect((await post(url, gzipSync(body), { 'content-encoding': 'X-Gzip' })).body).toBe(plain.body);
  });

  test('parts of a form', async () => {
    const type = formType;
    const body = formBody([
      { name: 'base', content: lenet },
      { name: 'head', content: tinyOnnx({ weightBytes: 128_000 }) },
    ]);
    const plain = await post('/v1/compare', body, { 'content-type': type });
    const packed = await post('/v1/compare', gzipSync(body), { 'content-type': type, ...zipped });
    expect([plain.statusCode, packed.statusCode]).toEqual([200, 200]);
    expect(packed.body).toBe(plain.body);
  });

  test('several members, one after another', async () => {
    const body = Buffer.concat([gzipSync(lenet.slice(0, 5)), gzipSync(lenet.slice(5))]);
    expect((await post('/v1/analyze', body, zipped)).statusCode).toBe(200);
  });

  test('identity says nothing', async () => {
    expect((await post('/v1/analyze', lenet, { 'content-encoding': 'identity' })).statusCode).toBe(200);
  });
});

describe('what is no gzip', () => {
  test.each(['/v1/analyze', '/v1/run'])('is a 400 that says so: %s', async (url) => {
    const whole = gzipSync(lenet);
    const broken = Buffer.from(whole);
    broken[15] = 0xff ^ (broken[15] ?? 0);
    for (const body of [Buffer.from(lenet), whole.subarray(0, -9), broken, Buffer.from([0x1f, 0x8b])]) {
      const answer = await post(url, body, zipped);
      expect(answer.statusCode).toBe(400);
      const problem = problemSchema.parse(answer.json());
      expect(problem.type).toBe('urn:layergauge:problem:malformed-body');
      expect(problem.detail).toContain('not the gzip that it is said to be');
    }
  });

  test.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'x'])('the encoding %s is a 415 that names what is read', async (encoding) => {
    const answer = await post('/v1/analyze', lenet, { 'content-encoding': encoding });
    expect(answer.statusCode).toBe(415);
    expect(answer.headers['accept-encoding']).toBe('gzip, identity');
    expect(answer.json().detail).toContain(JSON.stringify(encoding));
  });
});

describe('a body that inflates beyond the limit', () => {
  // A thousandfold: 64 MiB of one letter in 65 kB.
  const bomb = gzipSync(`{"description":"${'x'.repeat(64 * 1024 * 1024)}"}`);

  test.each(['/v1/analyze', '/v1/convert', '/v1/sweep', '/v1/compare', '/v1/run', '/v2/models/conv2d/infer'])(
    'is a 413 before it is inflated: %s',
    async (url) => {
      const before = process.memoryUsage.rss();
      const answer = await post(url, bomb, zipped);
      expect(answer.statusCode).toBe(413);
      // Run bodies may have 32 MiB.
      expect(process.memoryUsage.rss() - before).toBeLessThan(60 * 1024 * 1024);
    },
  );

  test('a file of weights may be large, but not inflate more than a hundredfold', async () => {
    const file = tinyOnnx({ weightBytes: 32 * 1024 * 1024 });
    const answer = await post('/v1/analyze', gzipSync(file), { ...zipped, 'content-type': 'application/octet-stream' });
    expect(answer.statusCode).toBe(413);
    expect(answer.json().detail).toContain('more than 100 times');
  });

  test('over a socket, in chunks, the sender gets to see the answer, and the connection ends', async () => {
    const rest = Buffer.alloc(4_000_000, 1);
    const head = 'POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n';
    const chunk = (bytes: Buffer) => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n'];
    const answer = await exchange(head, ...chunk(bomb), ...chunk(rest), '0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });
});

test('a sender that goes away leaves nothing behind', async () => {
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
  const whole = gzipSync(lenet);
  socket.write(`POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: ${whole.length}\r\n\r\n`);
  socket.write(whole.subarray(0, 12));
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await post('/v1/analyze', whole, zipped)).statusCode).toBe(200);
});
