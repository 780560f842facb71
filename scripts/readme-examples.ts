/** The console examples of the README and of pages under `docs`: finds them, runs them against a service, and puts their output in place. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeVariables } from '../src/config.ts';

const run = promisify(execFile);
const consoleBlock = /```console\n\$ (?<command>[^\n]*)\n(?<output>[\s\S]*?)```/g;
/** A file that examples read: its name, then what is in it. */
const jsonFile = /`(?<name>[\w-]+\.json)`:\n\n```json\n(?<content>[\s\S]*?)```/g;
const variableTable = /(\| Variable \| Default \| Meaning \|\n\| :-- \| :-- \| :-- \|\n)(?:\|[^\n]*\n)*/;

/** Pages with examples, from the root of the repository. */
export const pages = ['README.md', 'docs/pipelines.md'] as const;

/** A page with every output as the service at `port` gives it, and the table of variables, where it has one, as the configuration has it. */
export async function filled(page: string, port: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'layergauge-readme-'));
  try {
    for (const { groups } of page.matchAll(jsonFile)) await writeFile(join(folder, groups?.name ?? ''), groups?.content ?? '');
    let text = page;
    for (const { 0: block, groups } of page.matchAll(consoleBlock)) {
      const command = groups?.command ?? '';
      const { stdout } = await run('bash', ['-c', command.replaceAll('localhost:3000', `127.0.0.1:${port}`)], { cwd: folder });
      const output = stdout === '' || stdout.endsWith('\n') ? stdout : `${stdout}\n`;
      text = text.replace(block, () => `\`\`\`console\n$ ${command}\n${output}\`\`\``);
    }
    const rows = describeVariables().map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback} | ${meaning} |\n`);
    return text.replace(variableTable, (_, head: string) => head + rows.join(''));
  } finally {
    await rm(folder, { recursive: true });
  }
}
