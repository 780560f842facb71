import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { filled, pages } from '../scripts/readme-examples.ts';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { problemTypes, problemUri } from '../src/plugins/problems.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

test.each(pages)('every output and every variable in %s is what the service gives', async (page) => {
  const app = await buildApp(readConfig({}).config);
  try {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const text = await readFile(new URL(`../${page}`, import.meta.url), 'utf8');
    expect(await filled(text, (app.server.address() as AddressInfo).port)).toBe(text);
  } finally {
    await app.close();
  }
});

test('the README explains every problem type with its status, and no other', () => {
  const rows = [...readme.matchAll(/^\| `(urn:layergauge:problem:[a-z-]+)` \| (\d{3}) \| .+ \|$/gm)].map(([, uri, status]) => [
    uri,
    Number(status),
  ]);
  const known = Object.entries(problemTypes).map(([type, { status }]) => [problemUri(type as keyof typeof problemTypes), status]);
  expect(rows).toEqual(known);
});

test('the two lines stand at the top of the README', () => {
  const lines = readme
    .split('\n')
    .slice(0, 6)
    .map((line) => line.trim());
  expect(lines.some((line) => line.startsWith('npm ci && npm start'))).toBe(true);
  expect(lines.some((line) => line.startsWith('npm ci && npm test'))).toBe(true);
});
