import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LineBatch } from '../../src/pool/line-batches.ts';
import { LineBatches, tooLong } from '../../src/pool/line-batches.ts';

/** The lines of a batch as text; null for one that was too long. */
function textsOf({ bytes, lengths }: LineBatch): (string | null)[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    if (length === tooLong) return null;
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString('latin1');
  });
}

/** By definition: split, long lines gone, blank ones left out. */
function naive(text: string, mostBytes: number): (string | null)[] {
  return text
    .split('\n')
    .map((line) => (line.length > mostBytes ? null : line))
    .filter((line) => line === null || /[^ \t\r]/.test(line));
}

test('however the bytes are cut and the lines taken, they are those of the text', () => {
  const piece = fc.constantFrom('a', '{"x":1}', '\n', '\n\n', ' ', '\r\n', '\t', 'long line of 20 bytes', '0123456789');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }),
      fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }),
      fc.nat(3),
      (pieces, cuts, every) => {
        const text = pieces.join('');
        const lines = new LineBatches(16);
        const found: (string | null)[] = [];
        const take = (): void => {
          const batch = lines.take();
          expect(batch.index).toBe(found.length);
          expect(batch.bytes.length).toBe(batch.lengths.reduce((sum, length) => sum + Math.max(0, length), 0));
          found.push(...textsOf(batch));
        };
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const end = at + (cuts[turn % cuts.length] ?? 0) + 1;
          lines.push(Buffer.from(text.slice(at, end)));
          if (every > 0 && turn % every === 0) take();
          at = end;
        }
        lines.end();
        take();
        expect(found).toEqual(naive(text, 16));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a line of just the most bytes is kept, one byte more is not, and what follows is', () => {
  const lines = new LineBatches(4);
  lines.push(Buffer.from('1234\n12345\n1\n12345678901234567890'));
  lines.end();
  expect(textsOf(lines.take())).toEqual(['1234', null, '1', null]);
});

test('a line that is too long is known before it ends', () => {
  const lines = new LineBatches(4);
  lines.push(Buffer.from('12345'));
  expect(lines.lines).toBe(1);
});

test('the buffers of a batch are its own', () => {
  const lines = new LineBatches(100);
  lines.push(Buffer.from('one\ntwo\nthr'));
  const first = lines.take();
  structuredClone(first, { transfer: [first.bytes.buffer, first.lengths.buffer] });
  lines.push(Buffer.from('ee\n'));
  expect(textsOf(lines.take())).toEqual(['three']);
});

test('a million lines pass, and what is kept is a chunk', () => {
  const chunk = Buffer.from('{"id":12345,"model":{"ref":"lenet5"}}\n'.repeat(1000));
  const lines = new LineBatches(1024 * 1024);
  let [count, next, most] = [0, 0, 0];
  const before = process.memoryUsage();
  for (let turn = 0; turn < 1000; turn++) {
    lines.push(chunk);
    const batch = lines.take();
    expect(batch.index).toBe(next);
    next += batch.lengths.length;
    count += batch.lengths.length;
    most = Math.max(most, batch.bytes.buffer.byteLength);
  }
  expect(count).toBe(1_000_000);
  expect(most).toBeLessThanOrEqual(2 * chunk.length);
  const after = process.memoryUsage();
  expect(after.heapUsed - before.heapUsed).toBeLessThan(64 * 1024 * 1024);
});

test('of a line of a gigabyte nothing is kept', () => {
  const chunk = Buffer.alloc(1024 * 1024, 0x61);
  const lines = new LineBatches(1024 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  for (let turn = 0; turn < 1024; turn++) lines.push(chunk);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  lines.push(Buffer.from('\nnext\n'));
  expect(textsOf(lines.take())).toEqual([null, 'next']);
});
