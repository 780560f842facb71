import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf, storyFiles } from './integrations-page.ts';
import type { Ended, Listening } from './outside.ts';
import { ended, folderOf, removed, root, runs, startListening } from './outside.ts';

const script = join(root, 'deploy/pre-commit/check.sh');
const preCommit = process.env.PRE_COMMIT ?? 'pre-commit';
const reason = (await runs(preCommit, '--version')) ? '' : `; skipped: there is no ${preCommit}, PRE_COMMIT names another`;

let service: Listening;
beforeAll(async () => {
  service = await startListening();
});
afterAll(() => service.close());

const lenet = { ref: 'lenet5' };

describe('the script of the hook', () => {
  async function check(
    files: Readonly<Record<string, unknown>>,
    given: readonly string[],
    look: (result: Ended, folder: string) => Promise<void> | void,
  ): Promise<void> {
    const folder = await folderOf(files);
    try {
      await look(await ended('bash', [script, ...given], folder, { LAYERGAUGE_URL: service.url }), folder);
    } finally {
      await removed(folder);
    }
  }

  test('says nothing of models that keep their budget', async () => {
    const files = { 'a b.json': lenet, '--policy=lenient.json': lenet, 'policy.json': { limits: { max_layers: 12 } } };
    const given = ['--policy=policy.json', '--limits=max_macs=1M max_parameters=62K', '--', 'a b.json', '--policy=lenient.json'];
    await check(files, given, (result) => {
      expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    });
  });

  test('ends with 1 and shows each model that breaks its budget', async () => {
    const files = { 'a.json': lenet, 'b.json': { ref: 'alexnet' }, 'c.json': { ref: 'squeezenet1_1' } };
    await check(files, ['--limits=max_macs=400M', '--', 'a.json', 'b.json', 'c.json'], ({ code, stdout, stderr }) => {
      expect(stderr).toBe('');
      expect(code).toBe(1);
      // AlexNet has 714 million multiply-accumulates, SqueezeNet 1.1 349 million (torchvision's table).
      expect(stdout.match(/^(?:\S+\.json|## .*)$/gm)).toEqual(['b.json', '## ❌ alexnet breaks its budget']);
    });
  });

  test.each([
    [
      'a broken model',
      ['--limits=max_macs=1M', '--', 'broken.json'],
      'layergauge: broken.json: there is no network "lenet" in /v1/zoo; did you mean "lenet5"? (#/ref in the model)\n',
    ],
    ['an unknown limit', ['--limits=max_mac=1', '--', 'model.json'], /unknown query parameter "max_mac"/],
    ['no limits', ['--', 'model.json'], /there is nothing to check/],
    ['a missing --', ['model.json'], /unexpected "model\.json"; args are --url=/],
    ['no models and no --', ['--limits=max_macs=1M'], /args must end with --/],
    [
      'a policy that is no file',
      ['--policy=none.json', '--', 'model.json'],
      'layergauge: policy "none.json" is not a file that can be read\n',
    ],
    [
      'a service that is down',
      ['--url=http://127.0.0.1:9', '--limits=max_macs=1M', '--', 'model.json'],
      /the service at http:\/\/127\.0\.0\.1:9 cannot be asked/,
    ],
  ])('ends with 2 and a sentence about %s', async (_, given, sentence) => {
    await check({ 'model.json': lenet, 'broken.json': { ref: 'lenet' } }, given, ({ code, stderr }) => {
      if (typeof sentence === 'string') expect(stderr).toBe(sentence);
      else expect(stderr).toMatch(sentence);
      expect(code).toBe(2);
    });
  });
});

describe.skipIf(reason !== '')(`pre-commit itself${reason}`, () => {
  /** A repository of ours with the hook as it lies here, and one that uses it; `run` runs a program in the latter. */
  async function withRepositories(
    look: (
      repository: string,
      hook: { folder: string; rev: string },
      run: (program: string, ...given: string[]) => Promise<Ended>,
    ) => Promise<void>,
  ): Promise<void> {
    const manifest = await readFile(join(root, '.pre-commit-hooks.yaml'), 'utf8');
    const folder = await folderOf({ '.pre-commit-hooks.yaml': manifest });
    const repository = await folderOf({ '.gitignore': '.cache\n' });
    const author = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    };
    const environment = { ...author, LAYERGAUGE_URL: service.url, PRE_COMMIT_HOME: join(repository, '.cache') };
    try {
      const copied =
        'mkdir deploy && cp -R "$0/deploy/github-action" "$0/deploy/pre-commit" deploy/ && git init --quiet && git add . && git commit --quiet -m hook';
      expect(await ended('bash', ['-c', copied, root], folder, environment)).toMatchObject({ code: 0 });
      const { stdout } = await ended('git', ['rev-parse', 'HEAD'], folder);
      await ended('git', ['init', '--quiet'], repository);
      const run = (program: string, ...given: string[]) => ended(program, given, repository, environment);
      await look(repository, { folder, rev: stdout.trim() }, run);
    } finally {
      await removed(folder);
      await removed(repository);
    }
  }

  test('takes the hook from a repository and stops a commit that breaks the budget', async () => {
    await withRepositories(async (repository, { folder, rev }, run) => {
      const hooks = [{ id: 'layergauge-check', files: '^models/', args: ['--limits=max_macs=1M', '--'] }];
      // JSON is YAML.
      await writeFile(join(repository, '.pre-commit-config.yaml'), JSON.stringify({ repos: [{ repo: folder, rev, hooks }] }));
      expect(await run(preCommit, 'install')).toMatchObject({ code: 0 });

      await run('mkdir', 'models');
      await writeFile(join(repository, 'models/a "net".json'), JSON.stringify(lenet));
      await run('git', 'add', '.');
      const kept = await run('git', 'commit', '-m', 'small');
      expect(kept).toMatchObject({ code: 0, stderr: expect.stringMatching(/layergauge check\.+Passed/) });

      await writeFile(join(repository, 'models/large.json'), JSON.stringify({ ref: 'alexnet' }));
      await run('git', 'add', '.');
      const broken = await run('git', 'commit', '-m', 'large');
      expect(broken.code).toBe(1);
      expect(broken.stderr).toMatch(/layergauge check\.+Failed[\s\S]*exit code: 1[\s\S]*alexnet breaks its budget/);
      expect((await run('git', 'log', '--format=%s')).stdout).toBe('small\n');
    });
  });

  test('prints what stands in docs/integrations.md for its example', async () => {
    await withRepositories(async (repository, { folder, rev }, run) => {
      const configuration = exampleOf('pre-commit', 'yaml')
        .replace(/repo: .+/, `repo: ${folder}`)
        .replace(/rev: .+/, `rev: ${rev}`);
      for (const [path, text] of Object.entries({ ...storyFiles, '.pre-commit-config.yaml': configuration }))
        await writeFile(join(repository, path), text);
      await run('git', 'add', '.');
      await run(preCommit, 'install-hooks');
      const { code, stdout } = await run(preCommit, 'run', '--all-files');
      expect(code).toBe(1);
      expect(`$ pre-commit run --all-files\n${stdout.trimEnd()}\n`).toBe(exampleOf('pre-commit', 'console'));
    });
  });
});
