import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Workers } from '../../src/pool/workers.ts';
import { createWorkers, PoolBusy } from '../../src/pool/workers.ts';
import { analyzeQuery } from '../../src/routes/analyze-query.ts';
import type { ModelTask, WorkerAnswer } from '../../src/routes/model-worker.ts';

const all: Workers[] = [];
afterEach(() => Promise.all(all.splice(0).map((workers) => workers.close())));

function start(heapBytes = 0): Workers {
  const workers = createWorkers(1, heapBytes);
  all.push(workers);
  return workers;
}

const entry = new URL('../../src/routes/model-worker.ts', import.meta.url);

function ask(workers: Workers, layers: number): Promise<WorkerAnswer> {
  const document = { input: [3, 8, 8], layers: Array.from({ length: layers }, () => ({ type: 'relu' })) };
  const { config } = readConfig({ LAYERGAUGE_MAX_LAYERS: '1000000', LAYERGAUGE_MAX_JSON_BYTES: '100000000' });
  const received = { kind: 'json' as const, bytes: new TextEncoder().encode(JSON.stringify(document)) };
  const query = analyzeQuery.parse({});
  const task: ModelTask = { name: 'analyze', question: { received, query, form: 'text/csv' }, config };
  return workers.execute<ModelTask, WorkerAnswer>(task, { entry, transfer: [] });
}

test('threads that have no task can be had back, and others start when they are needed', async () => {
  const workers = start();
  workers.shrink();
  expect(await ask(workers, 1)).toHaveProperty('made');
  expect(workers.threads()).toBe(1);
  workers.shrink();
  expect(workers.threads()).toBe(0);
  const answer = ask(workers, 1);
  // It has a task now.
  workers.shrink();
  expect(await answer).toHaveProperty('made');
  expect(workers.threads()).toBe(1);
});

test('a task that takes more memory than a thread may have is refused, and the next one works', async () => {
  const workers = start(24 * 2 ** 20);
  await expect(ask(workers, 200_000)).rejects.toThrow(new PoolBusy('it takes more memory than a worker may have'));
  expect(await ask(workers, 1)).toHaveProperty('made');
}, 60_000);
