/**
 * A comparison as Markdown, for a comment on a merge request, and as CSV, a row for each total and each difference of a layer. Markdown names the layers that were
 * changed by hand; those whose numbers only follow from their inputs are counted, since one wider layer changes all that come after it.
 */

import { shapes, text } from '../../report/csv.ts';
import { escapeCell, grouped, percent } from '../../report/markdown.ts';
import type { Change, Comparison, Difference } from './schema.ts';

/** Rows of one table: a comment has room for some ten thousand words. */
const mostRows = 100;

export function toMarkdown(comparison: Comparison): string {
  const { base, head, added, removed, changed, unchanged, renamed } = comparison;
  const causes = changed.filter(({ differences }) => differences.some(isCause));
  const partial = new Set([...base.totals.partial, ...head.totals.partial]);
  const verdict = comparison.equal
    ? 'No total and no layer differs.'
    : `${layers(changed.length)} changed, ${added.length} added, ${removed.length} removed, ${unchanged} unchanged${renamed > 0 ? `, ${renamed} of them under another name` : ''}.`;
  const lines = [
    `## ${nameOf(base)} → ${nameOf(head)}`,
    '',
    verdict,
    '',
    '| Total | Base | Head | Change | |',
    '| :-- | --: | --: | --: | --: |',
    ...Object.entries(comparison.totals).map(([name, change]) => totalRow(name, change)),
  ];
  if (partial.size > 0) lines.push('', `Lower bounds, since a layer could not be costed: ${[...partial].join(', ')}.`);
  lines.push(...table('| Changed layer | Type | What | Parameters | MACs |', causes, changedRow));
  if (changed.length > causes.length)
    lines.push(
      '',
      `${layers(changed.length - causes.length, 'more ')} changed in shapes and numbers only, which follow from their inputs.`,
    );
  lines.push(...table('| Added layer | Type | Output shape | Parameters | MACs |', added, loneRow));
  lines.push(...table('| Removed layer | Type | Output shape | Parameters | MACs |', removed, loneRow));
  return `${lines.join('\n')}\n`;
}

function table<Row>(header: string, rows: readonly Row[], line: (row: Row) => string): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length > mostRows ? ['', `and ${rows.length - mostRows} more.`] : [];
  return ['', header, '| :-- | :-- | :-- | --: | --: |', ...rows.slice(0, mostRows).map(line), ...more];
}

function layers(count: number, more = ''): string {
  return `${count} ${more}layer${count === 1 ? '' : 's'}`;
}

function nameOf({ model }: Comparison['base']): string {
  return model.name === null ? 'unnamed network' : escapeCell(model.name);
}

function totalRow(name: string, { base, head, change, relative }: Change): string {
  const share = relative === null ? 'new' : `${relative > 0 ? '+' : '−'}${percent(Math.abs(relative))}`;
  return `| ${name} | ${grouped(base)} | ${grouped(head)} | ${signed(change)} | ${change === 0 ? '' : share} |`;
}

/** What somebody wrote otherwise, and does not follow from another layer. */
function isCause({ of }: Difference): boolean {
  return of === 'type' || of === 'data_format' || of.startsWith('attributes/');
}

function changedRow({ base, head, differences }: Comparison['changed'][number]): string {
  const what = differences
    .filter((difference) => isCause(difference) && difference.of !== 'type')
    .map(({ of, base: before, head: after }) => `${of.replace('attributes/', '')} ${plain(before)} → ${plain(after)}`);
  const cells = [
    escapeCell(base.name === head.name ? head.name : `${base.name} → ${head.name}`),
    base.type === head.type ? head.type : `${base.type} → ${head.type}`,
    escapeCell(what.join(', ')),
    changeOf(differences, 'weights/parameters'),
    changeOf(differences, 'compute/macs'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function changeOf(differences: readonly Difference[], number: string): string {
  const found = differences.find(({ of }) => of === number);
  if (found === undefined) return '';
  return typeof found.base === 'number' && typeof found.head === 'number' ? signed(found.head - found.base) : 'unknown';
}

function loneRow({ name, type, output_shapes, parameters, macs }: Comparison['added'][number]): string {
  return `| ${escapeCell(name)} | ${type} | ${shapes(output_shapes ?? [])} | ${count(parameters)} | ${count(macs)} |`;
}

export function toCsv(comparison: Comparison): string {
  const rows: (readonly (string | number | null)[])[] = [['kind', 'name', 'type', 'of', 'base', 'head', 'change', 'relative']];
  for (const [of, { base, head, change, relative }] of Object.entries(comparison.totals))
    rows.push(['total', '', '', of, base, head, change, relative]);
  for (const { head, differences } of comparison.changed) {
    for (const { of, base: before, head: after } of differences) {
      const change = typeof before === 'number' && typeof after === 'number' ? after - before : null;
      rows.push(['changed', text(head.name), head.type, of, cell(before), cell(after), change, null]);
    }
  }
  for (const { name, type, parameters } of comparison.added)
    rows.push(['added', text(name), type, 'parameters', null, parameters, parameters, null]);
  for (const { name, type, parameters } of comparison.removed)
    rows.push(['removed', text(name), type, 'parameters', parameters, null, parameters === null ? null : 0 - parameters, null]);
  return `${rows.map((row) => row.map((value) => value ?? '').join(',')).join('\n')}\n`;
}

function signed(change: number): string {
  if (change === 0) return '0';
  return change > 0 ? `+${grouped(change)}` : `−${grouped(-change)}`;
}

function count(value: number | null): string {
  return value === null ? 'unknown' : grouped(value);
}

function plain(value: unknown): string {
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

function cell(value: unknown): string | number | null {
  return value === null || typeof value === 'number' ? value : text(plain(value));
}
