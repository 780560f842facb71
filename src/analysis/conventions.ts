/** Conventions of counting, once each: what a FLOP is, which weights count as parameters, which rows a table has. */

import type { OperationClass, Operator, Weight } from '../operators/operator.ts';

export const conventionNames = ['standard', 'textbook'] as const;
export type ConventionName = (typeof conventionNames)[number];

export type Operations = Readonly<Record<OperationClass, number>>;

export interface Convention {
  readonly name: ConventionName;
  /** FLOPs of one layer. */
  flops(operations: Operations): number;
  /** How `flops` comes about, for `include=formulas`. */
  readonly flopsText: string;
  countsParameter(operator: Operator, weight: Weight): boolean;
  /** Whether the operator has a row; `undefined` where every operator has one. */
  hasRow?(operator: Operator): boolean;
}

/** A multiply-accumulate is two operations, everything else one. */
const standard: Convention = {
  name: 'standard',
  flops: (o) => 2 * o.mac + o.add + o.mul + o.div + o.cmp + o.exp + o.log + o.sqrt + o.pow + o.tanh + o.erf,
  flopsText: '2·mac + add + mul + div + cmp + exp + log + sqrt + pow + tanh + erf',
  countsParameter: () => true,
};

/** The classic course's: weights without biases and normalisation, one operation a multiply-accumulate, rows for convolution, pooling and linear layers. */
const textbook: Convention = {
  name: 'textbook',
  flops: (o) => o.mac,
  flopsText: 'mac',
  countsParameter: (operator, weight) => weight.bias !== true && operator.normalizes !== true,
  hasRow: (operator) => operator.textbook === true,
};

export const conventions: Readonly<Record<ConventionName, Convention>> = { standard, textbook };
