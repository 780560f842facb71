import { expect, test } from 'vitest';
import { giveBack } from '../../src/tensor/give-back.ts';

test('memory that is given back is gone at once', () => {
  const data = new Float32Array(1000);
  const before = process.memoryUsage().arrayBuffers;
  const large = new Float64Array(2 ** 22);
  giveBack(large);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  expect(large.length).toBe(0);
  giveBack(large);
  giveBack(data);
  expect(data.length).toBe(0);
});

test('a part of a larger buffer is left alone: others may hold the rest', () => {
  const whole = Float32Array.of(1, 2, 3);
  giveBack(whole.subarray(1));
  expect(whole).toEqual(Float32Array.of(1, 2, 3));
  // Small buffers of Node lie in one that is shared by all.
  const small = Buffer.from('text');
  giveBack(small);
  expect(small.toString()).toBe('text');
});

test('shared memory is left alone', () => {
  const shared = new Float32Array(new SharedArrayBuffer(8));
  giveBack(shared);
  expect(shared.length).toBe(2);
});
