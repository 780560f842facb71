import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { AnsweredLines, LineTask } from '../../src/pool/answer-lines.ts';
import { answerLines } from '../../src/pool/answer-lines.ts';
import type { LinePool } from '../../src/pool/line-pool.ts';
import type { LineStreamOptions } from '../../src/pool/line-stream.ts';
import { LineStream } from '../../src/pool/line-stream.ts';
import { PoolBusy } from '../../src/pool/workers.ts';

/** A pool whose answers are given by hand. */
function handPool(workers = 2) {
  const tasks: { readonly task: LineTask<string>; answer(): void; fail(error: Error): void }[] = [];
  let taken = 0;
  const pool: LinePool<string> = {
    workers,
    answer: (task) => {
      taken++;
      return new Promise<AnsweredLines>((resolve, reject) => {
        tasks.push({
          task,
          answer: () => resolve(answerLines(task.batch, (line, index) => `${task.question}${index}:${line ?? 'long'}`)),
          fail: reject,
        });
      });
    },
    batches: () => tasks.length,
  };
  return { pool, tasks, taken: () => taken };
}

function streamOf(pool: LinePool<string>, options: Partial<LineStreamOptions<string>> = {}) {
  const stream = new LineStream<string>({
    pool,
    question: '',
    isOrdered: true,
    maxLineBytes: 300_000,
    lost: (index, error) => `${index} lost: ${(error as Error).message}`,
    broken: (error) => `broken: ${error.message}`,
    ...options,
  });
  let text = '';
  const read = (): void => {
    stream.on('data', (chunk) => {
      text += chunk;
    });
  };
  return { stream, read, text: () => text };
}

/** Answers whatever is asked until the stream ends. */
async function answerAll(tasks: ReturnType<typeof handPool>['tasks'], stream: LineStream<string>): Promise<void> {
  while (!stream.readableEnded) {
    tasks.shift()?.answer();
    await setImmediate();
  }
}

const long = (letter: string): string => `${letter.repeat(270_000)}\n`;

test('a line is handed on as it comes, though no other follows', async () => {
  const { pool, tasks } = handPool();
  const { stream, read, text } = streamOf(pool);
  read();
  stream.write('one\n');
  expect(tasks).toHaveLength(1);
  tasks.shift()?.answer();
  await once(stream, 'data');
  expect(text()).toBe('0:one\n');
  stream.end('two');
  await answerAll(tasks, stream);
  expect(text()).toBe('0:one\n1:two\n');
});

test('answers come in the order of the lines, whichever is ready first', async () => {
  const { pool, tasks } = handPool();
  const { stream, read, text } = streamOf(pool);
  read();
  stream.write('a\n');
  stream.write('b\n');
  expect(tasks).toHaveLength(2);
  tasks[1]?.answer();
  await setImmediate();
  expect(text()).toBe('');
  tasks[0]?.answer();
  await setImmediate();
  expect(text()).toBe('0:a\n1:b\n');
});

test('or as they are ready', async () => {
  const { pool, tasks } = handPool();
  const { stream, read, text } = streamOf(pool, { isOrdered: false });
  read();
  stream.write('a\n');
  stream.write('b\n');
  tasks[1]?.answer();
  await setImmediate();
  expect(text()).toBe('1:b\n');
  stream.end();
  tasks[0]?.answer();
  await once(stream, 'end');
  expect(text()).toBe('1:b\n0:a\n');
});

test('no line is no answer', async () => {
  const { pool, taken } = handPool();
  const { stream, read, text } = streamOf(pool);
  read();
  stream.end('\n \n\n');
  await once(stream, 'end');
  expect(text()).toBe('');
  expect(taken()).toBe(0);
});

