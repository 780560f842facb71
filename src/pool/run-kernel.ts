/** One call of an operator's kernel, as data that can cross to a worker. */

import { operatorOf } from '../operators/index.ts';
import type { Attributes, KernelOperands, KernelResult } from '../operators/operator.ts';
import { giveBack } from '../tensor/give-back.ts';
import type { Shape } from '../tensor/shape.ts';

export interface KernelTask {
  readonly type: string;
  readonly attributes: Attributes;
  readonly operands: KernelOperands;
  readonly output: Shape;
}

/** Runs the kernel on operands that nobody reads again: their memory is given back. */
export function consumeKernel(task: KernelTask): KernelResult {
  const result = runKernel(task);
  for (const operand of Object.values(task.operands)) if (operand !== undefined) giveBack(operand.data);
  return result;
}

export function runKernel({ type, attributes, operands, output }: KernelTask): KernelResult {
  const kernel = operatorOf(type)?.kernel;
  if (kernel === undefined) throw new Error(`${type} has no kernel`);
  return kernel.run(attributes, operands, output);
}
