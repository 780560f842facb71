/** The page that lists every formula with its source, as Markdown, from the operator table alone. */

import type { DescribedOperator } from '../src/architecture/describe-operator.ts';
import { describeOperator } from '../src/architecture/describe-operator.ts';
import { operators } from '../src/operators/index.ts';
import { symbolLegend } from '../src/operators/symbols.ts';

export function formulaPage(): string {
  const families = new Map<string, DescribedOperator[]>();
  for (const operator of operators) {
    const members = families.get(operator.family) ?? [];
    members.push(describeOperator(operator));
    families.set(operator.family, members);
  }
  return `${[
    '# Formulas',
    '',
    'Printed from the operator table by `npm run docs`; a test keeps it true. Parameters are learned numbers; operations are for the whole batch. Under the convention `standard` FLOPs are 2 · mac + 1 for each other operation; under `textbook` they equal the multiply-accumulates.',
    '',
    '## Symbols',
    '',
    '| Symbol | Meaning |',
    '| :-- | :-- |',
    ...Object.entries(symbolLegend).map(([symbol, meaning]) => `| \`${symbol}\` | ${meaning} |`),
    ...[...families].flatMap(([family, members]) => ['', `## ${family}`, ...members.flatMap(section)]),
  ].join('\n')}\n`;
}

function section(operator: DescribedOperator): string[] {
  const lines = ['', `### ${operator.type}`, '', operator.summary, '', `- Output: ${operator.shape}`];
  if (operator.parameters.length > 0)
    lines.push(`- Parameters: ${operator.parameters.map(({ formula, when }) => clause(formula, when)).join(' + ')}`);
  for (const { of, formula, when } of operator.operations) lines.push(`- ${of}: ${clause(formula, when)}`);
  if (operator.view) lines.push('- A view: it shares the memory of its input.');
  lines.push(`- Source: ${operator.source}`);
  return lines;
}

function clause(formula: string, when: string | undefined): string {
  return when === undefined ? `\`${formula}\`` : `\`${formula}\` (${when})`;
}
