/** Answers the lines of a batch in a worker, as many as a turn allows: whoever has gone is not worked for long, and answers do not pile up. */

import type { LineBatch } from './line-batches.ts';
import { tooLong } from './line-batches.ts';

/** A batch, and what is asked about each of its lines. */
export interface LineTask<Question> {
  readonly batch: LineBatch;
  readonly question: Question;
}

export interface AnsweredLines {
  /** Lines of text, one for each line that has been answered; a buffer of their own. */
  readonly answers: Uint8Array<ArrayBuffer>;
  /** The lines that have not. */
  readonly rest: LineBatch | undefined;
}

const millisecondsPerTurn = 25;
const charactersPerTurn = 256 * 1024;

/** Calls `answer` with the bytes of each line, undefined for one that was too long, and its place in the stream; at least once. */
export function answerLines(batch: LineBatch, answer: (line: Buffer | undefined, index: number) => string): AnsweredLines {
  const { index, bytes, lengths } = batch;
  const until = performance.now() + millisecondsPerTurn;
  let { next, at } = batch;
  let text = '';
  while (next < lengths.length) {
    const length = lengths[next] as number;
    const line = length === tooLong ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
    text += `${answer(line, index + next)}\n`;
    if (length !== tooLong) at += length;
    next++;
    if (text.length >= charactersPerTurn || performance.now() > until) break;
  }
  return { answers: new TextEncoder().encode(text), rest: next < lengths.length ? { ...batch, next, at } : undefined };
}
