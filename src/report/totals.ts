/** Sums over rows. A row that has null for a number makes that total partial: a lower bound. */

import type { Analysis } from '../analysis/analyze.ts';
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
    if (weights.parameters === null)
      for (const name of ['parameters', 'trainable_parameters', 'buffers', 'parameter_bytes', 'buffer_bytes', 'peak_memory_bytes'])
        partial.add(name);
    if (memory.activation_bytes === null)
      for (const name of ['activation_elements', 'activation_bytes', 'peak_memory_bytes']) partial.add(name);
    if (compute.macs === null) for (const name of ['macs', 'flops']) partial.add(name);
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
  totals.peak_memory_bytes = totals.parameter_bytes + totals.buffer_bytes + analysis.peakActivationBytes;
  // Layers that are left out might have anything.
  if (analysis.leftOut.length > 0) for (const name of Object.keys(totals)) if (name !== 'partial') partial.add(name);
  totals.partial = Object.keys(totals).filter((name) => partial.has(name));
  return totals;
}

export function typeTotals(rows: readonly Row[]): NonNullable<Report['by_type']> {
  const types = new Map<string, NonNullable<Report['by_type']>[string]>();
  for (const { type, weights, memory, compute } of rows) {
    const sum = types.get(type) ?? { layers: 0, parameters: 0, activation_elements: 0, activation_bytes: 0, macs: 0, flops: 0 };
    types.set(type, sum);
    sum.layers++;
    sum.parameters += weights.parameters ?? 0;
    sum.activation_elements += memory.activation_elements ?? 0;
    sum.activation_bytes += memory.activation_bytes ?? 0;
    sum.macs += compute.macs ?? 0;
    sum.flops += compute.flops ?? 0;
  }
  return Object.fromEntries(types);
}
