/** However ONNX Runtime rewrites a network, fused or quantised, its weights and its products stay the same (`test/golden/onnx-nodes/fused.py`). */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { measured } from './node-case.ts';
import { modelOf } from './read-onnx.ts';

interface Rewritten {
  readonly network: string;
  readonly as: string;
  readonly parameters: number;
  readonly macs: number;
  readonly operators: readonly string[];
  readonly model: string;
}

const cases = JSON.parse(readFileSync(new URL('../../golden/onnx-nodes/fused.json', import.meta.url), 'utf8')) as readonly Rewritten[];

test('operators of com.microsoft are among them', () => {
  const operators = new Set(cases.flatMap((example) => example.operators).filter((name) => name.startsWith('com.microsoft.')));
  expect(operators.size).toBeGreaterThan(8);
});

test.each(cases.map((example) => [`${example.network}, ${example.as}`, example] as const))('%s', (_title, example) => {
  const { report } = measured(modelOf(gunzipSync(Buffer.from(example.model, 'base64'))));
  const { parameters, macs, buffers, partial } = report.totals;
  expect({ parameters, macs, buffers, partial }).toEqual({ parameters: example.parameters, macs: example.macs, buffers: 0, partial: [] });
});
