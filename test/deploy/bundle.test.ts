/** The files of the image, started as the image starts them. Skipped where the bundler, which has a folder of its own, is not installed. */

import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCollector } from '../otlp-collector.ts';
import type { ServiceProcess } from '../service-process.ts';
import { startProcess } from '../service-process.ts';
import { image } from './dockerfile.ts';
import { ended, folderOf, root, startListening } from './outside.ts';
import { askAll } from './service-asked.ts';

const isInstalled = existsSync(join(root, 'tools/bundle/node_modules/rolldown'));
const title = isInstalled ? 'the bundle' : 'the bundle (skipped: npm ci in tools/bundle has not been run)';

describe.skipIf(!isInstalled)(title, () => {
  let folder: string;
  let service: ServiceProcess | undefined;
  beforeAll(async () => {
    folder = await folderOf({});
    const { code, stderr } = await ended(process.execPath, [join(root, 'tools/bundle/bundle.ts'), folder], root);
    expect([code, stderr]).toEqual([0, '']);
    // Flags of the command line are for the image's own paths.
    const given = image.arguments.map((argument) => argument.replace('/app', folder));
    service = await startProcess({ LAYERGAUGE_DRAIN_MS: '0', LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '0' }, given);
  });
  afterAll(async () => {
    service?.child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  test('answers every question as the sources do', async () => {
    const sources = await startListening();
    try {
      expect(await askAll(service?.url ?? '')).toEqual(await askAll(sources.url));
    } finally {
      await sources.close();
    }
  });

  test('carries the licence of each library', async () => {
    const texts = await readFile(join(folder, 'LICENSES.txt'), 'utf8');
    for (const name of ['layergauge', 'fastify', 'zod', 'pino', 'piscina', '@fastify/swagger-ui'])
      expect(texts.includes(`\n${name} `), name).toBe(true);
  });

  test('lists what it is made of', async () => {
    const { metadata, components } = JSON.parse(await readFile(join(folder, 'sbom.cdx.json'), 'utf8'));
    const { name, version, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(metadata.component).toMatchObject({ name, version });
    expect(components.map((component: { name: string }) => component.name)).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  test('sends spans with the rights that the image gives it', async () => {
    const collector = await startCollector();
    const given = image.arguments.map((argument) => argument.replace('/app', folder));
    const traced = await startProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '10' }, given);
    try {
      await fetch(`${traced.url}/v1/zoo`);
      expect(await collector.span('GET /v1/zoo')).toMatchObject({ attributes: { 'http.response.status_code': 200 } });
    } finally {
      traced.child.kill('SIGKILL');
      collector.close();
    }
  });

  test('has no native code', async () => {
    expect((await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.node'))).toEqual([]);
  });

  test('ends with 0 on SIGTERM', async () => {
    service?.child.kill('SIGTERM');
    expect(await service?.ended).toBe(0);
  });
});
