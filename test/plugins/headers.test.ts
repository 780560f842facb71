import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { securityHeaders } from '../../src/plugins/headers.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: string) =>
  service.app.inject({ method, url, ...(payload === undefined ? {} : { payload, headers: { 'content-type': 'application/json' } }) });

test.each([
  ['GET', '/livez'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
  ['GET', '/v1/zoo'],
  ['GET', '/v1/operators/conv2d'],
  ['GET', '/openapi.json'],
  ['GET', '/schemas/architecture.json'],
  ['GET', '/v2'],
  ['GET', '/nothing'],
  ['GET', '/v2/nothing'],
  ['GET', '/v1/analyze'],
  ['GET', '/%'],
  ['DELETE', '/v1/zoo'],
  ['POST', '/v1/analyze', '{"ref":"lenet5"}'],
  ['POST', '/v1/analyze', '{'],
  ['POST', '/v1/analyze?x=1', '{}'],
  ['POST', '/v1/run', '{}'],
  ['POST', '/v2/models/conv2d/infer', '{}'],
] as ['GET' | 'POST' | 'DELETE', string, string?][])('%s %s %s has every security header', async (method, url, payload) => {
  const { headers, statusCode } = await ask(method, url, payload);
  expect(headers).toMatchObject(securityHeaders);
  expect(headers['cache-control']).toBe(method === 'GET' && statusCode < 400 ? undefined : 'no-store');
  // What names the software or its version helps nobody else.
  expect(headers.server ?? headers['x-powered-by']).toBeUndefined();
});

test('what is no HTTP is answered with them too', async () => {
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((service.app.server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write('hello\r\n\r\n');
  await new Promise((resolve) => socket.once('close', resolve));
  for (const [name, value] of Object.entries(securityHeaders)) expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
});

test('the page of /docs may run its own scripts, and no others', async () => {
  const { headers, statusCode } = await ask('GET', '/docs/');
  expect(statusCode).toBe(200);
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe-(inline|eval)/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('an error holds no stack, no path of ours and no text of the framework', async () => {
  for (const [url, payload] of [
    ['/%', undefined],
    ['/v1/analyze', '{'],
    ['/v1/run', '{"layer":1}'],
    ['/v1/zoo/..%2f..%2fpackage.json', undefined],
  ] as const) {
    const { body } = await ask(payload === undefined ? 'GET' : 'POST', url, payload);
    expect(body).not.toMatch(/node_modules|\.ts:|\.js:|\\n +at |FST_|fastify/i);
  }
});

describe('no request makes the service call out', () => {
  const source = new URL('../../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const textOf = (file: string) => readFileSync(new URL(file, source), 'utf8');

  test('nothing in src imports what opens a connection or starts a process', () => {
    const callers =
      /^import (?!type )[^;]*from '(?:node:)?(?:http|https|http2|net|tls|dgram|dns|child_process|cluster|undici|axios|got|node-fetch)(?:\/[^']*)?'/m;
    const wrong = files.filter((file) => callers.test(textOf(file).replaceAll(/^import \{ STATUS_CODES \} from 'node:http';$/gm, '')));
    expect(wrong).toEqual([]);
  });

  test('what sends spans is imported by one file, which is loaded only where an address is configured', () => {
    const sender = 'plugins/spans.ts';
    const values = (text: string) =>
      [...text.matchAll(/^import (?!type )[^;]*from '([^']+)'|import\('([^']+)'\)/gm)].map(([, a, b]) => a ?? b);
    expect(files.filter((file) => values(textOf(file)).some((from) => from?.startsWith('@opentelemetry/')))).toEqual([sender]);
    expect(files.filter((file) => values(textOf(file)).some((from) => from?.endsWith('/spans.ts')))).toEqual(['plugins/tracing.ts']);
    expect(textOf('plugins/tracing.ts')).toMatch(/if \(tracing === undefined\) return undefined;\n.*await import\('\.\/spans\.ts'\)/);
  });

  test('nothing in src calls what opens one without an import', () => {
    const wrong = files.filter((file) =>
      /(?<![\w.])(?:fetch|WebSocket|EventSource)\s*\(|new (?:WebSocket|EventSource)\b/.test(textOf(file)),
    );
    expect(wrong).toEqual([]);
  });
});
