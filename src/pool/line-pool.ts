/** Batches of lines, answered in worker threads, in the order in which they were asked for. */

import type { AnsweredLines, LineTask } from './answer-lines.ts';
import { createGate } from './gate.ts';
import { buffersOf } from './line-batches.ts';
import type { Workers } from './workers.ts';

export interface LinePool<Question> {
  /** Most workers that there will be. */
  readonly workers: number;
  /**
   * Hands the batch's buffers over; throws `PoolBusy` where the service closes. A batch that nobody wants any more when its turn comes is left out: its promise stays
   * open.
   */
  answer(task: LineTask<Question>, isWanted: () => boolean): Promise<AnsweredLines>;
  /** Batches that workers have, and those that wait for one. */
  batches(): number;
}

/** `entry` is the module whose default export answers a `LineTask`. */
export function createLinePool<Question>(entry: URL, workers: Workers): LinePool<Question> {
  const gate = createGate(workers.most);
  return {
    workers: workers.most,
    answer: (task, isWanted) =>
      gate.pass(() => workers.execute<LineTask<Question>, AnsweredLines>(task, { entry, transfer: buffersOf(task.batch) }), isWanted),
    batches: gate.count,
  };
}
