import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf, storyFiles } from './integrations-page.ts';
import type { Ended, Listening } from './outside.ts';
import { ended, folderOf, removed, root, startListening } from './outside.ts';

const action = join(root, 'deploy/github-action');
const metadata = await readFile(join(action, 'action.yml'), 'utf8');
/** The step as a runner gets it: the text of `run`, and the variables of `env` by the input that each stands for. */
const command = /^ {6}run: (.+)$/m.exec(metadata)?.[1] ?? '';
const variables = new Map(
  [...metadata.matchAll(/^ {8}(INPUT_\w+): \$\{\{ inputs\.([a-z-]+) \}\}$/gm)].map(([, name, input]) => [input, name]),
);

let service: Listening;
beforeAll(async () => {
  service = await startListening();
});
afterAll(() => service.close());

interface Step extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly folder: string;
}

/** Runs the step in a workspace with these files, as a runner does: `bash -eo pipefail` on a file with the text of `run`. */
async function step(
  files: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, string>>,
  look: (step: Step) => Promise<void> | void,
  path?: string,
): Promise<void> {
  const folder = await folderOf({ 'runner/script.sh': command, 'runner/summary': '', 'runner/output': '' });
  const workspace = await folderOf(files);
  try {
    // An input that is not given is an empty variable.
    const given = [...variables].map(([input, name]) => [name ?? '', inputs[input ?? ''] ?? '']);
    const runner = join(folder, 'runner');
    const result = await ended('bash', ['--noprofile', '--norc', '-eo', 'pipefail', join(runner, 'script.sh')], workspace, {
      ...Object.fromEntries(given),
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: action,
      GITHUB_WORKSPACE: workspace,
      GITHUB_STEP_SUMMARY: join(runner, 'summary'),
      GITHUB_OUTPUT: join(runner, 'output'),
      RUNNER_TEMP: runner,
      RUNNER_OS: 'Linux',
      ...(path === undefined ? {} : { PATH: path }),
    });
    const lines = (await readFile(join(runner, 'output'), 'utf8')).split('\n').filter((line) => line !== '');
    const outputs = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    await look({ ...result, outputs, summary: await readFile(join(runner, 'summary'), 'utf8'), folder: workspace });
  } finally {
    await removed(folder);
    await removed(workspace);
  }
}

const lenet = { ref: 'lenet5' };

describe('action.yml', () => {
  test('hands every input to the script as a variable, and none to the text of the command', () => {
    const declared = [...(/^inputs:\n([\s\S]*?)^outputs:/m.exec(metadata)?.[1] ?? '').matchAll(/^ {2}([a-z-]+):$/gm)].map(
      ([, name]) => name,
    );
    expect([...variables.keys()]).toEqual(declared);
    expect(command).toBe('bash "$GITHUB_ACTION_PATH/run.sh"');
  });

  test('declares the outputs that the script writes', async () => {
    const declared = [...metadata.matchAll(/steps\.check\.outputs\.([a-z_-]+) \}\}/g)].map(([, name]) => name ?? '');
    await step({ 'model.json': lenet }, { model: 'model.json', limits: 'max_macs=1M', url: service.url }, ({ outputs }) => {
      expect(Object.keys(outputs).sort()).toEqual(declared.sort());
    });
  });
});

