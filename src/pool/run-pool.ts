/** Long runs in worker threads, with a bounded queue and a deadline that ends the worker. */

import type { KernelResult } from '../operators/operator.ts';
import { wholeBuffers } from './hand-over.ts';
import type { KernelTask } from './run-kernel.ts';
import type { Workers } from './workers.ts';
import { createWorkers, entryBeside, PoolBusy } from './workers.ts';

export interface PoolOptions {
  readonly workers: number;
  readonly queue: number;
  readonly timeoutMs: number;
}

export interface RunPool {
  /** Hands the operands' buffers over: they are empty here afterwards, unless it throws `PoolBusy` for a full queue. */
  run(task: KernelTask): Promise<KernelResult>;
  /** Ends the workers; what they still run is `PoolBusy`. */
  close(): Promise<void>;
  /** Worker threads that there are now. */
  threads(): number;
}

const entry = entryBeside('worker', import.meta.url);

/** `threads` may be shared with others. */
export function createRunPool({ workers, queue, timeoutMs }: PoolOptions, threads: Workers = createWorkers(workers)): RunPool {
  let isClosed = false;
  /** Calls that run or wait. Piscina's own bound does not see tasks that can be aborted. */
  let calls = 0;
  const execute = async (task: KernelTask): Promise<KernelResult> => {
    const { input, weight, bias } = task.operands;
    const transfer = wholeBuffers([input, weight, bias].flatMap((operand) => operand?.data ?? []));
    try {
      return await threads.execute(task, { entry, transfer, signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError')
        throw new PoolBusy(`the run waited and computed for longer than ${timeoutMs} ms and was ended`);
      throw error;
    }
  };
  return {
    async run(task) {
      if (isClosed) throw new PoolBusy('the service is closing');
      if (calls >= workers + queue)
        throw new PoolBusy(`${workers === 1 ? 'the worker is' : `all ${workers} workers are`} busy and ${queue} calls wait already`);
      calls++;
      try {
        return await execute(task);
      } finally {
        calls--;
      }
    },
    async close() {
      isClosed = true;
      await threads.close();
    },
    threads: () => threads.threads(),
  };
}
