/** A sweep as CSV and as Markdown: one row a combination. */

import { escapeCell, grouped } from '../report/markdown.ts';
import type { Sweep } from './sweep.ts';

const columns = ['parameters', 'parameter_bytes', 'activation_bytes', 'peak_memory_bytes', 'macs', 'flops'] as const;

export function toCsv({ rows }: Sweep): string {
  const fits = rows.some(({ largest_batch_size }) => largest_batch_size !== undefined);
  const header = ['batch_size', 'resolution', 'dtype', ...columns, ...(fits ? ['largest_batch_size'] : [])];
  const lines = rows.map((row) =>
    [
      row.batch_size,
      row.resolution ?? '',
      row.dtype,
      ...columns.map((name) => row.totals[name]),
      ...(fits ? [row.largest_batch_size ?? ''] : []),
    ].join(','),
  );
  return `${[header.join(','), ...lines].join('\n')}\n`;
}

export function toMarkdown({ model, rows, generator }: Sweep): string {
  const fits = rows.some(({ largest_batch_size }) => largest_batch_size !== undefined);
  const titles = ['Batch', 'Resolution', 'Type', ...columns, ...(fits ? ['largest batch'] : [])];
  const lines = rows.map((row) => {
    const cells = [
      grouped(row.batch_size),
      row.resolution ?? '',
      row.dtype,
      ...columns.map((name) => `${grouped(row.totals[name])}${row.totals.partial.includes(name) ? ' or more' : ''}`),
      ...(fits ? [row.largest_batch_size === null ? 'unknown' : grouped(row.largest_batch_size ?? 0)] : []),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const name = model.name === null ? 'Unnamed network' : escapeCell(model.name);
  return [
    `# ${name}`,
    '',
    `Measured by ${generator.name} ${generator.version}.`,
    '',
    `| ${titles.join(' | ')} |`,
    `|${' --: |'.repeat(titles.length)}`,
    ...lines,
    '',
  ].join('\n');
}
