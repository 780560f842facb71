/**
 * Puts the service and its libraries into a few files: `node tools/bundle/bundle.ts FOLDER`. The folder then holds `package.json`, the entry files in
 * `dist/service/`, what libraries read from disk, at its old path, the licences of all that went in, and a list of it (CycloneDX), since scanners see no packages. `node dist/service/server.js` starts it.
 */

import { execFileSync } from 'node:child_process';
import { cp, glob, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputChunk, Plugin } from 'rolldown';
import { rolldown } from 'rolldown';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Entry files lie two folders below `package.json`, as compiled sources do: `src/report/version.ts` reads it from there. */
const home = 'dist/service';
/** Piscina starts its workers from a file of its own. */
const piscinaWorker = 'node_modules/piscina/dist/worker';
/** Read from disk while the service runs. */
const assets = ['node_modules/@fastify/swagger-ui/static'];

/** A library finds what lies beside it where it lay: `__dirname`, which ES modules lack, becomes its old folder. */
const foldersOfLibraries: Plugin = {
  name: 'folders-of-libraries',
  resolveId: (id) => (id === 'virtual:root' ? `\0${id}` : undefined),
  load: (id) =>
    id === '\0virtual:root'
      ? `import { fileURLToPath } from 'node:url'; export const root = fileURLToPath(new URL('${relative(home, '.')}', import.meta.url));`
      : undefined,
  transform: {
    filter: { id: /node_modules/, code: /\b__dirname\b/ },
    handler: (code, id) =>
      `const __dirname = require('node:path').join(require('virtual:root').root, '${relative(project, dirname(id))}');${code}`,
  },
};

/** The one native library of the service lowers the priority of a thread. On Linux Node does that by itself: process 0 is the thread that calls. */
const priorityWithoutNativeCode: Plugin = {
  name: 'priority-without-native-code',
  resolveId: (id) => (id === '@napi-rs/nice' ? `\0${id}` : undefined),
  load: (id) =>
    id === '\0@napi-rs/nice'
      ? `import { getPriority, setPriority } from 'node:os'; export const nice = (by) => setPriority(0, Math.min(19, getPriority(0) + by));`
      : undefined,
};

const target = resolve(process.argv[2] ?? '');
if (process.argv[2] === undefined) throw new Error('name a folder');
const { output } = await (
  await rolldown({
    input: { [`${home}/server`]: 'src/server.ts', ...(await workerEntries()), [piscinaWorker]: `${piscinaWorker}.js` },
    cwd: project,
    platform: 'node',
    plugins: [foldersOfLibraries, priorityWithoutNativeCode],
    // A library that is not installed is an optional one: its import fails when it is asked for, as it would without a bundle.
    onLog: (level, log, handle) => {
      if (log.code === 'UNRESOLVED_IMPORT') process.stderr.write(`${log.message}\n`);
      else handle(level, log);
    },
  })
).write({
  dir: target,
  format: 'esm',
  chunkFileNames: `${home}/[name]-[hash].js`,
  minify: { compress: true, mangle: false, codegen: true },
});

await cp(join(project, 'package.json'), join(target, 'package.json'));
for (const asset of assets)
  await cp(join(project, asset), join(target, asset), { recursive: true, filter: (path) => !path.endsWith('.map') });
const chunks = output.filter((file) => file.type === 'chunk');
await writeFile(join(target, 'LICENSES.txt'), await licences(chunks));
await writeFile(join(target, 'sbom.cdx.json'), componentsAsJson());

/** The entry files of worker threads, by the names that the code has for them; they are looked for beside the code that names them, which is one file here. */
async function workerEntries(): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  for await (const file of glob('src/**/*.ts', { cwd: project })) {
    for (const [, name] of (await readFile(join(project, file), 'utf8')).matchAll(/\bentryBeside\('([\w-]+)', import\.meta\.url\)/g)) {
      if (entries[`${home}/${name}`] !== undefined) throw new Error(`two worker entries are called ${name}`);
      entries[`${home}/${name}`] = join(dirname(file), `${name}.ts`);
    }
  }
  return entries;
}

/** The licence texts of the libraries of which something went in, and of the service. */
async function licences(chunks: readonly OutputChunk[]): Promise<string> {
  const folders = new Set(
    chunks.flatMap(({ modules }) => Object.keys(modules).flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [])),
  );
  for (const asset of assets) folders.add(join(project, asset, '..'));
  const texts: string[] = [];
  for (const folder of [project, ...[...folders].sort()]) {
    const { name, version, license, author, repository } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const bodies = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')));
    // Some packages state a licence and carry no text of it.
    if (bodies.length === 0)
      bodies.push(`By ${author?.name ?? author ?? repository?.url ?? repository}; the package has no file of its licence.`);
    texts.push(`${'='.repeat(80)}\n${name} ${version}: ${license}\n\n${bodies.map((body) => body.trim()).join('\n\n')}\n`);
  }
  return texts.join('\n');
}

/** What `npm sbom` says of the lockfile, without the hour and the random number, so that the same sources give the same files. */
function componentsAsJson(): string {
  const given = ['sbom', '--omit=dev', '--package-lock-only', '--sbom-format=cyclonedx'];
  const { serialNumber, ...list } = JSON.parse(execFileSync('npm', given, { cwd: project, encoding: 'utf8' }));
  delete list.metadata.timestamp;
  // npm takes the name of the folder.
  list.metadata.component.name = 'layergauge';
  return JSON.stringify(list, undefined, 2);
}
