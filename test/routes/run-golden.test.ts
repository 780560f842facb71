/** What PyTorch computed (`test/golden/kernels`) through `/v1/run`: every argument of every operator, and numbers JSON has not. */

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64';
  readonly data: readonly (number | string)[];
}

interface GoldenCase {
  readonly name: string;
  readonly layer: Readonly<Record<string, unknown>>;
  readonly input: Tensor;
  readonly weight?: Tensor;
  readonly bias?: Tensor;
  readonly output: Tensor;
  readonly indices?: readonly number[];
}

const folder = new URL('../golden/kernels/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): { operator: string; cases: readonly GoldenCase[] } => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

test('there are cases of every operator', () => {
  expect(files.length).toBe(24);
  for (const { operator, cases } of files) expect(cases.length, operator).toBeGreaterThanOrEqual(15);
});

describe.each(files.map(({ operator, cases }) => [operator, cases] as const))('%s', (_, cases) => {
  test.each(cases.map((golden) => [golden.name, golden] as const))('%s', async (_name, golden) => {
    const { output, indices } = await run(golden, 'base64');
    expectClose(golden, numbersOf(output));
    if (golden.indices !== undefined) expect(numbersOf(indices)).toEqual(golden.indices);
    if (![...golden.output.data, ...tensorsOf(golden).flatMap(([, { data }]) => data)].every((value) => typeof value === 'number')) return;
    const flat = await run(golden, 'flat');
    expect(flat.output.shape).toEqual(golden.output.shape);
    expect(flat.output.data.map((value: number) => (value === 0 ? 0 : value))).toEqual(
      numbersOf(output).map((value) => shortest(golden, value)),
    );
    expect(flat.indices?.data).toEqual(golden.indices);
  });
});

function tensorsOf({ input, weight, bias }: GoldenCase): readonly (readonly [string, Tensor])[] {
  return Object.entries({ input, weight, bias }).flatMap(([key, tensor]) => (tensor === undefined ? [] : [[key, tensor] as const]));
}

async function run(golden: GoldenCase, form: 'base64' | 'flat') {
  const tensors = tensorsOf(golden).map(([key, tensor]) => [key, form === 'flat' ? tensor : packed(tensor)] as const);
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/run',
    payload: JSON.stringify({ layer: golden.layer, ...Object.fromEntries(tensors) }),
  });
  expect(answer.statusCode, answer.payload.slice(0, 500)).toBe(200);
  return answer.json();
}

function packed({ shape, dtype, data }: Tensor) {
  const numbers = dtype === 'float32' ? Float32Array.from(data, Number) : Float64Array.from(data, Number);
  return { shape, dtype, base64: Buffer.from(numbers.buffer).toString('base64') };
}

function numbersOf({ dtype, base64 }: { dtype: string; base64: string }): number[] {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  if (dtype === 'int64') return Array.from(new BigInt64Array(buffer), Number);
  return Array.from(dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer));
}

/** The number that a shortest decimal stands for: of a float32 the one with as few digits as tell it from its neighbours. */
function shortest({ input }: GoldenCase, value: number): number {
  if (value === 0) return 0;
  if (input.dtype === 'float64') return value;
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return Number(text);
  }
  return Number(value.toPrecision(9));
}

/** Sums are kept in doubles, so a float32 is off by its own rounding, and by PyTorch's. */
function expectClose({ input, output }: GoldenCase, got: readonly number[]): void {
  const expected = output.data.map(Number);
  expect(got.length).toBe(expected.length);
  const finite = expected.filter(Number.isFinite).map(Math.abs);
  const most = (input.dtype === 'float32' ? 1.2e-7 : 1e-14) * Math.max(1, ...finite);
  for (const [at, value] of expected.entries()) {
    if (Number.isFinite(value)) expect(Math.abs((got[at] ?? Number.NaN) - value), `element ${at}`).toBeLessThanOrEqual(most);
    else expect(got[at]).toBe(value);
  }
}
