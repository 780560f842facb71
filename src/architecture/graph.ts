/** The typed graph: names resolved, order found. After it, nothing is a string that should be a reference. */

import type { Path } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { LayerSpec, Posted } from './read-layer.ts';

/** Output `output` of node `node`; graph input k is node −1 − k. */
export interface Ref {
  readonly node: number;
  readonly output: number;
  /** As the document wrote it, or the name of what stands there by default. */
  readonly text: string;
}

export interface GraphInput {
  readonly name: string;
  /** Batch axis included. */
  readonly shape: Shape;
  readonly dtype: DType;
  readonly path: Path;
}

export interface Node {
  /** Full name of the row: `s1/0/conv`. */
  readonly name: string;
  readonly spec: LayerSpec;
  inputs: readonly Ref[];
  /** The node whose weights it reuses. */
  shares: number | undefined;
}

export interface Graph {
  readonly posted: Posted;
  readonly name: string | undefined;
  /** Floating type of weights and of tensors that come from no floating tensor. */
  readonly modelDtype: DType;
  readonly inputs: readonly GraphInput[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Ref[];
  /** Indices of nodes: at each step the earliest whose inputs are ready. */
  readonly order: readonly number[];
  /** False for nodes that no output depends on. */
  readonly runs: readonly boolean[];
  /** Names of blocks that no call puts in place; their layers have not been read. */
  readonly uncalledBlocks: readonly string[];
}

/** Graph input that a reference stands for, if it is one. */
export function graphInputOf(ref: Ref): number | undefined {
  return ref.node < 0 ? -1 - ref.node : undefined;
}
