/** Conventions of counting, once each: what a FLOP is, which weights count as parameters, which rows a table has. */

import type { OperationClass, Operator, Weight } from '../operators/operator.ts';
import { operationClasses } from '../operators/operator.ts';
import { formula } from '../tensor/formula.ts';

export const conventionNames = ['standard', 'textbook'] as const;
export type ConventionName = (typeof conventionNames)[number];

export type Operations = Readonly<Record<OperationClass, number>>;

export interface Convention {
  readonly name: ConventionName;
  /** FLOPs of one layer. */
  flops(operations: Operations): number;
  /** The summands of `flops`, each over one class of operation. */
  readonly flopsTerms: readonly { readonly of: OperationClass; readonly text: string }[];
  countsParameter(operator: Operator, weight: Weight): boolean;
  /** Whether the operator has a row; `undefined` where every operator has one. */
  hasRow?(operator: Operator): boolean;
}

/** FLOPs as the sum of these terms: the formula that is printed is the one that counts. */
function summed(flopsTerms: Convention['flopsTerms']): Pick<Convention, 'flops' | 'flopsTerms'> {
  return { flops: formula(flopsTerms.map(({ text }) => text).join(' + ')).evaluate, flopsTerms };
}

/** A multiply-accumulate is two operations, everything else one. */
const standard: Convention = {
  name: 'standard',
  ...summed(operationClasses.map((of) => ({ of, text: of === 'mac' ? '2·mac' : of }))),
  countsParameter: () => true,
};

/** The classic course's: weights without biases and normalisation, one operation a multiply-accumulate, rows for convolution, pooling and linear layers. */
const textbook: Convention = {
  name: 'textbook',
  ...summed([{ of: 'mac', text: 'mac' }]),
  countsParameter: (operator, weight) => weight.bias !== true && operator.normalizes !== true,
  hasRow: (operator) => operator.textbook === true,
};

export const conventions: Readonly<Record<ConventionName, Convention>> = { standard, textbook };
