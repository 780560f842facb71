/** Operations of a layer for the whole batch, by class. */

import type { CountRule, OperationClass } from '../operators/operator.ts';
import { channelsFirst } from '../tensor/feature-map.ts';
import type { Symbols } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Operations } from './conventions.ts';
import type { InferredLayer } from './infer-shapes.ts';
import { relayout } from './infer-shapes.ts';

export const noOperations: Operations = Object.freeze({
  mac: 0,
  add: 0,
  mul: 0,
  div: 0,
  cmp: 0,
  exp: 0,
  log: 0,
  sqrt: 0,
  pow: 0,
  tanh: 0,
  erf: 0,
});

/** Values of the layer's symbols: the operator's own, or `e` and `i`, the elements of its first output and input. */
export function symbolsOf(layer: InferredLayer): Symbols {
  const { operator, attributes } = layer.spec;
  const inputs = relayout(operator, layer.spec, layer.inputs, channelsFirst);
  const outputs = relayout(operator, layer.spec, layer.outputs, channelsFirst);
  if (operator.symbols !== undefined) return operator.symbols(attributes, inputs, outputs);
  return { e: elementsOf(outputs[0]?.shape ?? []), i: elementsOf(inputs[0]?.shape ?? []) };
}

/** Counts by class; undefined for an operator that cannot be costed. */
export function countOperations(layer: InferredLayer): Operations | undefined {
  const { operator, attributes } = layer.spec;
  if (operator.uncosted) return undefined;
  if (operator.counts.length === 0) return noOperations;
  const symbols = symbolsOf(layer);
  const operations: Record<OperationClass, number> = {
    mac: 0,
    add: 0,
    mul: 0,
    div: 0,
    cmp: 0,
    exp: 0,
    log: 0,
    sqrt: 0,
    pow: 0,
    tanh: 0,
    erf: 0,
  };
  // Of several rules for one class the first that applies counts, so it is written last.
  for (let index = operator.counts.length - 1; index >= 0; index--) {
    const rule = operator.counts[index] as CountRule<unknown>;
    if (rule.applies === undefined || rule.applies(attributes)) operations[rule.of] = rule.formula.evaluate(symbols);
  }
  return operations;
}
