/** Worker threads for long runs: started on first use, with a bounded queue and a deadline that ends the worker. */

import { Piscina } from 'piscina';
import type { KernelResult } from '../operators/operator.ts';
import type { KernelTask } from './run-kernel.ts';

export interface PoolOptions {
  readonly workers: number;
  readonly queue: number;
  readonly timeoutMs: number;
}

/** The queue is full, or the deadline has passed. */
export class PoolBusy extends Error {}

export interface RunPool {
  /** Hands the operands' buffers over: they are empty here afterwards. Throws `PoolBusy`. */
  run(task: KernelTask): Promise<KernelResult>;
  close(): Promise<void>;
}

export function createRunPool({ workers, queue, timeoutMs }: PoolOptions): RunPool {
  let pool: Piscina | undefined;
  const start = (): Piscina => {
    // Compiled code lies beside its compiled entry, sources beside the source.
    const entry = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
    return new Piscina({
      filename: new URL(entry, import.meta.url).href,
      minThreads: 0,
      maxThreads: workers,
      maxQueue: queue,
      idleTimeout: 30_000,
    });
  };
  return {
    async run(task) {
      pool ??= start();
      const transferList = Object.values(task.operands).flatMap((operand) =>
        operand === undefined ? [] : [operand.data.buffer as ArrayBuffer],
      );
      try {
        return await pool.run(task, { transferList: [...new Set(transferList)], signal: AbortSignal.timeout(timeoutMs) });
      } catch (error) {
        if (error instanceof Error && /queue/i.test(error.message)) throw new PoolBusy('every worker is busy and the queue is full');
        if (error instanceof Error && error.name === 'AbortError')
          throw new PoolBusy(`the run took longer than ${timeoutMs} ms and was ended`);
        throw error;
      }
    },
    async close() {
      await pool?.close({ force: true });
      pool = undefined;
    },
  };
}
