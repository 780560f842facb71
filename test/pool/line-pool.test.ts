import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LineBatches } from '../../src/pool/line-batches.ts';
import { createLinePool } from '../../src/pool/line-pool.ts';
import type { Workers } from '../../src/pool/workers.ts';

function handWorkers(most: number) {
  const given: { task: unknown; answer(): void; fail(error: Error): void }[] = [];
  const workers: Workers = {
    most,
    execute: (task) =>
      new Promise((resolve, reject) => {
        // The cast: whoever asks says what it gets.
        given.push({ task, answer: () => resolve(task as never), fail: reject });
      }),
    close: async () => undefined,
    shrink: () => undefined,
    threads: () => most,
    tasks: () => given.length,
  };
  return { workers, given };
}

function batchOf(text: string) {
  const lines = new LineBatches(100);
  lines.push(Buffer.from(text));
  lines.end();
  return lines.take();
}

const wanted = (): boolean => true;

test('workers are given one batch each, in the order in which they were asked', async () => {
  const { workers, given } = handWorkers(2);
  const pool = createLinePool<number>(new URL('file:///entry.js'), workers);
  const answers = [1, 2, 3].map((question) => pool.answer({ batch: batchOf('a'), question }, wanted));
  expect(given.map(({ task }) => task)).toMatchObject([{ question: 1 }, { question: 2 }]);
  expect(pool.batches()).toBe(3);
  given[1]?.answer();
  await answers[1];
  await setImmediate();
  expect(given[2]?.task).toMatchObject({ question: 3 });
  given[0]?.fail(new Error('lost'));
  await expect(answers[0]).rejects.toThrow('lost');
  given[2]?.answer();
  await answers[2];
  expect(pool.batches()).toBe(0);
});

test('what nobody wants any more is never handed out', async () => {
  const { workers, given } = handWorkers(1);
  const pool = createLinePool<number>(new URL('file:///entry.js'), workers);
  let isWanted = true;
  const first = pool.answer({ batch: batchOf('a'), question: 0 }, wanted);
  for (let question = 1; question < 9; question++) void pool.answer({ batch: batchOf('a'), question }, () => isWanted);
  const last = pool.answer({ batch: batchOf('a'), question: 9 }, wanted);
  isWanted = false;
  given[0]?.answer();
  await first;
  await setImmediate();
  expect(given.map(({ task }) => task)).toMatchObject([{ question: 0 }, { question: 9 }]);
  given[1]?.answer();
  await last;
  expect(pool.batches()).toBe(0);
});
