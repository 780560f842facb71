/** Batches of lines, answered in worker threads, in the order in which they were asked for. */

import type { AnsweredLines, LineTask } from './answer-lines.ts';
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

interface Waiting {
  readonly isWanted: () => boolean;
  start(): void;
}

/** `entry` is the module whose default export answers a `LineTask`. */
export function createLinePool<Question>(entry: URL, workers: Workers): LinePool<Question> {
  // No more are handed out than there are workers: what has been handed out cannot be taken back without ending its worker.
  let inWorkers = 0;
  let waiting: Waiting[] = [];
  const next = (): void => {
    waiting = waiting.filter(({ isWanted }) => isWanted());
    while (inWorkers < workers.most) {
      const first = waiting.shift();
      if (first === undefined) return;
      inWorkers++;
      first.start();
    }
  };
  const finish = (): void => {
    inWorkers--;
    next();
  };
  return {
    workers: workers.most,
    answer: (task, isWanted) =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          workers
            .execute<LineTask<Question>, AnsweredLines>(task, { entry, transfer: buffersOf(task.batch) })
            .finally(finish)
            .then(resolve, reject);
        };
        waiting.push({ isWanted, start });
        next();
      }),
    batches: () => inWorkers + waiting.length,
  };
}
