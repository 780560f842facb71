/** Runs the examples of the README and of pages under `docs`, and writes their output back; the README's test then compares. */

import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { filled, pages } from './readme-examples.ts';

const app = await buildApp(readConfig({}).config);
await app.listen({ port: 0, host: '127.0.0.1' });
for (const page of pages) {
  const path = new URL(`../${page}`, import.meta.url);
  await writeFile(path, await filled(await readFile(path, 'utf8'), (app.server.address() as AddressInfo).port));
}
await app.close();
