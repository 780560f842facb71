import { expect, test } from 'vitest';
import { answerLines } from '../../src/pool/answer-lines.ts';
import { LineBatches } from '../../src/pool/line-batches.ts';

function batchOf(text: string) {
  const lines = new LineBatches(16);
  lines.push(Buffer.from(text));
  lines.end();
  return lines.take();
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('every line is answered with its place', () => {
  const { answers, rest } = answerLines(
    batchOf('a\nbb\n\nx'.concat('x'.repeat(20), '\nc')),
    (line, index) => `${index} ${line ?? 'too long'}`,
  );
  expect(textOf(answers)).toBe('0 a\n1 bb\n2 too long\n3 c\n');
  expect(rest).toBeUndefined();
});

test('a turn ends after 25 ms, and the rest is gone on with where it ended', () => {
  const batch = batchOf('a\nbb\nccc\ndddd\n');
  const slowly = (line: Buffer | undefined, index: number): string => {
    const until = performance.now() + 30;
    while (performance.now() < until);
    return `${index} ${line}`;
  };
  let text = '';
  let turns = 0;
  for (let rest: typeof batch | undefined = batch; rest !== undefined; turns++) {
    const answered = answerLines(rest, slowly);
    text += textOf(answered.answers);
    rest = answered.rest;
  }
  expect(text).toBe('0 a\n1 bb\n2 ccc\n3 dddd\n');
  expect(turns).toBe(4);
});

test('a turn ends once its answers are large', () => {
  const { answers, rest } = answerLines(batchOf('a\nb\nc\n'), () => 'x'.repeat(200_000));
  expect(answers.length).toBe(400_002);
  expect(rest).toMatchObject({ next: 2, at: 2 });
});

test('answers may be handed over: their buffer holds nothing else', () => {
  const { answers } = answerLines(batchOf('a'), () => 'é');
  expect(answers.byteLength).toBe(answers.buffer.byteLength);
});
