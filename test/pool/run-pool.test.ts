import { afterEach, describe, expect, test } from 'vitest';
import type { KernelTask } from '../../src/pool/run-kernel.ts';
import { runKernel } from '../../src/pool/run-kernel.ts';
import type { PoolOptions, RunPool } from '../../src/pool/run-pool.ts';
import { createRunPool } from '../../src/pool/run-pool.ts';
import { PoolBusy } from '../../src/pool/workers.ts';

const pools: RunPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function start(options: Partial<PoolOptions> = {}): RunPool {
  const pool = createRunPool({ workers: 1, queue: 4, timeoutMs: 10_000, ...options });
  pools.push(pool);
  return pool;
}

/** A convolution of `size` × `size` cells, 3 × 3, 8 to 8 channels. */
function convolution(size: number): KernelTask {
  const numbers = (length: number) => Float32Array.from({ length }, (_, index) => Math.sin(index));
  return {
    type: 'conv2d',
    attributes: { out_channels: 8, kernel_size: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: true, padding_mode: 'zeros' },
    operands: {
      input: { shape: [1, 8, size, size], data: numbers(8 * size * size) },
      weight: { shape: [8, 8, 3, 3], data: numbers(8 * 8 * 9) },
      bias: { shape: [8], data: numbers(8) },
    },
    output: [1, 8, size, size],
  };
}

/** 2·10⁵ outputs of 2·10⁵ products each: many seconds. */
function slow(): KernelTask {
  const { attributes } = convolution(1);
  return {
    type: 'conv1d',
    attributes: { ...attributes, out_channels: 1, kernel_size: 200_000, padding: 0 },
    operands: {
      input: { shape: [1, 1, 400_000], data: new Float32Array(400_000).fill(1) },
      weight: { shape: [1, 1, 200_000], data: new Float32Array(200_000).fill(1) },
    },
    output: [1, 1, 200_001],
  };
}

const maxima: () => KernelTask = () => ({
  type: 'max_pool1d',
  attributes: { kernel_size: 2, stride: 2, padding: 0, dilation: 1, ceil_mode: false, return_indices: true },
  operands: { input: { shape: [1, 1, 4], data: Float64Array.of(1, 2, 4, 3) } },
  output: [1, 1, 2],
});

async function reasonOf(run: Promise<unknown>): Promise<string> {
  const reason = await run.catch((error: unknown) => error);
  expect(reason).toBeInstanceOf(PoolBusy);
  return (reason as PoolBusy).message;
}

test('a worker computes what is computed here, and indices travel too', async () => {
  const pool = start();
  expect(await pool.run(convolution(16))).toEqual(runKernel(convolution(16)));
  expect(await pool.run(maxima())).toEqual({ values: Float64Array.of(2, 4), indices: Float64Array.of(1, 2) });
});

test('no worker starts before the first run', async () => {
  const pool = start({ workers: 2 });
  expect(pool.threads()).toBe(0);
  await pool.run(maxima());
  expect(pool.threads()).toBeGreaterThan(0);
  expect(pool.threads()).toBeLessThanOrEqual(2);
});

describe('operands', () => {
  test('are handed over, not copied', async () => {
    const task = convolution(8);
    const done = start().run(task);
    expect(Object.values(task.operands).map((operand) => operand?.data.length)).toEqual([0, 0, 0]);
    await done;
  });

  test('that are parts of a larger buffer are copied', async () => {
    const task = convolution(3);
    const shared = new Float32Array(1000).fill(1);
    const parts = {
      ...task,
      operands: {
        input: { shape: [1, 8, 3, 3], data: shared.subarray(0, 72) },
        weight: { shape: [8, 8, 3, 3], data: shared.subarray(72, 648) },
      },
    };
    expect((await start().run(parts)).values).toEqual(runKernel(parts).values);
    expect(shared.length).toBe(1000);
  });

  test('may be one and the same', async () => {
    const task = convolution(3);
    const both = { shape: [8, 8, 3, 3], data: new Float32Array(576).fill(1) };
    const same = { ...task, operands: { input: both, weight: both }, output: [8, 8, 3, 3] };
    const expected = runKernel(same);
    expect((await start().run(same)).values).toEqual(expected.values);
  });
});

test('where every worker is busy and the queue full, the next run is refused and keeps its operands', async () => {
  const pool = start({ queue: 1 });
  const running = pool.run(convolution(64));
  const waiting = pool.run(convolution(64));
  const task = maxima();
  expect(await reasonOf(pool.run(task))).toBe('the worker is busy and 1 calls wait already');
  expect(task.operands.input.data.length).toBe(4);
  await Promise.all([running, waiting]);
  expect((await pool.run(task)).values).toEqual(Float64Array.of(2, 4));
});

describe('the deadline', () => {
  test('ends the worker, and the next run works', async () => {
    const pool = start({ timeoutMs: 2000 });
    expect(await reasonOf(pool.run(slow()))).toBe('the run waited and computed for longer than 2000 ms and was ended');
    expect((await pool.run(maxima())).values).toEqual(Float64Array.of(2, 4));
  });

  test('of one run does not strand those that wait behind it', async () => {
    const pool = start({ timeoutMs: 3000 });
    const ended = reasonOf(pool.run(slow()));
    // Until its own deadline a new worker has this long to start.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const waiting = pool.run(maxima());
    expect(await ended).toContain('3000 ms');
    expect((await waiting).values).toEqual(Float64Array.of(2, 4));
  });

  test('holds for those that wait, too', async () => {
    const pool = start({ timeoutMs: 700 });
    const both = [reasonOf(pool.run(slow())), reasonOf(pool.run(slow()))];
    for (const reason of await Promise.all(both)) expect(reason).toContain('700 ms');
  });
});

describe('closing', () => {
  test('ends the workers and what they run', async () => {
    const pool = start();
    const running = reasonOf(pool.run(slow()));
    const waiting = reasonOf(pool.run(slow()));
    await pool.close();
    expect(await Promise.all([running, waiting])).toEqual(['the service is closing', 'the service is closing']);
    expect(pool.threads()).toBe(0);
    expect(await reasonOf(pool.run(maxima()))).toBe('the service is closing');
  });

  test('needs no worker', async () => {
    await start().close();
  });
});

test('an error in a worker is the error of its run alone', async () => {
  const pool = start();
  await expect(pool.run({ ...maxima(), type: 'relu' })).rejects.toThrow('relu has no kernel');
  expect((await pool.run(maxima())).values).toEqual(Float64Array.of(2, 4));
});
