/** Worker threads for long runs: started on first use, with a bounded queue and a deadline that ends the worker. */

import { Piscina } from 'piscina';
import type { KernelResult } from '../operators/operator.ts';
import type { KernelTask } from './run-kernel.ts';

export interface PoolOptions {
  readonly workers: number;
  readonly queue: number;
  readonly timeoutMs: number;
}

/** The queue is full, the deadline has passed, or the service closes. */
export class PoolBusy extends Error {}

export interface RunPool {
  /** Hands the operands' buffers over: they are empty here afterwards, unless it throws `PoolBusy` for a full queue. */
  run(task: KernelTask): Promise<KernelResult>;
  /** Ends the workers; what they still run is `PoolBusy`. */
  close(): Promise<void>;
  /** Worker threads that there are now. */
  threads(): number;
}

export function createRunPool({ workers, queue, timeoutMs }: PoolOptions): RunPool {
  let pool: Piscina | undefined;
  let isClosed = false;
  /** Calls that run or wait. Piscina's own bound does not see tasks that can be aborted. */
  let calls = 0;
  const start = (): Piscina => {
    // Compiled code lies beside its compiled entry, sources beside the source.
    const entry = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
    return new Piscina({
      filename: new URL(entry, import.meta.url).href,
      // One that stays: where the last worker is ended, what waits would not start another.
      minThreads: 1,
      maxThreads: workers,
      idleTimeout: 30_000,
      // Where all processors compute, the thread that answers goes first.
      niceIncrement: 10,
    });
  };
  const execute = async (task: KernelTask): Promise<KernelResult> => {
    pool ??= start();
    const { input, weight, bias } = task.operands;
    // A part of a larger buffer is copied: the buffer may be in use elsewhere.
    const whole = [input, weight, bias].flatMap((operand) => {
      const buffer = operand?.data.buffer;
      return buffer instanceof ArrayBuffer && operand?.data.byteLength === buffer.byteLength ? [buffer] : [];
    });
    try {
      return await pool.run(task, { transferList: [...new Set(whole)], signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      if (isClosed) throw new PoolBusy('the service is closing');
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
      await pool?.destroy();
      pool = undefined;
    },
    threads: () => pool?.threads.length ?? 0,
  };
}
