import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, root, runs, startListening } from '../deploy/outside.ts';

const folder = join(root, 'examples/mlflow');
const python = process.env.MLFLOW_PYTHON ?? join(folder, '.venv/bin/python');
const hasMlflow = await runs(python, '-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("mlflow") is None)');
const reason = hasMlflow ? '' : '; skipped: there is no examples/mlflow/.venv with mlflow, MLFLOW_PYTHON names another Python';

test.skipIf(!hasMlflow)(`an MLflow tracking server holds the report that the example logs${reason}`, { timeout: 300_000 }, async () => {
  const { url, close } = await startListening();
  try {
    const { code, stderr } = await ended(python, ['-B', '-m', 'unittest', 'test_log_report'], folder, { LAYERGAUGE_URL: url });
    // Where it fails, this shows what it printed.
    expect(stderr).toMatch(/\nOK\n$/);
    expect(code).toBe(0);
  } finally {
    await close();
  }
});
