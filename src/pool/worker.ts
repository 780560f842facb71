/** Entry file of the worker threads: runs one layer's kernel and hands the result's buffers over, without a copy. */

import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { KernelResult } from '../operators/operator.ts';
import type { KernelTask } from './run-kernel.ts';
import { consumeKernel } from './run-kernel.ts';

/** Piscina unwraps what is marked to be moved, at the top level only: the result arrives as it was, its buffers moved. */
export default function runInWorker(task: KernelTask): KernelResult {
  const result = consumeKernel(task);
  const { values, indices } = result;
  const buffers = indices === undefined ? [values.buffer] : [values.buffer, indices.buffer];
  // The cast undoes the wrapping, which the caller never sees.
  return move({ [transferableSymbol]: buffers, [valueSymbol]: result } as never) as unknown as KernelResult;
}
