/** Convolutions and poolings of the ONNX and WebNN test suites through `/v1/run`. Skipped where their folder, `../shared/conformance`, is absent. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConformanceCase, Numbers } from './conformance-case.ts';
import { callOf, casesOf, isPresent, numbersOf } from './conformance-case.ts';
import type { Service } from './service.ts';
import { startService } from './service.ts';

/** Files and the floating cases in each: a test of no cases would pass. */
const files: Readonly<Record<string, number>> = {
  'onnx.AveragePool': 11,
  'onnx.Conv': 15,
  'onnx.ConvTranspose': 5,
  'onnx.GlobalAveragePool': 1,
  'onnx.LpPool': 2,
  'onnx.MaxPool': 8,
  'webnn.averagePool2d': 8,
  'webnn.conv2d': 32,
  'webnn.convTranspose2d': 15,
  'webnn.l2Pool2d': 3,
  'webnn.maxPool2d': 5,
};

/** Its expected values are typed with four digits. */
const coarse = 'onnx-node/test_averagepool_2d_ceil_last_window_starts_on_pad/0';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const title = isPresent ? 'conformance' : 'conformance (skipped: ../shared/conformance is absent)';

describe.skipIf(!isPresent)(title, () => {
  describe.each(Object.entries(files))('%s', (file, count) => {
    const cases = isPresent ? casesOf(file) : [];

    test(`has ${count} cases`, () => {
      expect(cases.length).toBe(count);
    });

    test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
      const call = callOf(one);
      const { output, indices } = await run(call);
      expectClose(one, call.back(output));
      const expected = one.outputs[1];
      if (!expected || call.indices === undefined || indices === undefined) return;
      expect(call.indices(indices)).toEqual(numbersOf(expected));
    });
  });

  test('every case with indices compares them', () => {
    const withIndices = casesOf('onnx.MaxPool').filter(({ outputs }) => outputs.length > 1);
    expect(withIndices.map((one) => callOf(one).indices !== undefined)).toEqual([true, true]);
  });
});

async function run({ layer, input, weight, bias }: ReturnType<typeof callOf>): Promise<{ output: Numbers; indices: Numbers | undefined }> {
  const body = { layer, input: packed(input), ...(weight && { weight: packed(weight) }), ...(bias && { bias: packed(bias) }) };
  const answer = await service.app.inject({ method: 'POST', url: '/v1/run', payload: JSON.stringify(body) });
  expect(answer.statusCode, answer.payload.slice(0, 500)).toBe(200);
  const { output, indices } = answer.json();
  return { output: unpacked(output), indices: indices && unpacked(indices) };
}

function packed({ shape, data }: Numbers) {
  return { shape, base64: Buffer.from(Float32Array.from(data).buffer).toString('base64') };
}

function unpacked({ shape, dtype, base64 }: { shape: number[]; dtype: string; base64: string }): Numbers {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  return { shape, data: dtype === 'int64' ? Array.from(new BigInt64Array(buffer), Number) : Array.from(new Float32Array(buffer)) };
}

function expectClose({ name, tolerance, outputs }: ConformanceCase, { shape, data }: Numbers): void {
  const output = outputs[0];
  if (!output) throw new Error(`${name} expects nothing`);
  const isHalf = output.dtype === 'float16';
  const round = isHalf ? halfOf : Math.fround;
  const expected = output.data.map((value) => round(Number(value)));
  expect(shape).toEqual(output.shape);
  expect(data.length).toBe(expected.length);
  const got = data.map(round);
  if ('ulp' in tolerance) {
    const ordinal = isHalf ? halfOrdinal : singleOrdinal;
    const distances = got.map((value, at) => Math.abs(ordinal(value) - ordinal(expected[at] ?? Number.NaN)));
    expect(Math.max(...distances), 'values away').toBeLessThanOrEqual(tolerance.ulp);
    return;
  }
  const largest = Math.max(...expected.map(Math.abs));
  // What only selects is exact; elsewhere twice the bound that the largest float32 error of double sums leaves.
  const most =
    tolerance.rtol === 0 ? 0 : name === coarse ? tolerance.atol + tolerance.rtol * largest : isHalf ? 5e-4 * largest : 2e-6 * largest;
  const errors = got.map((value, at) => (Object.is(value, expected[at]) ? 0 : Math.abs(value - (expected[at] ?? Number.NaN))));
  expect(Math.max(...errors), 'largest error').toBeLessThanOrEqual(most);
}

/** The nearest float16, ties to even. */
function halfOf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  const steps = value / step;
  const below = Math.floor(steps);
  const rest = steps - below;
  const whole = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  const rounded = whole * step;
  return Math.abs(rounded) > 65_504 ? Math.sign(value) * Number.POSITIVE_INFINITY : rounded;
}

/** Position among the float16 numbers, 0 for 0. */
function halfOrdinal(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return 0;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  return Math.sign(value) * ((exponent + 14) * 1024 + magnitude / 2 ** (exponent - 10));
}

const words = new Int32Array(1);
const singles = new Float32Array(words.buffer);

/** Position among the float32 numbers, 0 for 0. */
function singleOrdinal(value: number): number {
  singles[0] = value;
  const word = words[0] ?? 0;
  return word < 0 ? -(word & 0x7fffffff) : word;
}
