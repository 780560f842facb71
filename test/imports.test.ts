import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** The staircase: a folder imports from lower numbers and from itself. */
const steps: Readonly<Record<string, number>> = {
  'issue.ts': 1,
  tensor: 1,
  kernels: 2,
  operators: 3,
  architecture: 4,
  analysis: 5,
  report: 6,
  importers: 7,
  zoo: 7,
  questions: 7,
  pool: 7,
  jobs: 7,
  'config.ts': 8,
  plugins: 9,
  routes: 10,
  'app.ts': 11,
  'server.ts': 12,
};
const source = new URL('../src/', import.meta.url);
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(new URL(file, source), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm)].map(
    (match) => ({
      from: match[2] ?? match[3] ?? match[4] ?? '',
      typeOnly: match[1] !== undefined,
    }),
  );
}

function targetOf(file: string, from: string): string {
  return new URL(from, new URL(file, source)).pathname.slice(source.pathname.length);
}

function houseOf(path: string): string {
  return path.split('/')[0] ?? '';
}

describe('who may import whom', () => {
  test('every file stands on a known step', () => {
    expect(files.filter((file) => !(houseOf(file) in steps))).toEqual([]);
  });

  test('a folder imports only from lower steps and from itself', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => targetOf(file, from))
        .filter(
          (target) =>
            houseOf(target) !== houseOf(file) &&
            (steps[houseOf(target)] ?? 99) >= (steps[houseOf(file)] ?? 0) &&
            !(steps[houseOf(file)] === 1 && steps[houseOf(target)] === 1) &&
            // Questions and jobs hand work to the pool.
            !(houseOf(target) === 'pool' && ['questions', 'jobs'].includes(houseOf(file))),
        )
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    ['fastify', /^(config\.ts|plugins\/|routes\/|app\.ts|server\.ts)/],
    ['@fastify/', /^(plugins\/|routes\/|app\.ts|server\.ts)/],
    ['@bufbuild/', /^importers\//],
    ['@opentelemetry/', /^plugins\/(spans|tracing)\.ts$/],
    ['pino', /^(plugins\/logging\.ts|server\.ts)$/],
  ])('only its own folders import %s', (library, allowed) => {
    const wrong = files.filter(
      (file) =>
        !allowed.test(file) && importsOf(file).some(({ from }) => from === library || (library.endsWith('/') && from.startsWith(library))),
    );
    expect(wrong).toEqual([]);
  });

  test('only config.ts reads the environment', () => {
    expect(files.filter((file) => /process\.env/.test(readFileSync(new URL(file, source), 'utf8')))).toEqual(['config.ts']);
  });
});
