/** Answers of more numbers than a turn writes (65 536): their bytes, and that others get turns in between, counted rather than timed. */

import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { writeInferenceAnswer } from '../../src/routes/inference-protocol-answer.ts';
import { startService } from '../service.ts';

vi.mock('node:timers/promises', async (original) => {
  const timers = await original<typeof import('node:timers/promises')>();
  return { ...timers, setImmediate: vi.fn(timers.setImmediate) };
});
const turns = (): number => vi.mocked(setImmediate).mock.calls.length;
beforeEach(() => {
  vi.mocked(setImmediate).mockClear();
});

const length = 200_000;
/** Four turns of 65 536 hold 200 000 numbers; in base64 two of 196 608. */
const [textTurns, base64Turns] = [4, 2];
const values = Float64Array.from({ length }, (_, index) => index / 8 - 9);
const positions = Float64Array.from({ length }, (_, index) => index * 2 ** 20 - 1);

function int64(numbers: Float64Array): Buffer {
  return Buffer.from(BigInt64Array.from(numbers, BigInt).buffer);
}

describe('an answer of the inference protocol', () => {
  const head = { model_name: 'm', model_version: '1', id: undefined, parameters: {} };
  const outputs = (binary: boolean) => [
    { name: 'output', shape: [length], datatype: 'FP64', data: values, binary },
    { name: 'indices', shape: [length], datatype: 'INT64', data: positions, binary },
  ];
  const told = (more: (index: number) => object) => ({
    model_name: 'm',
    model_version: '1',
    parameters: {},
    outputs: outputs(false).map(({ name, shape, datatype }, index) => ({ name, shape, datatype, ...more(index) })),
  });

  test('in JSON is written in turns, and whole', async () => {
    const { body, jsonLength } = await writeInferenceAnswer(head, outputs(false));
    expect(jsonLength).toBeUndefined();
    expect(body.equals(Buffer.from(JSON.stringify(told((index) => ({ data: [...(index === 0 ? values : positions)] })))))).toBe(true);
    expect(turns()).toBe(2 * textTurns);
  });

  test('in bytes has its int64 written in turns, and whole', async () => {
    const { body, jsonLength } = await writeInferenceAnswer(head, outputs(true));
    const json = Buffer.from(JSON.stringify(told(() => ({ parameters: { binary_data_size: 8 * length } }))));
    expect(jsonLength).toBe(json.length);
    expect(body.equals(Buffer.concat([json, Buffer.from(values.buffer), int64(positions)]))).toBe(true);
    // The values are bytes already.
    expect(turns()).toBe(1 + textTurns);
  });

  test('waits for nobody where it is small, and refuses what JSON has not', async () => {
    const small = { name: 'output', shape: [2], datatype: 'FP64', data: Float64Array.of(1, Number.NaN) };
    await writeInferenceAnswer(head, [{ ...small, binary: true }]);
    await expect(writeInferenceAnswer(head, [{ ...small, binary: false }])).rejects.toMatchObject({ code: 'not_finite' });
    expect(turns()).toBe(0);
  });
});

describe('an answer of /v1/run', () => {
  test.each([
    ['nested', textTurns],
    ['flat', textTurns],
    ['base64', base64Turns],
  ])('has its output and its indices written in turns, and whole: %s', async (form, turnsEach) => {
    const { app } = await startService();
    try {
      const answer = await app.inject({
        method: 'POST',
        url: `/v1/run?output=${form}`,
        payload: {
          layer: { type: 'max_pool1d', kernel_size: 1, return_indices: true },
          input: { shape: [1, 1, length], dtype: 'float64', data: [...values] },
        },
      });
      const written = (dtype: string, numbers: Float64Array, bytes: Buffer): string => {
        const head = `{"shape":[1,1,${length}],"dtype":"${dtype}"`;
        if (form === 'nested') return `[[${JSON.stringify([...numbers])}]]`;
        return form === 'flat' ? `${head},"data":${JSON.stringify([...numbers])}}` : `${head},"base64":"${bytes.toString('base64')}"}`;
      };
      const indices = Float64Array.from({ length }, (_, index) => index);
      const start = `{"output":${written('float64', values, Buffer.from(values.buffer))},"indices":${written('int64', indices, int64(indices))},"compute":`;
      expect(answer.payload.slice(0, start.length) === start).toBe(true);
      expect(turns()).toBe(2 * turnsEach);
    } finally {
      await app.close();
    }
  });
});
