import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { exchange } from '../exchange.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
let port: number;
beforeAll(async () => {
  service = await startService({ LAYERGAUGE_MAX_JSON_BYTES: '100000' });
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  port = (service.app.server.address() as AddressInfo).port;
});
afterAll(() => service.app.close());

function problemIn(answer: string): Record<string, unknown> {
  const [head, body] = answer.split('\r\n\r\n');
  expect(head?.toLowerCase()).toContain('content-type: application/problem+json');
  return problemSchema.parse(JSON.parse(body ?? ''));
}

describe('what is no HTTP is answered with a problem all the same', () => {
  test.each([
    ['a line that is no request', 'hello\r\n\r\n', 400, 'bad-request'],
    ['an unknown method', 'FOO /v1/zoo HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'bad-request'],
    ['a length that is no number', 'POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n', 400, 'bad-request'],
    ['a broken chunk', 'POST /v1/analyze HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400, 'bad-request'],
    ['headers of 20 kB', `GET /livez HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('%s', async (_, sent, status, type) => {
    const answer = await exchange(port, sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(problemIn(answer)).toMatchObject({ status, type: `urn:layergauge:problem:${type}` });
  });
});

describe('a body that is too large is refused in a way that its sender gets to see', () => {
  const tooLarge = Buffer.alloc(20_000_000, ' ');

  test('with a length', async () => {
    const head = `POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${tooLarge.length}\r\n\r\n`;
    const answer = await exchange(port, head, tooLarge);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(problemIn(answer)).toMatchObject({
      type: 'urn:layergauge:problem:body-too-large',
      detail: 'the body is larger than 100000 bytes',
    });
  });

  test('in chunks', async () => {
    const head = 'POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const answer = await exchange(port, head, `${tooLarge.length.toString(16)}\r\n`, tooLarge, '\r\n0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(problemIn(answer).status).toBe(413);
  });

  test('by fetch, ten times', async () => {
    for (let time = 0; time < 10; time++) {
      const { status } = await fetch(`http://127.0.0.1:${port}/v1/analyze`, {
        method: 'POST',
        body: tooLarge,
        headers: { 'content-type': 'application/json' },
      });
      expect(status).toBe(413);
    }
  });
});
