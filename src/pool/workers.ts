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
  /** Threads that there are now. */
  threads(): number;
  /** Tasks that they have or that wait for one. */
  tasks(): number;
}

export function createWorkers(most: number): Workers {
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
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
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
    threads: () => pool?.threads.length ?? 0,
    tasks: () => tasks,
  };
}

/** A module beside `base`: compiled code lies beside its compiled entry, sources beside the source. */
export function entryBeside(name: string, base: string): URL {
  return new URL(`./${name}.${base.endsWith('.ts') ? 'ts' : 'js'}`, base);
}
