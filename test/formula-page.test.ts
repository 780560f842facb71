import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { formulaPage } from '../scripts/formula-page.ts';
import { operators } from '../src/operators/index.ts';

const page = await readFile(new URL('../docs/formulas.md', import.meta.url), 'utf8');

test('docs/formulas.md is what the operator table prints (npm run docs)', () => {
  expect(page).toBe(formulaPage());
});

test('every type has its section with every formula and its source', () => {
  for (const operator of operators) {
    const start = page.indexOf(`\n### ${operator.type}\n`);
    expect(start, operator.type).toBeGreaterThan(0);
    const end = page.indexOf('\n### ', start + 1);
    const section = page.slice(start, end < 0 ? undefined : end);
    expect(section).toContain(`- Source: ${operator.source}`);
    for (const rule of operator.counts) expect(section).toContain(`\`${rule.formula.text}\``);
  }
});
