/** A check as Markdown, for a comment on a merge request. */

import { escapeCell, grouped, percent } from '../../report/markdown.ts';
import type { Check, CheckedLimit } from './schema.ts';

export function toMarkdown(check: Check): string {
  const { model, assumptions, limits, rules, totals, generator } = check;
  const name = model.name === null ? 'Unnamed network' : escapeCell(model.name);
  const lines = [
    `## ${check.passed ? '✅' : '❌'} ${name} ${check.passed ? 'keeps its budget' : 'breaks its budget'}`,
    '',
    `Batch size ${assumptions.batch_size}, ${assumptions.dtype}, convention \`${assumptions.convention}\`; measured by ${generator.name} ${generator.version}.`,
  ];
  if (limits.length > 0) {
    lines.push('', '| | Limit | Bound | Value | Margin | Used |', '| :-: | :-- | --: | --: | --: | --: |');
    for (const { limit, bound, value, margin, used, passed } of limits)
      lines.push(
        `| ${passed ? '✅' : '❌'} | \`${limit}\` | ${grouped(bound)} | ${grouped(value)} | ${margin < 0 ? `−${grouped(-margin)}` : grouped(margin)} | ${used === null ? '' : percent(used)} |`,
      );
  }
  for (const limit of limits) if (limit.heaviest.length > 0) lines.push(...heaviest(limit));
  if (limits.some(({ verdict }) => verdict === 'unproven'))
    lines.push(
      '',
      `Lower bounds, since a layer could not be costed: ${totals.partial.join(', ')}. A maximum above a lower bound is not proven.`,
    );
  for (const [index, { description, matched, passed, details, violations, more }] of rules.entries()) {
    lines.push('', `${passed ? '✅' : '❌'} Rule ${index + 1}: ${escapeCell(description)} (${matched} layer${matched === 1 ? '' : 's'})`);
    for (const detail of details) lines.push('', escapeCell(detail));
    if (violations.length > 0) lines.push('', '| Layer | Type | What |', '| :-- | :-- | :-- |');
    for (const violation of violations)
      lines.push(`| ${escapeCell(violation.name)} | ${violation.type} | ${escapeCell(violation.detail)} |`);
    if (more > 0) lines.push('', `and ${more} more.`);
  }
  return `${lines.join('\n')}\n`;
}

function heaviest({ limit, of, heaviest: layers }: CheckedLimit): readonly string[] {
  return [
    '',
    `What weighs most in \`${limit}\`:`,
    '',
    `| Layer | Type | ${of} | Share |`,
    '| :-- | :-- | --: | --: |',
    ...layers.map((layer) => `| ${escapeCell(layer.name)} | ${layer.type} | ${grouped(layer.value)} | ${percent(layer.share)} |`),
  ];
}
