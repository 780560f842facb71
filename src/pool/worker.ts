/** Entry file of the worker threads: runs one layer's kernel and hands the result's buffers over, without a copy. */

import type { KernelResult } from '../operators/operator.ts';
import { handOver } from './hand-over.ts';
import type { KernelTask } from './run-kernel.ts';
import { consumeKernel } from './run-kernel.ts';

export default function runInWorker(task: KernelTask): KernelResult {
  const result = consumeKernel(task);
  const { values, indices } = result;
  return handOver(result, indices === undefined ? [values.buffer] : [values.buffer, indices.buffer]);
}
