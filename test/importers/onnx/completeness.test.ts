/** No operator of ONNX's default domain is passed over: each has rows, or numbers, or answers that it is not costed. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluators, shapeEvaluators } from '../../../src/importers/onnx/evaluate/index.ts';
import { lowerings } from '../../../src/importers/onnx/operators/index.ts';
import { measured, modelOfCase } from './node-case.ts';

const versions = JSON.parse(readFileSync(new URL('../../golden/onnx-nodes/operators.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly number[]>
>;

/** Known to ONNX and not here: newer than the opsets that are read. */
const later = ['CausalConvWithState', 'LinearAttention', 'SwiGLU'];

test('every operator has a lowering or an evaluator, but for those of later opsets', () => {
  const names = Object.keys(versions);
  expect(names.length).toBeGreaterThan(200);
  const missing = names.filter((name) => !lowerings.has(name) && !evaluators.has(name) && !shapeEvaluators.has(name));
  expect(missing.sort()).toEqual(later);
});

test('an operator of a later opset, or of somebody else, answers that it is not costed', () => {
  for (const [op, domain] of [...later.map((name) => [name, ''] as const), ['Warp', 'com.example'] as const]) {
    const { imported, report } = measured(
      modelOfCase({
        op,
        domain,
        opset: 26,
        inputs: [{ shape: [2, 3], dtype: 'float32' }],
        outputs: [{ shape: [2, 3], dtype: 'float32' }],
        parameters: 0,
        buffers: 0,
        macs: 0,
      }),
    );
    expect(imported.diagnostics.map(({ code, severity, layer }) => [code, severity, layer])).toEqual([['not_costed', 'warning', 'node']]);
    expect(report.totals.partial).toContain('macs');
    expect(report.layers[0]?.compute?.macs ?? null).toBeNull();
  }
});
