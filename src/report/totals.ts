/** Sums over rows. A row that has null for a number makes that total partial: a lower bound. */

import type { Analysis, AnalyzedLayer } from '../analysis/analyze.ts';
import type { Report, Row, Totals } from './schema.ts';

export function addUp(rows: readonly Row[], analysis: Analysis): Totals {
  const totals: Totals = {
    layers: rows.length,
    parameters: 0,
    trainable_parameters: 0,
    buffers: 0,
    parameter_bytes: 0,
    buffer_bytes: 0,
    activation_elements: 0,
    activation_bytes: 0,
    peak_memory_bytes: 0,
    macs: 0,
    flops: 0,
    partial: [],
  };
  const partial = new Set<string>();
  for (let index = 0; index < rows.length; index++) {
    const { weights, memory, compute } = rows[index] as Row;
    totals.parameters += weights.parameters ?? 0;
    totals.trainable_parameters += weights.trainable_parameters ?? 0;
    totals.buffers += weights.buffers ?? 0;
    totals.parameter_bytes += weights.parameter_bytes ?? 0;
    totals.buffer_bytes += weights.buffer_bytes ?? 0;
    totals.activation_elements += memory.activation_elements ?? 0;
    totals.activation_bytes += memory.activation_bytes ?? 0;
    totals.macs += compute.macs ?? 0;
    totals.flops += compute.flops ?? 0;
  }
  // Of the layers, not of the rows: a convention without a row for what cannot be costed does not know its numbers either.
  for (let index = 0; index < analysis.layers.length; index++) markPartial(analysis.layers[index] as AnalyzedLayer, analysis, partial);
  totals.peak_memory_bytes = totals.parameter_bytes + totals.buffer_bytes + analysis.peakActivationBytes;
  // Layers that are left out might have anything.
  if (analysis.leftOut.length > 0) for (const name of Object.keys(totals)) if (name !== 'partial') partial.add(name);
  totals.partial = Object.keys(totals).filter((name) => partial.has(name));
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
