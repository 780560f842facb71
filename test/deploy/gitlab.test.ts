import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf, storyFiles } from './integrations-page.ts';
import type { Ended, Listening } from './outside.ts';
import { ended, folderOf, removed, root, startListening } from './outside.ts';

const template = await readFile(join(root, 'deploy/gitlab/layergauge.gitlab-ci.yml'), 'utf8');
/** The one block of `script`, without its indentation, and the variables with their defaults. */
const script = (/^ {4}- \|\n((?: {6}.*\n)+)/m.exec(template)?.[1] ?? '').replaceAll(/^ {6}/gm, '');
const variables = Object.fromEntries(
  [...template.matchAll(/^ {4}(LAYERGAUGE_\w+): (?:""|(.+))$/gm)].map(([, name = '', value = '']) => [name, value]),
);

let service: Listening;
beforeAll(async () => {
  service = await startListening();
});
afterAll(() => service.close());

interface Job extends Ended {
  readonly junit: string | undefined;
  readonly markdown: string | undefined;
  readonly isLeft: (path: string) => Promise<boolean>;
}

/** GitLab's runner hands the script to bash where the image has one, else to its sh. */
const shells = [
  ['bash', '-eo', 'pipefail'],
  ['sh', '-e'],
] as const;

async function job(
  files: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, string>>,
  look: (job: Job) => Promise<void> | void,
): Promise<void> {
  for (const [shell, ...options] of shells) {
    const folder = await folderOf(files);
    try {
      const content = (path: string) => readFile(join(folder, path), 'utf8').catch(() => undefined);
      const result = await ended(shell, [...options, '-c', script], folder, { ...variables, LAYERGAUGE_URL: service.url, ...given });
      const isLeft = async (path: string) => (await content(path)) !== undefined;
      await look({ ...result, junit: await content('layergauge-junit.xml'), markdown: await content('layergauge.md'), isLeft });
    } finally {
      await removed(folder);
    }
  }
}

function parse(xml: string): readonly { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes }));
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return elements;
}

const lenet = { ref: 'lenet5' };

describe('the script of the GitLab template', () => {
  test('asks at the alias of its service, and reports the artifacts that it writes', () => {
    expect(variables).toEqual({
      LAYERGAUGE_URL: 'http://layergauge:3000',
      LAYERGAUGE_MODEL: '',
      LAYERGAUGE_POLICY: '',
      LAYERGAUGE_LIMITS: '',
      LAYERGAUGE_OPTIONS: '',
    });
    expect(template).toMatch(/^ {6}alias: layergauge$/m);
    expect(template).toMatch(/^ {6}junit: layergauge-junit\.xml$/m);
    expect(template).toMatch(/^ {6}- layergauge\.md$/m);
  });

  test('ends with 0 where the budget is kept', async () => {
    const given = { LAYERGAUGE_MODEL: 'model.json', LAYERGAUGE_LIMITS: 'max_macs=1M max_parameters=62K' };
    await job({ 'model.json': lenet }, given, ({ code, stdout, stderr, junit, markdown }) => {
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(markdown).toMatch(/^## ✅ lenet5 keeps its budget\n/);
      expect(stdout).toBe(markdown);
      expect(parse(junit ?? '').map(({ name }) => name)).toEqual(['testsuites', 'testsuite', 'testcase', 'testcase']);
    });
  });

  test('ends with 1 on a breach, with a failed test case for each broken limit', async () => {
    const policy = { rules: [{ type: 'conv2d', max_macs: '200K', description: 'no <large> convolutions' }] };
    const files = { 'a "b", c;d.json': lenet, 'my policy.json': policy };
    const given = {
      LAYERGAUGE_MODEL: 'a "b", c;d.json',
      LAYERGAUGE_POLICY: 'my policy.json',
      LAYERGAUGE_LIMITS: 'max_macs=1M  max_layers=11',
      LAYERGAUGE_OPTIONS: 'batch_size=2 dtype=float16',
    };
    await job(files, given, ({ code, junit, markdown }) => {
      expect(code).toBe(1);
      expect(markdown).toContain('Batch size 2, float16');
      const elements = parse(junit ?? '');
      expect(elements[0]?.attributes).toMatchObject({ tests: '3', failures: '2' });
      expect(elements.filter(({ name }) => name === 'failure').map(({ attributes }) => attributes.type)).toEqual(['max_layers', 'rule 1']);
    });
  });

  test.each([
    ['a broken model', { LAYERGAUGE_MODEL: 'broken.json' }, 'layergauge: there is no network "lenet" in /v1/zoo; did you mean "lenet5"?\n'],
    ['an unknown limit', { LAYERGAUGE_LIMITS: 'max_mac=1' }, /^layergauge: unknown query parameter "max_mac"; did you mean "max_macs"\?/],
    [
      'a word that is no limit',
      { LAYERGAUGE_LIMITS: 'max_macs' },
      'layergauge: "max_macs" is not of the form name=value, such as max_macs=5G\n',
    ],
    ['a limit that would be another part of the query', { LAYERGAUGE_LIMITS: 'max_macs&fail=1' }, /"max_macs&fail=1" is not of the form/],
    ['a model that is no file', { LAYERGAUGE_MODEL: 'none.onnx' }, 'layergauge: LAYERGAUGE_MODEL "none.onnx" is not a file\n'],
    ['a policy that is no file', { LAYERGAUGE_POLICY: 'none.json' }, 'layergauge: LAYERGAUGE_POLICY "none.json" is not a file\n'],
    ['an address that is no URL', { LAYERGAUGE_URL: 'file:///etc/passwd' }, /cannot be asked: curl: \(1\)/],
  ])('ends with 2 and a sentence about %s, and leaves no report', async (_, given, sentence) => {
    const files = { 'model.json': lenet, 'broken.json': { ref: 'lenet' } };
    await job(files, { LAYERGAUGE_MODEL: 'model.json', LAYERGAUGE_LIMITS: 'max_macs=1M', ...given }, ({ code, stderr, junit }) => {
      if (typeof sentence === 'string') expect(stderr).toBe(sentence);
      else expect(stderr).toMatch(sentence);
      expect(code).toBe(2);
      expect(junit).toBeUndefined();
    });
  });

  test('runs no text of a variable', async () => {
    const hostile = '$(touch made)`touch made`";touch made;\'*';
    for (const name of ['LAYERGAUGE_URL', 'LAYERGAUGE_MODEL', 'LAYERGAUGE_POLICY', 'LAYERGAUGE_LIMITS', 'LAYERGAUGE_OPTIONS']) {
      const files = { [hostile]: lenet, 'model.json': lenet };
      const given = { LAYERGAUGE_MODEL: 'model.json', LAYERGAUGE_LIMITS: 'max_macs=1M', [name]: hostile };
      await job(files, given, async ({ code, isLeft }) => {
        // A model may be called so.
        expect({ name, code }).toEqual({ name, code: name === 'LAYERGAUGE_MODEL' ? 0 : 2 });
        expect(await isLeft('made')).toBe(false);
      });
    }
  });
});

test('the example of docs/integrations.md prints what stands there', async () => {
  const given = exampleOf('GitLab CI', 'yaml').matchAll(/^ {4}(LAYERGAUGE_\w+): (.+)$/gm);
  const variables = Object.fromEntries([...given].map(([, name = '', value = '']) => [name, value]));
  expect(Object.keys(variables)).toHaveLength(5);
  await job(storyFiles, variables, ({ code, stdout }) => {
    expect(code).toBe(1);
    expect(stdout).toBe(exampleOf('GitLab CI', 'text'));
  });
});
