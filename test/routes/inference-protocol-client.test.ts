import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startService } from '../service.ts';

const run = promisify(execFile);
const python = process.env.PYTHON ?? 'python3';
const hasClient = await run(python, ['-c', 'import tritonclient.http']).then(
  () => true,
  () => false,
);
const reason = hasClient ? '' : ` (skipped: ${python} has no tritonclient[http]; PYTHON names another)`;

test.skipIf(!hasClient)(`the Python package tritonclient gets what it should, binary and JSON${reason}`, async () => {
  const { app } = await startService();
  try {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const example = fileURLToPath(new URL('../../examples/python/tritonclient_infer.py', import.meta.url));
    // A mismatch ends it with 1, which rejects here with what it printed.
    const { stdout } = await run(python, [example, `127.0.0.1:${(app.server.address() as AddressInfo).port}`]);
    expect(stdout).not.toContain('MISMATCH');
    expect(stdout).toMatch(/all as expected\n$/);
  } finally {
    await app.close();
  }
});
