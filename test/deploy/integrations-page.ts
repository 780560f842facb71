/** docs/integrations.md by section: the examples that tests run as they stand. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './outside.ts';

interface Example {
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

const examples = read(await readFile(join(root, 'docs/integrations.md'), 'utf8'));

/** The files that the examples use, which the page shows before its first section. */
export const storyFiles = { 'model.json': exampleOf('', 'json'), 'budget.json': exampleOf('', 'json', 1) };

/** The example of that language in a section, counted from 0 per language. */
export function exampleOf(section: string, language: string, index = 0): string {
  const found = examples.filter((example) => example.section === section && example.language === language)[index];
  if (found === undefined) throw new Error(`docs/integrations.md has no example ${index} in ${language} under "${section}"`);
  return found.text;
}

/** Line by line, since what an example prints may look like a heading. */
function read(page: string): readonly Example[] {
  const found: Example[] = [];
  let section = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const line of page.split('\n')) {
    if (open !== undefined) {
      if (line === '```') {
        found.push({ section, language: open.language, text: open.lines.join('') });
        open = undefined;
      } else open.lines.push(`${line}\n`);
    } else if (line.startsWith('```')) open = { language: line.slice(3), lines: [] };
    else if (line.startsWith('## ')) section = line.slice(3);
  }
  return found;
}
