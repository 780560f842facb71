import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { exchange } from '../exchange.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.app.close();
  service = undefined;
});

async function listening(environment: Record<string, string> = {}): Promise<number> {
  service = await startService(environment);
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  return (service.app.server.address() as AddressInfo).port;
}

interface Posted {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a parsed answer, looked into at will
  readonly body: any;
}

/** Posts with a length, or in chunks of `piece` bytes. */
async function post(port: number, body: Uint8Array | string, path = '/v1/analyze', piece?: number): Promise<Posted> {
  const bytes = Buffer.from(body);
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += piece ?? bytes.length) yield bytes.subarray(at, at + (piece ?? bytes.length));
  };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    ...(piece === undefined
      ? { body: bytes }
      : { body: Readable.toWeb(Readable.from(pieces())) as ReadableStream, duplex: 'half' as const }),
  });
  return { status: answer.status, body: await answer.json() };
}

const document = JSON.stringify({ input: [3, 8, 8], layers: [{ type: 'relu' }] });

describe('a body', () => {
  test.each([1, 7, 4096, 65_536])('may come in chunks of %i bytes, without a length', async (piece) => {
    const port = await listening();
    expect((await post(port, document, '/v1/analyze', piece)).body.model.format).toBe('native');
    const file = tinyOnnx({ weightBytes: 64 * (piece === 1 ? 80 : 3000) });
    const { status, body } = await post(port, file, '/v1/analyze', piece);
    expect(status).toBe(200);
    expect(body.model.format).toBe('onnx');
    expect(body.totals.parameters).toBe(piece === 1 ? 16 * 80 : 16 * 3000);
  });

  test('that is told at its 4096th byte is read the same, whatever its length', async () => {
    const port = await listening();
    for (const length of [4095, 4096, 4097]) {
      const text = document.padEnd(length, ' ');
      expect((await post(port, text)).status).toBe(200);
      expect((await post(port, text, '/v1/analyze', 4096)).status).toBe(200);
    }
  });

  test('that ends with its connection is no failure of ours, and the next is answered', async () => {
    const port = await listening();
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"layers"');
    socket.destroy();
    expect((await post(port, document)).status).toBe(200);
    // Its refusal waits for the rest of the body.
    const refused = connect(port, '127.0.0.1');
    await new Promise((resolve) => refused.once('connect', resolve));
    refused.write('POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n');
    refused.write(Buffer.concat([Buffer.from([0x08, 0x08, 0x0b]), Buffer.alloc(5000)]), () => refused.destroy());
    expect((await post(port, document)).status).toBe(200);
  });

  test('of several requests on one connection is each its own', async () => {
    const port = await listening();
    const one = `POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: ${document.length}\r\n\r\n${document}`;
    const last = one.replace('host: x', 'host: x\r\nconnection: close');
    const answer = await exchange(port, one + one + last);
    expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3);
  });

  test('may be empty, or absent: a 400', async () => {
    const port = await listening();
    const head = 'POST /v1/analyze HTTP/1.1\r\nhost: x\r\nconnection: close\r\n';
    for (const rest of ['\r\n', 'content-length: 0\r\n\r\n', 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n']) {
      const answer = await exchange(port, head + rest);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('the body is empty');
    }
  });
});

describe('the limit', () => {
  const file = tinyOnnx({ weightBytes: 640_000 });

  test('of an ONNX file is LAYERGAUGE_MAX_ONNX_BYTES, with or without a length', async () => {
    const port = await listening({ LAYERGAUGE_MAX_ONNX_BYTES: String(file.length) });
    expect((await post(port, file)).status).toBe(200);
    expect((await post(port, file, '/v1/analyze', 10_000)).status).toBe(200);
    await service?.app.close();
    const smaller = await listening({ LAYERGAUGE_MAX_ONNX_BYTES: String(file.length - 1) });
    for (const piece of [undefined, 10_000]) {
      const { status, body } = await post(smaller, file, '/v1/analyze', piece);
      expect(status).toBe(413);
      expect(body).toMatchObject({
        type: 'urn:layergauge:problem:body-too-large',
        detail: `the ONNX file is larger than ${file.length - 1} bytes`,
      });
    }
  });

  test('of JSON does not hold for ONNX, nor the other way round', async () => {
    const port = await listening({ LAYERGAUGE_MAX_JSON_BYTES: '100', LAYERGAUGE_MAX_ONNX_BYTES: '1000000' });
    expect((await post(port, file)).status).toBe(200);
    expect((await post(port, document.padEnd(101))).status).toBe(413);
    await service?.app.close();
    const other = await listening({ LAYERGAUGE_MAX_ONNX_BYTES: '10' });
    expect((await post(other, document)).status).toBe(200);
    expect((await post(other, file)).status).toBe(413);
  });
});

describe('what is refused before all of it has come is answered in a way that its sender gets to see', () => {
  // Nested groups are no ONNX; the first bytes are.
  const broken = Buffer.concat([Buffer.from([0x08, 0x08, 0x3a, 0x80, 0x80, 0x80, 0x80, 0x01, 0x0b]), Buffer.alloc(20_000_000)]);

  test.each([
    ['a broken ONNX file', '/v1/analyze', broken, 400, 'malformed-body'],
    ['a zip', '/v1/convert', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(20_000_000)]), 400, 'malformed-body'],
    ['a query that is not served', '/v1/analyze?colour=red', tinyOnnx({ weightBytes: 19_200_000 }), 400, 'invalid-query'],
  ])('%s', async (_, path, body, status, type) => {
    const port = await listening();
    for (let time = 0; time < 3; time++) {
      const answer = await post(port, body, path);
      expect(problemSchema.parse(answer.body)).toMatchObject({ status, type: `urn:layergauge:problem:${type}` });
      expect(answer.status).toBe(status);
    }
  });

  test('a content type that is not read', async () => {
    const port = await listening();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: Buffer.alloc(20_000_000, ' '),
    });
    expect(answer.status).toBe(415);
  });

  test('a form of the answer that is not served', async () => {
    const port = await listening();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'image/png' },
      body: Buffer.alloc(20_000_000, ' '),
    });
    expect(answer.status).toBe(406);
  });
});

test('64 MB of weights leave no memory behind', async () => {
  const port = await listening();
  const file = tinyOnnx({ weightBytes: 64_000_000 });
  const head = `POST /v1/analyze HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${file.length}\r\n\r\n`;
  const before = process.memoryUsage().arrayBuffers;
  const answer = await exchange(port, head, file);
  expect(answer).toContain('"parameters":16000000,');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
});
