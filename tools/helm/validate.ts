/**
 * Holds rendered YAML (on stdin) against the schemas of Kubernetes and of the Prometheus operator, and prints it as one JSON array. Ends with 1 and a line for
 * each thing that does not hold. The schemas let unknown keys pass, so each object is held against its TypeScript type too, which refuses them: a misspelt
 * `readinesProbe` would otherwise be no probe.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Model {
  new (data: unknown): { validate(): void };
}

const documents = parseAllDocuments(readFileSync(0, 'utf8'), { uniqueKeys: true });
if (!Array.isArray(documents)) throw new Error('no documents');
const problems = documents.flatMap(({ errors }) => errors.map(String));
const manifests = documents.flatMap((document) => (document.toJS() as Manifest | null) ?? []);

for (const manifest of manifests) {
  const { [manifest.kind]: model } = (await import(moduleOf(manifest.apiVersion))) as Record<string, Model | undefined>;
  try {
    if (model === undefined) throw new Error('unknown kind');
    new model(manifest).validate();
  } catch (error) {
    problems.push(`${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : error}`);
  }
}
if (problems.length === 0) problems.push(...againstTypes());
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(JSON.stringify(manifests, undefined, 2));
process.exitCode = problems.length > 0 ? 1 : 0;

function moduleOf(apiVersion: string): string {
  return `${apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models'}/${apiVersion}`;
}

/** An object literal is refused a key that its type does not have, at any depth. */
function againstTypes(): readonly string[] {
  const folder = fileURLToPath(new URL('bin', import.meta.url));
  const file = `${folder}/rendered-${process.pid}.ts`;
  const lines = manifests.map(
    ({ apiVersion, kind }, n) =>
      `export const m${n}: import('${moduleOf(apiVersion)}').I${kind} = ${JSON.stringify(manifests[n], undefined, 2)};\n`,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, lines.join(''));
  const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
  try {
    execFileSync(tsc, ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', '--module', 'nodenext', '--target', 'es2024', file], {
      encoding: 'utf8',
    });
    return [];
  } catch (error) {
    return [(error as { stdout: string }).stdout];
  } finally {
    rmSync(file);
  }
}
