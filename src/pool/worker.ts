/** Entry file of the worker threads: runs one layer's kernel and hands the result's buffers over, without a copy. */

import { move } from 'piscina';
import type { KernelResult } from '../operators/operator.ts';
import type { KernelTask } from './run-kernel.ts';
import { runKernel } from './run-kernel.ts';

export default function runInWorker(task: KernelTask): KernelResult {
  const { values, indices } = runKernel(task);
  return indices === undefined ? { values: handOver(values) } : { values: handOver(values), indices: handOver(indices) };
}

/** Piscina marks what is to be moved; the mark is unwrapped on the other side, so the type stays what it was. */
function handOver<T extends ArrayBufferView>(array: T): T {
  return move(array as never) as unknown as T;
}
