/** What a report over HTTP says of rows that do not run or cannot be costed: once, with the reason. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../../service.ts';
import { startService } from '../../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

async function report(name: string) {
  const file = gunzipSync(readFileSync(new URL(`../../golden/onnx/${name}.onnx.gz`, import.meta.url)));
  const { body } = await service.request.post('/v1/analyze').set('content-type', 'application/octet-stream').send(file);
  return body as { layers: { name: string; type: string; runs?: boolean }[]; diagnostics: { code: string; layer: string | null }[] };
}

test('nodes that only move weights are told of in one line, not one by one', async () => {
  const { layers, diagnostics } = await report('swin_t-op13-static1');
  expect(layers.filter(({ type, runs }) => type === 'constant' && runs === false).length).toBeGreaterThan(40);
  expect(diagnostics.map(({ code }) => code)).toEqual(['moves_weight']);
});

test('a layer that cannot be costed is told of once, with its reason', async () => {
  const { layers, diagnostics } = await report('ssdlite320_mobilenet_v3_large-op11-static1');
  const custom = layers.filter(({ type }) => type === 'custom').map(({ name }) => name);
  const told = diagnostics.filter(({ code }) => code === 'not_costed').map(({ layer }) => layer);
  expect(custom.length).toBeGreaterThan(0);
  expect(told).toEqual([...new Set(told)]);
  expect(told).toEqual(expect.arrayContaining(custom));
});
