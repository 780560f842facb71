import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleOf, storyFiles } from '../deploy/integrations-page.ts';
import { ended, folderOf, removed, root, runs, startListening } from '../deploy/outside.ts';

const python = process.env.PYTHON ?? 'python3';
const hasPython = await runs(python, '-c', 'import sys; sys.exit(sys.version_info < (3, 9))');
const reason = hasPython ? '' : `; skipped: ${python} is no Python 3.9 or newer, PYTHON names another`;

test.skipIf(!hasPython)(`the Python client passes its own tests against the service, without a warning${reason}`, async () => {
  const { url, close } = await startListening();
  try {
    const folder = join(root, 'examples/python');
    const { code, stderr } = await ended(python, ['-W', 'error', '-B', '-m', 'unittest', 'test_layergauge'], folder, {
      LAYERGAUGE_URL: url,
    });
    // Where one fails, this shows what it printed.
    expect(stderr).toMatch(/\nOK\n$/);
    expect(code).toBe(0);
  } finally {
    await close();
  }
});

test.skipIf(!hasPython)(`the Python example of docs/integrations.md prints what stands there${reason}`, async () => {
  const { url, close } = await startListening();
  const folder = await folderOf({ ...storyFiles, 'example.py': exampleOf('Python', 'python').replace('http://localhost:3000', url) });
  try {
    const result = await ended(python, ['-W', 'error', '-B', 'example.py'], folder, { PYTHONPATH: join(root, 'examples/python') });
    expect(result).toEqual({ code: 0, stdout: exampleOf('Python', 'text'), stderr: '' });
  } finally {
    await removed(folder);
    await close();
  }
});
