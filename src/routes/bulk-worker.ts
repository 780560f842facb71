/** What a worker thread does for `/v1/bulk`: bytes of lines in, bytes of answers out. Lines are read as bodies are, so that it stands here and not in `pool/`. */

import type { AnsweredLines, LineTask } from '../pool/answer-lines.ts';
import { answerLines } from '../pool/answer-lines.ts';
import { handOver } from '../pool/hand-over.ts';
import { buffersOf } from '../pool/line-batches.ts';
import { giveBack } from '../tensor/give-back.ts';
import type { BulkQuestion } from './bulk-line.ts';
import { answerLine } from './bulk-line.ts';

export interface BulkAnswered extends AnsweredLines {
  /** Failures of ours, for the log. */
  readonly failures: readonly string[];
}

export default function answerBatch({ batch, question }: LineTask<BulkQuestion>): BulkAnswered {
  const failures: string[] = [];
  const failed = (error: unknown): void => {
    failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const answered = answerLines(batch, (line, index) => answerLine(line, index, question, failed));
  const { answers, rest } = answered;
  if (rest !== undefined) return handOver({ answers, rest, failures }, [answers.buffer, ...buffersOf(rest)]);
  giveBack(new Uint8Array(batch.bytes.buffer));
  return handOver({ answers, rest, failures }, [answers.buffer]);
}
