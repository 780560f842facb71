/**
 * The report as CSV (RFC 4180 quoting, lines end in a line feed): one row a layer and no total, so that a spreadsheet can sum its columns. Text that a
 * spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
 */

import type { Report } from './schema.ts';

const header =
  'name,type,inputs,input_shapes,output_shapes,parameters,trainable_parameters,buffers,activation_elements,activation_bytes,macs,flops';

export function toCsv(report: Report): string {
  const lines = report.layers.map((row) =>
    [
      text(row.name),
      text(row.type),
      text(row.inputs.join(';')),
      shapes(row.input_shapes),
      shapes(row.output_shapes ?? []),
      row.weights.parameters ?? '',
      row.weights.trainable_parameters ?? '',
      row.weights.buffers ?? '',
      row.memory.activation_elements ?? '',
      row.memory.activation_bytes ?? '',
      row.compute.macs ?? '',
      row.compute.flops ?? '',
    ].join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

/** `1x64x224x224`, several joined by `;`. */
export function shapes(list: readonly (readonly number[])[]): string {
  return list.map((shape) => shape.join('x')).join(';');
}

export function text(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
