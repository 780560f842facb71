/** The README's console examples: finds them, runs them against a service, and puts their output in place. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeVariables } from '../src/config.ts';

const run = promisify(execFile);
const consoleBlock = /```console\n\$ (?<command>[^\n]*)\n(?<output>[\s\S]*?)```/g;
const variableTable = /(\| Variable \| Default \| Meaning \|\n\| :-- \| :-- \| :-- \|\n)(?:\|[^\n]*\n)*/;

/** The README with every output as the service at `port` gives it, and the table of variables as the configuration has it. */
export async function filled(readme: string, port: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'layergauge-readme-'));
  try {
    const tiny = /`tiny\.json`:\n\n```json\n([\s\S]*?)```/.exec(readme)?.[1];
    if (tiny === undefined) throw new Error('the README has no tiny.json');
    await writeFile(join(folder, 'tiny.json'), tiny);
    let text = readme;
    for (const { 0: block, groups } of readme.matchAll(consoleBlock)) {
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