test('workers have at most two batches each; then no more is taken from the writer', async () => {
  const { pool, tasks, taken } = handPool();
  const { stream, read, text } = streamOf(pool);
  read();
  const letters = [...'abcdefghijkl'];
  let written = 0;
  const writing = (async () => {
    for (const letter of letters) {
      if (!stream.write(long(letter))) await once(stream, 'drain');
      written++;
    }
    stream.end();
  })();
  await setImmediate();
  expect(taken()).toBe(4);
  expect(written).toBeLessThanOrEqual(6);
  await Promise.all([answerAll(tasks, stream), writing]);
  expect(text().match(/\d+:./g)).toEqual(letters.map((letter, index) => `${index}:${letter}`));
});

test('while nobody reads the answers, nothing more is worked for', async () => {
  const { pool, tasks, taken } = handPool();
  const { stream, read, text } = streamOf(pool);
  void (async () => {
    for (let line = 0; line < 20; line++) if (!stream.write(long('x'))) await once(stream, 'drain');
    stream.end();
  })();
  for (let turn = 0; turn < 50; turn++) {
    tasks.shift()?.answer();
    await setImmediate();
  }
  // Two have gone into the stream's own buffer, one of them beyond its mark; four wait.
  const stopped = taken();
  expect(stopped).toBeLessThanOrEqual(7);
  read();
  await answerAll(tasks, stream);
  expect(taken()).toBe(20);
  expect(text().match(/\d+:x/g)).toHaveLength(20);
});

test('a batch that comes back unfinished is gone on with, but not while a megabyte of its answers waits', async () => {
  let turns = 0;
  const pool: LinePool<string> = {
    workers: 1,
    answer: async ({ batch }) => {
      turns++;
      return answerLines(batch, (_, index) => `${index}${'y'.repeat(300_000)}`);
    },
    batches: () => 0,
  };
  const { stream, read, text } = streamOf(pool);
  stream.end('a\n'.repeat(40));
  for (let turn = 0; turn < 50; turn++) await setImmediate();
  expect(turns).toBeLessThanOrEqual(6);
  read();
  await once(stream, 'end');
  expect(turns).toBe(40);
  expect(text().match(/\d+y/g)).toEqual(Array.from({ length: 40 }, (_, index) => `${index}y`));
});

describe('an end', () => {
  test('by destroying it ends the work', async () => {
    const { pool, tasks, taken } = handPool();
    const { stream, read } = streamOf(pool);
    read();
    for (const letter of 'abcdef') stream.write(long(letter));
    stream.destroy();
    await once(stream, 'close');
    const before = taken();
    for (const task of tasks.splice(0)) task.answer();
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(taken()).toBe(before);
    expect(tasks).toHaveLength(0);
    expect(stream.owes).toBe(false);
  });

  test('before any line is an error', async () => {
    const { stream } = streamOf(handPool().pool);
    stream.write('half a li');
    stream.breakOff(new Error('no gzip'));
    expect((await once(stream, 'error'))[0]).toMatchObject({ message: 'no gzip' });
  });

  test('later is a last line, after the answers to the lines that came', async () => {
    const { pool, tasks } = handPool();
    const { stream, read, text } = streamOf(pool);
    read();
    stream.write('a\nb\nhalf a li');
    stream.breakOff(new Error('too slow'));
    stream.write('ne\nc\n');
    await answerAll(tasks, stream);
    expect(text()).toBe('0:a\n1:b\nbroken: too slow\n');
  });

  test('of the service is a last line', async () => {
    const { pool, tasks } = handPool();
    const { stream, read, text } = streamOf(pool);
    read();
    stream.write('a\n');
    tasks.shift()?.answer();
    await once(stream, 'data');
    stream.write('b\nc\n');
    tasks.shift()?.fail(new PoolBusy('closing'));
    await once(stream, 'end');
    expect(text()).toBe('0:a\nbroken: closing\n');
  });
});

test('where a worker fails, the lines it had say so, and the others are answered', async () => {
  const { pool, tasks } = handPool();
  const { stream, read, text } = streamOf(pool);
  read();
  stream.write('a\nb\n');
  stream.end('c\n');
  tasks[0]?.fail(new Error('out of memory'));
  tasks[1]?.answer();
  await once(stream, 'end');
  expect(text()).toBe('0 lost: out of memory\n1 lost: out of memory\n2:c\n');
});
