import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleOf } from '../deploy/integrations-page.ts';
import { ended, root, runs, startListening } from '../deploy/outside.ts';

const folder = join(root, 'clients/typescript');
const tsc = join(folder, 'node_modules/typescript/bin/tsc');
const isInstalled = await runs(process.execPath, tsc, '--version');
const reason = isInstalled ? '' : '; skipped: first `npm ci --prefix clients/typescript`';

test.skipIf(!isInstalled)(`the types of the TypeScript client are what openapi/openapi.json says${reason}`, async () => {
  expect(await ended(process.execPath, ['generate.js', '--check'], folder)).toEqual({ code: 0, stdout: '', stderr: '' });
});

test.skipIf(!isInstalled)(`the TypeScript client and its example compile${reason}`, async () => {
  expect(await ended(process.execPath, [tsc, '--project', folder], folder)).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('docs/integrations.md shows the example of the TypeScript client as it is', async () => {
  expect(await readFile(join(folder, 'examples/budget.ts'), 'utf8')).toContain(exampleOf('TypeScript', 'ts'));
});

test.skipIf(!isInstalled)(`the example of the TypeScript client gets its answers from the service${reason}`, async () => {
  const { url, close } = await startListening();
  try {
    const { code, stdout, stderr } = await ended(process.execPath, ['examples/budget.ts', url], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(exampleOf('TypeScript', 'text'));
    // torchvision's table: 3,504,872 parameters and 0.30 GMACs; times 8.
    expect(stdout).toMatch(
      /^mobilenet_v2: 3504872 parameters, 2406194176 MACs at batch size 8\nmax_parameters: 3504872 of 3000000, broken\n/,
    );
    expect(stdout).toContain('## ✅ lenet5 keeps its budget\n');
    expect(stdout).toMatch(/\n422: there is no network "mobilenet" in \/v1\/zoo[^\n]*\n$/);
  } finally {
    await close();
  }
});
