import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGate } from '../../src/pool/gate.ts';

function works() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.set(name, () => resolve(name));
    });
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}
const wanted = (): boolean => true;

test('no more are within than it lets in; the others follow in the order in which they came', async () => {
  const gate = createGate(2);
  const { begun, work, end } = works();
  const all = ['a', 'b', 'c', 'd'].map((name) => gate.pass(work(name), wanted));
  expect(begun).toEqual(['a', 'b']);
  expect(gate.count()).toBe(4);
  end('b');
  expect(await all[1]).toBe('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c']) end(name);
  await setImmediate();
  end('d');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  expect(gate.count()).toBe(0);
});

test('work that fails makes room as well', async () => {
  const gate = createGate(1);
  const failed = gate.pass(() => Promise.reject(new Error('lost')), wanted);
  const next = gate.pass(async () => 'done', wanted);
  await expect(failed).rejects.toThrow('lost');
  expect(await next).toBe('done');
});

test('what nobody wants any more when its turn comes is left out', async () => {
  const gate = createGate(1);
  const { begun, work, end } = works();
  let isWanted = true;
  const first = gate.pass(work('a'), wanted);
  void gate.pass(work('b'), () => isWanted);
  const last = gate.pass(work('c'), wanted);
  isWanted = false;
  end('a');
  await first;
  end('c');
  expect(await last).toBe('c');
  expect(begun).toEqual(['a', 'c']);
});
