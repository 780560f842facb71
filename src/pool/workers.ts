/** The worker threads of the service, shared by all that is computed aside: started on first use, ended when the service closes. */

import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';

/** There is no worker to be had: too many wait, a deadline has passed, or the service closes. */
export class PoolBusy extends Error {}

export interface Errand {
  /** The module in `src` whose default export takes the task. */
  readonly entry: URL;
  /** Buffers of the task that are handed over: they are empty here afterwards. */
  readonly transfer: readonly ArrayBuffer[];
  /** Ends the worker that computes it. */
  readonly signal?: AbortSignal;
}

export interface Workers {
  /** Most threads that there will be. */
  readonly most: number;
  execute<Task, Result>(task: Task, errand: Errand): Promise<Result>;
  /** Ends the threads; what they still compute is `PoolBusy`. */
  close(): Promise<void>;
  /** Ends the threads where none has a task, and with them the memory that they hold; the next task starts others. */
  shrink(): void;
  /** Threads that there are now. */
  threads(): number;
  /** Tasks that they have or that wait for one. */
  tasks(): number;
}

/** `heapBytes` is what objects of one thread may take; 0 leaves it to Node. */
export function createWorkers(most: number, heapBytes = 0): Workers {
  let pool: Piscina | undefined;
  let isClosed = false;
  let tasks = 0;
  const start = (): Piscina => {
    // V8 allocates what it takes to be long-lived among the old. A graph so placed holds on to all that is young in it until the whole heap is collected, which takes
    // two fifths of an analysis.
    setFlagsFromString('--no-allocation-site-pretenuring');
    return new Piscina({
      // One that stays: where the last worker is ended, what waits would not start another.
      minThreads: 1,
      maxThreads: most,
      idleTimeout: 30_000,
      // Where all processors compute, the thread that answers goes first.
      niceIncrement: 10,
      resourceLimits: {
        maxYoungGenerationSizeMb: 12,
        ...(heapBytes === 0 ? {} : { maxOldGenerationSizeMb: Math.ceil(heapBytes / 2 ** 20) }),
      },
    });
  };
  return {
    most,
    async execute(task, { entry, transfer, signal }) {
      if (isClosed) throw new PoolBusy('the service is closing');
      pool ??= start();
      tasks++;
      try {
        return await pool.run(task, { filename: entry.href, transferList: transfer, ...(signal === undefined ? {} : { signal }) });
      } catch (error) {
        if (isClosed) throw new PoolBusy('the service is closing');
        if (isOutOfMemory(error)) throw new PoolBusy('it takes more memory than a worker may have');
        throw error;
      } finally {
        tasks--;
      }
    },
    async close() {
      isClosed = true;
      await pool?.destroy();
      pool = undefined;
    },
    shrink() {
      if (tasks > 0) return;
      void pool?.destroy();
      pool = undefined;
    },
    threads: () => pool?.threads.length ?? 0,
    tasks: () => tasks,
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** A module beside `base`: compiled code lies beside its compiled entry, sources beside the source. */
export function entryBeside(name: string, base: string): URL {
  return new URL(`./${name}.${base.endsWith('.ts') ? 'ts' : 'js'}`, base);
}
