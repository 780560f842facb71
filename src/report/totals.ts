/** Sums over the rows of a report, which need not have been made. A layer that does not know a number makes that total partial: a lower bound. */

import type { Analysis, AnalyzedLayer } from '../analysis/analyze.ts';
import { bytesOf } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Report, Row, Totals } from './schema.ts';

export function totalsOf(analysis: Analysis): Totals {
  const { convention, graph, layers } = analysis;
  const { hasRow } = convention;
  // Sums in variables: a field that turns from a small integer to a larger number makes V8 rebuild its object.
  let rows = 0;
  let parameters = 0;
  let trainable_parameters = 0;
  let buffers = 0;
  let parameter_bytes = 0;
  let buffer_bytes = 0;
  let activation_elements = 0;
  let activation_bytes = 0;
  let macs = 0;
  let flops = 0;
  const partial = new Set<string>();
  if (hasRow !== undefined)
    for (const input of graph.inputs) {
      const elements = elementsOf(input.shape);
      rows++;
      activation_elements += elements;
      activation_bytes += bytesOf(elements, analysis.accounted(input.dtype));
    }
  for (let index = 0; index < layers.length; index++) {
    const analyzed = layers[index] as AnalyzedLayer;
    const { layer, weights, operations } = analyzed;
    // Of the layers, not of the rows: a convention without a row for what cannot be costed does not know its numbers either.
    markPartial(analyzed, analysis, partial);
    if (hasRow !== undefined && !hasRow(layer.spec.operator)) continue;
    rows++;
    activation_elements += analyzed.activation_elements ?? 0;
    activation_bytes += analyzed.activation_bytes ?? 0;
    if (weights !== undefined) {
      parameters += weights.parameters;
      if (layer.spec.trainable) trainable_parameters += weights.parameters;
      buffers += weights.buffers;
      parameter_bytes += weights.parameter_bytes;
      buffer_bytes += weights.buffer_bytes;
    }
    if (operations !== undefined) {
      macs += operations.mac;
      flops += convention.flops(operations);
    }
  }
  const peak_memory_bytes = parameter_bytes + buffer_bytes + analysis.peakActivationBytes;
  const totals: Totals = {
    layers: rows,
    parameters,
    trainable_parameters,
    buffers,
    parameter_bytes,
    buffer_bytes,
    activation_elements,
    activation_bytes,
    peak_memory_bytes,
    macs,
    flops,
    partial: [],
  };
  // Layers that are left out might have anything.
  if (analysis.leftOut.length > 0) for (const name of Object.keys(totals)) if (name !== 'partial') partial.add(name);
  if (partial.size > 0) totals.partial = Object.keys(totals).filter((name) => partial.has(name));
  return totals;
}

const ofWeights = ['parameters', 'trainable_parameters', 'buffers', 'parameter_bytes', 'buffer_bytes', 'peak_memory_bytes'];
const ofActivations = ['activation_elements', 'activation_bytes', 'peak_memory_bytes'];
const ofCompute = ['macs', 'flops'];

function markPartial(
  { layer, weights, activation_bytes, operations }: AnalyzedLayer,
  { convention }: Analysis,
  partial: Set<string>,
): void {
  if (weights === undefined) for (const name of ofWeights) partial.add(name);
  if (operations === undefined) for (const name of ofCompute) partial.add(name);
  // Where only some operators have rows, what is unknown might be one of them.
  const unlisted = operations === undefined && convention.hasRow !== undefined && !convention.hasRow(layer.spec.operator);
  if (activation_bytes === undefined || unlisted) for (const name of ofActivations) partial.add(name);
}

function nothingYet(): NonNullable<Report['by_type']>[string] {
  return { layers: 0, parameters: 0, activation_elements: 0, activation_bytes: 0, macs: 0, flops: 0 };
}

/** Sums by type; null for what a layer of the type does not know. */
export function typeTotals(rows: readonly Row[]): NonNullable<Report['by_type']> {
  const types = new Map<string, NonNullable<Report['by_type']>[string]>();
  for (const { type, weights, memory, compute } of rows) {
    const sum = types.get(type) ?? nothingYet();
    types.set(type, sum);
    sum.layers++;
    sum.parameters = plus(sum.parameters, weights.parameters);
    sum.activation_elements = plus(sum.activation_elements, memory.activation_elements);
    sum.activation_bytes = plus(sum.activation_bytes, memory.activation_bytes);
    sum.macs = plus(sum.macs, compute.macs);
    sum.flops = plus(sum.flops, compute.flops);
  }
  return Object.fromEntries(types);
}

function plus(sum: number | null, more: number | null): number | null {
  return sum === null || more === null ? null : sum + more;
}
