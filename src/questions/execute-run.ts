/** Executes a planned run: here where it is short, in a worker where it is long. */

import type { KernelResult } from '../operators/operator.ts';
import { consumeKernel } from '../pool/run-kernel.ts';
import type { RunPool } from '../pool/run-pool.ts';
import type { Tensor } from '../tensor/literal.ts';
import type { RunPlan } from './run.ts';

export interface RunTensors {
  readonly input: Tensor;
  readonly weight?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
}

/** Above `inlineMacs` operations in a worker. The operands' buffers are used up: they are empty afterwards. */
export async function executeRun(plan: RunPlan, tensors: RunTensors, pool: RunPool, inlineMacs: number): Promise<KernelResult> {
  const { input, weight, bias } = tensors;
  const task = { type: plan.type, attributes: plan.attributes, operands: { input, weight, bias }, output: plan.output };
  return plan.work > inlineMacs ? pool.run(task) : consumeKernel(task);
}