describe('run.sh', () => {
  test('ends with 0 where the budget is kept, with numbers, Markdown and notices', async () => {
    const inputs = { model: './nets/model.json', limits: 'max_macs=1M\n  max_parameters=61706', url: `${service.url}/` };
    await step({ 'nets/model.json': lenet }, inputs, async ({ code, stdout, stderr, outputs, summary }) => {
      expect(stderr).toBe('');
      expect(code).toBe(0);
      // Of the README's table.
      expect(outputs).toMatchObject({ passed: 'true', layers: '12', parameters: '61706', macs: '416520', flops: '852370' });
      expect(outputs).toMatchObject({
        parameter_bytes: '246824',
        activation_bytes: '58408',
        peak_memory_bytes: '284456',
        'sarif-file': '',
      });
      expect(summary).toMatch(/^## ✅ lenet5 keeps its budget\n/);
      expect(await readFile(outputs['markdown-file'] ?? '', 'utf8')).toBe(summary);
      expect(stdout.split('\n')).toEqual([
        '::notice file=nets/model.json,line=1,title=layergauge%3A max_parameters::61,706 parameters, at most 61,706 asked',
        '::notice file=nets/model.json,line=1,title=layergauge%3A max_macs::416,520 macs, at most 1,000,000 asked',
        '',
      ]);
    });
  });

  test('ends with 1 on a breach, and says which layers weigh most', async () => {
    const inputs = { model: 'model.json', limits: 'max_macs=100K', options: 'batch_size=2', url: service.url };
    await step({ 'model.json': lenet }, inputs, ({ code, stdout, outputs, summary }) => {
      expect(code).toBe(1);
      expect(outputs).toMatchObject({ passed: 'false', macs: '833040' });
      expect(summary).toMatch(/^## ❌ lenet5 breaks its budget\n/);
      expect(stdout).toContain(
        '::error file=model.json,line=1,title=layergauge%3A max_macs::c3 (conv2d) has 480,000 macs, 57.6 %25 of all (#/layers/3)',
      );
    });
  });

  test('holds the model against a policy and writes SARIF', async () => {
    const policy = { rules: [{ type: 'conv2d', max_macs: '200K' }] };
    const inputs = { model: 'model.json', policy: 'policy.json', 'sarif-file': 'found.sarif', url: service.url };
    await step({ 'model.json': lenet, 'policy.json': policy }, inputs, async ({ code, outputs, folder }) => {
      expect(code).toBe(1);
      expect(outputs['sarif-file']).toBe('found.sarif');
      const sarif = JSON.parse(await readFile(join(folder, 'found.sarif'), 'utf8'));
      expect(sarif.version).toBe('2.1.0');
      expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('model.json');
    });
  });

  test.each([
    [
      'a model that does not hold together',
      { ref: 'lenet' },
      'max_macs=1M',
      ['there is no network "lenet" in /v1/zoo; did you mean "lenet5"? (#/ref in the model)'],
    ],
    [
      'every fault of a model',
      { input: [3, 5, 5], layers: [{ type: 'conv2d', out_channels: 1, kernal_size: 3 }] },
      'max_macs=1M',
      [
        '2 errors',
        expect.stringContaining('unknown key "kernal_size" in conv2d; did you mean "kernel_size"? (#/layers/0/kernal_size in the model)'),
        expect.stringContaining('conv2d needs kernel_size'),
      ],
    ],
    ['an unknown limit', lenet, 'max_mac=1M', [expect.stringContaining('unknown query parameter "max_mac"; did you mean "max_macs"?')]],
    ['a limit that is no number', lenet, 'max_macs=many', [expect.stringContaining('given "many"')]],
    ['nothing to check', lenet, '', [expect.stringContaining('there is nothing to check')]],
    ['a word that is no limit', lenet, 'max_macs', ['"max_macs" is not of the form name=value, such as max_macs=5G']],
  ])('ends with 2 and the sentence of %s', async (_, model, limits, sentences) => {
    await step({ 'model.json': model }, { model: 'model.json', limits, url: service.url }, ({ code, stdout, outputs, summary }) => {
      expect(code).toBe(2);
      const said = stdout.split('\n').filter((line) => line !== '');
      expect(said.map((line) => line.replace(/^::error title=layergauge::/, ''))).toEqual(sentences);
      expect(said.every((line) => line.startsWith('::error title=layergauge::'))).toBe(true);
      expect(outputs).toEqual({});
      expect(summary).toMatch(/^## ⚠️ layergauge could not check the model\n\n {4}/);
    });
  });

  test.each([
    ['no service listens', { url: 'http://127.0.0.1:9' }, /the service at http:\/\/127\.0\.0\.1:9 cannot be asked: curl: \(7\)/],
    ['the address is no URL', { url: 'file:///etc/passwd' }, /is not the URL of a service/],
    ['there is neither URL nor image', {}, /give one of the inputs "url" and "image"/],
    ['there are both', { url: 'http://127.0.0.1:9', image: 'layergauge' }, /give one of the inputs/],
    ['the model is no file', { url: 'http://127.0.0.1:9', model: 'none.onnx' }, /model "none\.onnx" is not a file/],
    ['the policy is no file', { url: 'http://127.0.0.1:9', policy: 'none.json' }, /policy "none\.json" is not a file/],
  ])('ends with 2 where %s', async (_, inputs, sentence) => {
    await step({ 'model.json': lenet }, { model: 'model.json', limits: 'max_macs=1M', ...inputs }, ({ code, stdout }) => {
      expect(code).toBe(2);
      expect(stdout).toMatch(sentence);
    });
  });

  test('ends with 2 and says where a policy does not hold together', async () => {
    const files = { 'model.json': lenet, 'policy.json': { limits: { max_mac: 1 } } };
    await step(files, { model: 'model.json', policy: 'policy.json', url: service.url }, ({ code, stdout }) => {
      expect(code).toBe(2);
      expect(stdout).toMatch(
        /^::error title=layergauge::unknown key "max_mac" in the limits; did you mean "max_macs"\?.* \(#\/limits\/max_mac in the policy\)\n$/,
      );
    });
  });

  test('takes file names with spaces, quotes, commas, semicolons and a leading hyphen as they are', async () => {
    for (const model of [
      `a "quoted", 'odd';type=x\\name.json`,
      '-',
      '--output=x',
      '@model',
      '$(touch made) `touch made`; touch made',
      'né%0A.json',
      'a[1]{b,c}.json',
    ]) {
      const files = { [model]: lenet, 'a, b.json': { limits: { max_macs: '100K' } } };
      await step(files, { model, policy: 'a, b.json', url: service.url }, async ({ code, stderr, stdout, folder }) => {
        expect({ model, code, stderr }).toEqual({ model, code: 1, stderr: '' });
        expect(stdout.split('\n').every((line) => line === '' || line.startsWith('::error file='))).toBe(true);
        await expect(readFile(join(folder, 'made'))).rejects.toThrow('ENOENT');
      });
    }
  });

  test('runs no text of an input', async () => {
    const hostile = '$(touch made)`touch made`";touch made;\'';
    const inputs = { model: 'model.json', limits: 'max_macs=1M', url: service.url };
    for (const input of variables.keys()) {
      await step({ 'model.json': lenet }, { ...inputs, [input ?? '']: hostile }, async ({ code, folder }) => {
        // A SARIF file may be called so; nothing else holds.
        expect({ input, code }).toEqual({ input, code: input === 'sarif-file' || input === 'token' ? 0 : 2 });
        await expect(readFile(join(folder, 'made'))).rejects.toThrow('ENOENT');
      });
    }
  });

  test('refuses a line break where it would write another output or header', async () => {
    for (const input of ['model', 'policy', 'url', 'token', 'sarif-file']) {
      const inputs = { model: 'model.json', limits: 'max_macs=1M', url: service.url, [input]: 'x\npassed=true' };
      await step({ 'model.json': lenet, 'x\npassed=true': lenet }, inputs, ({ code, stdout, outputs }) => {
        expect(code).toBe(2);
        expect(stdout).toBe(`::error title=layergauge::${input} has a line break or another control character\n`);
        expect(outputs).toEqual({});
      });
    }
  });

  test('lets no text of a model become a command of the workflow', async () => {
    const name = '::set-env name=A::b %0A::error::c "totals":{"parameters":1} "passed":true,"limits":[';
    const model = { name, input: [1, 4, 4], layers: [{ name: '::add-mask::x', type: 'conv2d', out_channels: 1, kernel_size: 1 }] };
    await step({ 'model.json': model }, { model: 'model.json', limits: 'max_macs=1', url: service.url }, ({ code, stdout, outputs }) => {
      expect(code).toBe(1);
      // 16 positions of one 1 x 1 kernel.
      expect(outputs).toMatchObject({ passed: 'false', parameters: '2', macs: '16' });
      expect(
        stdout.split('\n').every((line) => line === '' || line.startsWith('::error file=model.json,line=1,title=layergauge%3A max_macs::')),
      ).toBe(true);
    });
    const broken = { input: [1, 4, 4], layers: [{ name: 'a', type: '\n::set-env name=A::b%0A' }] };
    await step({ 'model.json': broken }, { model: 'model.json', limits: 'max_macs=1', url: service.url }, ({ code, stdout }) => {
      expect(code).toBe(2);
      expect(stdout.split('\n').every((line) => line === '' || /^::error title=layergauge::[^%]*(%25[^%]*)*$/.test(line))).toBe(true);
    });
  });

  test('passes on nothing but annotations, and says so where the answer is not of a layergauge service', async () => {
    const check = JSON.stringify({ passed: true, limits: [], totals: { layers: 1 } });
    let forms: Readonly<Record<string, string>> = {
      'application/json': check,
      'text/markdown': '# x\n',
      'text/plain': '::add-mask::x\n::notice title=a::b\n',
    };
    const authorizations = new Set<string | undefined>();
    const server = createServer((request, response) => {
      authorizations.add(request.headers.authorization);
      request.resume().on('end', () => response.setHeader('content-type', 'text/html').end(forms[request.headers.accept ?? ''] ?? 'no'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const inputs = {
      model: 'model.json',
      limits: 'max_macs=1',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: 'a "b"',
    };
    try {
      await step({ 'model.json': lenet }, inputs, ({ code, stdout, outputs }) => {
        expect(code).toBe(0);
        expect(stdout).toBe('::notice title=a::b\n');
        expect(outputs).toMatchObject({ passed: 'true', layers: '1', macs: '' });
        expect([...authorizations]).toEqual(['Bearer a "b"']);
      });
      forms = {};
      await step({ 'model.json': lenet }, inputs, ({ code, stdout }) => {
        expect(code).toBe(2);
        expect(stdout).toContain('answered with something that is no check; is it a layergauge service?');
      });
    } finally {
      server.close();
    }
  });

  test('starts an image with docker, asks the port that docker tells, and removes the container', async () => {
    // Stands in for docker, of which it shows what it was asked; the container is the service of this test.
    const docker = `#!/bin/sh\necho "$@" >>"$(dirname "$0")/asked"\ncase $1 in run) echo c0ffee | tee "$4" ;; port) echo "${service.url.slice('http://'.length)}" ;; esac\n`;
    const bin = await folderOf({ docker });
    await ended('chmod', ['+x', 'docker'], bin);
    try {
      const path = `${bin}:${process.env.PATH}`;
      const inputs = { model: 'model.json', limits: 'max_macs=1M', image: 'registry.example.com/layergauge:0.1.0' };
      await step(
        { 'model.json': lenet },
        inputs,
        async ({ code, outputs }) => {
          expect(code).toBe(0);
          expect(outputs).toMatchObject({ passed: 'true' });
          expect((await readFile(join(bin, 'asked'), 'utf8')).split('\n')).toEqual([
            expect.stringMatching(
              /^run --detach --cidfile .+\/container --publish 127\.0\.0\.1::3000 --read-only --cap-drop ALL --security-opt no-new-privileges registry\.example\.com\/layergauge:0\.1\.0$/,
            ),
            'port c0ffee 3000/tcp',
            'rm --force c0ffee',
            '',
          ]);
        },
        path,
      );
      await step(
        { 'model.json': lenet },
        { ...inputs, image: '--privileged' },
        ({ code, stdout }) => {
          expect(code).toBe(2);
          expect(stdout).toContain('"--privileged" is not the name of an image');
        },
        path,
      );
      await writeFile(join(bin, 'docker'), '#!/bin/sh\necho "no such image" >&2\nexit 125\n');
      await step(
        { 'model.json': lenet },
        inputs,
        ({ code, stdout }) => {
          expect(code).toBe(2);
          expect(stdout).toContain('does not start: no such image');
        },
        path,
      );
    } finally {
      await removed(bin);
    }
  });
});

test('the example of docs/integrations.md prints what stands there', async () => {
  const given = (/^ {8}with:\n((?: {10}.+\n)+)/m.exec(exampleOf('GitHub Actions', 'yaml'))?.[1] ?? '').matchAll(/^ {10}([a-z-]+): (.+)$/gm);
  const inputs = Object.fromEntries(
    [...given].map(([, name = '', value = '']) => [name, value.replace('http://localhost:3000', service.url)]),
  );
  expect(Object.keys(inputs)).toEqual(['model', 'policy', 'limits', 'options', 'url', 'sarif-file']);
  await step(storyFiles, inputs, async ({ code, stdout, outputs, folder }) => {
    expect(code).toBe(1);
    expect(stdout).toBe(exampleOf('GitHub Actions', 'text'));
    const lines = Object.entries(outputs).map(
      ([name, value]) => `${name}=${value.replace(/^.*\/layergauge\.\w+\//, '$RUNNER_TEMP/layergauge.XXXXXX/')}\n`,
    );
    expect(lines.join('')).toBe(exampleOf('GitHub Actions', 'text', 1));
    expect(JSON.parse(await readFile(join(folder, 'layergauge.sarif'), 'utf8')).version).toBe('2.1.0');
  });
});
