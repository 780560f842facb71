/**
 * What a broken script or an attacker sends, over a socket. Each `*.json` here is a list of requests with the status that answers them; a body is made of its parts
 * one after another: text, a repetition, bytes in base64, or a file beside.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { securityHeaders } from '../../src/plugins/headers.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

type Part = string | { readonly repeat: string; readonly times: number } | { readonly base64: string } | { readonly file: string };

interface Case {
  readonly name: string;
  /** The bytes of the whole request; or else the four below. */
  readonly raw?: readonly Part[];
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly Part[];
  readonly status: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const here = new URL('./', import.meta.url);
const lists = readdirSync(here)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, here), 'utf8')) as { readonly about: string; readonly cases: readonly Case[] });

let service: Service;
let port: number;
beforeAll(async () => {
  service = await startService();
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  port = (service.app.server.address() as AddressInfo).port;
});
afterAll(() => service.app.close());

test('there are at least 150 of them', () => {
  expect(lists.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(150);
});

describe.each(lists)('$about', ({ cases }) => {
  afterEach(async () => {
    expect((await send({ method: 'GET', path: '/livez' })).status).toBe(200);
  });

  test.each(cases)('$name: $status', async (one) => {
    const sent = bytesOf(one.body ?? []);
    const answer = one.raw === undefined ? await send(one, sent) : await exchange(bytesOf(one.raw));
    expect(answer.status, answer.text.slice(0, 500)).toBe(one.status);
    // The page has a content security policy of its own.
    const { 'content-security-policy': policy, ...others } = securityHeaders;
    expect(answer.headers).toMatchObject(others);
    if (!one.path?.startsWith('/docs')) expect(answer.headers['content-security-policy']).toBe(policy);
    if (answer.status >= 400) checkProblem(answer, one, sent);
  });
});

function checkProblem({ status, headers, text }: Answer, { path = '', headers: sentHeaders }: Case, sent: Buffer): void {
  expect(text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|FST_/);
  // An answer is no multiple of what was sent: a pointer is as long as the key that it leads to, all else is cut.
  expect(text.length).toBeLessThan(64 * 1024 + sent.length);
  if (path.startsWith('/v2')) {
    expect(Object.keys(JSON.parse(text))).toEqual(['error']);
    return;
  }
  expect(headers['content-type']).toBe('application/problem+json');
  const { errors = [], ...problem } = problemSchema.parse(JSON.parse(text));
  expect(problem.status).toBe(status);
  // What nests too deep is not parsed, and need be no JSON.
  const pointers = errors.map(({ pointer }) => pointer).filter((pointer) => pointer !== '#');
  if (pointers.length === 0 || status !== 422) return;
  const document = JSON.parse((sentHeaders?.['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString());
  for (const pointer of pointers) expect(() => resolvePointer(document, pointer), pointer).not.toThrow();
}

function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      if ('repeat' in part) return Buffer.from(part.repeat.repeat(part.times));
      return 'base64' in part ? Buffer.from(part.base64, 'base64') : readFileSync(new URL(part.file, here));
    }),
  );
}

function send({ method, path, headers = {} }: Pick<Case, 'method' | 'path' | 'headers'>, body: Buffer = Buffer.alloc(0)): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = method === 'POST' ? { 'content-length': String(body.length) } : {};
    const sent = request({ port, host: '127.0.0.1', method, path, headers: { ...length, ...headers }, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes as they are, and reads the first answer. */
function exchange(bytes: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').on('error', reject);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => {
      const end = answer.indexOf('\r\n\r\n');
      const [line = '', ...lines] = answer.slice(0, end).split('\r\n');
      const headers = lines.map((header) => [header.slice(0, header.indexOf(':')).toLowerCase(), header.slice(header.indexOf(':') + 2)]);
      resolve({ status: Number(line.split(' ')[1]), headers: Object.fromEntries(headers), text: answer.slice(end + 4) });
    });
    socket.write(bytes);
  });
}
