import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeVariables, readConfig } from '../../src/config.ts';
import { startService } from '../service.ts';
import { image } from './dockerfile.ts';
import { ended, root } from './outside.ts';

const compose = await readFile(join(root, 'compose.yaml'), 'utf8');
const health = image.healthCheck[1]?.replace('/app/', '') ?? '';

describe('Dockerfile', () => {
  test('runs as a user that is no root, given by number, and ends on SIGTERM', () => {
    expect(image.user).toBe('65532:65532');
    expect(image.stopSignal).toBe('SIGTERM');
  });

  test('exposes the port that the service listens on', () => {
    expect(image.port).toBe(readConfig({}).config.port);
  });

  test('copies only what .dockerignore lets in, and all of that', async () => {
    const ignore = await readFile(join(root, '.dockerignore'), 'utf8');
    const letIn = ignore
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    // Folders that are let in for the sake of one below them.
    const named = letIn.filter((path) => !ignore.split('\n').includes(`${path}/*`));
    const copied = new Set(image.copied.map((path) => (path.startsWith('tools/bundle') ? 'tools/bundle' : path)));
    expect([...copied].sort()).toEqual(named.sort());
  });

  test('lets the process read its own files only, and start no other', () => {
    expect(image.arguments).toContain('--permission');
    expect(image.arguments.filter((given) => given.startsWith('--allow')).sort()).toEqual([
      '--allow-fs-read=/app',
      '--allow-fs-write=/app/compiled',
      '--allow-worker',
    ]);
  });
});

describe('health.mjs', () => {
  /** Runs the check against a server that answers with `status`, or against none. */
  async function check(environment: Record<string, string>): Promise<number> {
    return (await ended(process.execPath, [join(root, health)], root, environment)).code;
  }

  test('asks a path that the service answers', async () => {
    const { app, request } = await startService();
    try {
      const path = /\/[a-z]+(?=`, \{)/.exec(await readFile(join(root, health), 'utf8'))?.[0] ?? '';
      expect(path).toBe('/livez');
      await request.get(path).expect(200);
    } finally {
      await app.close();
    }
  });

  test.each([
    [200, 0],
    [503, 1],
  ])('ends, where the answer is %i, with %i', async (status, code) => {
    const server = createServer((_request, response) => void response.writeHead(status).end());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const PORT = String((server.address() as AddressInfo).port);
    try {
      expect(await check({ PORT, HOST: '0.0.0.0' })).toBe(code);
      expect(await check({ PORT })).toBe(code);
      expect(await check({ PORT, HOST: '127.0.0.1' })).toBe(code);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(await check({ PORT, HOST: '127.0.0.1' })).toBe(1);
  });
});

describe('compose.yaml', () => {
  test('maps the port of the image, and denies what the chart denies', () => {
    expect(compose).toContain(`:${image.port}"]`);
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'security_opt: ["no-new-privileges:true"]']) expect(compose).toContain(line);
  });

  test('sets only variables that the service knows', () => {
    const known = new Set(describeVariables().map(({ name }) => name));
    const set = [...compose.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name = '']) => name);
    expect(set.length).toBeGreaterThan(0);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  test('gives what is in flight the time that the service gives it', () => {
    const { graceMs } = readConfig({}).config.closing;
    const drainMs = Number(/LAYERGAUGE_DRAIN_MS: "(\d+)"/.exec(compose)?.[1]);
    const seconds = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]);
    expect(seconds * 1000).toBeGreaterThan(drainMs + graceMs);
  });
});
