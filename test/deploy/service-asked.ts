/** What a service says to questions that reach all of its parts, for holding one build of it against another. */

export interface Asked {
  readonly question: string;
  readonly answer: string;
}

interface Question {
  readonly path: string;
  readonly body?: unknown;
  /** Bodies of several lines, each of them JSON. */
  readonly lines?: readonly unknown[];
  readonly accept?: string;
}

/** A convolution of some 9 million multiply-accumulates, which a worker thread takes. */
const largeRun = {
  layer: { type: 'conv2d', padding: 1 },
  input: { shape: [1, 4, 160, 160], data: Array.from({ length: 4 * 160 * 160 }, (_, n) => (n % 7) - 3) },
  weight: { shape: [10, 4, 3, 3], data: Array.from({ length: 360 }, (_, n) => (n % 5) - 2) },
};

const questions: readonly Question[] = [
  { path: '/livez' },
  { path: '/readyz' },
  { path: '/openapi.json' },
  { path: '/docs/' },
  { path: '/docs/static/index.html' },
  { path: '/docs/static/swagger-ui-bundle.js' },
  { path: '/docs/static/swagger-ui.css' },
  { path: '/schemas/architecture.json' },
  { path: '/v1/operators' },
  { path: '/v2' },
  { path: '/nowhere' },
  { path: '/v1/analyze?include=formulas,by_type', body: { ref: 'lenet5' } },
  { path: '/v1/analyze', body: { ref: 'resnet50' }, accept: 'text/csv' },
  { path: '/v1/analyze', body: { ref: 'resnet50' }, accept: 'text/markdown' },
  { path: '/v1/analyze', body: { input: [3, 5, 5], layers: [{ type: 'conv2d', out_channels: 16, kernel_size: 7 }] } },
  { path: '/v1/convert', body: { ref: 'googlenet' } },
  {
    path: '/v1/run',
    body: {
      layer: { type: 'max_pool2d', kernel_size: 2 },
      input: [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
    },
  },
  { path: '/v1/run', body: largeRun },
  // More layers than are measured between other requests.
  { path: '/v1/analyze', body: { input: [1, 4], layers: Array.from({ length: 2500 }, () => ({ type: 'relu' })) }, accept: 'text/csv' },
  // The lines of a bulk are measured by worker threads too.
  {
    path: '/v1/bulk',
    lines: [{ model: { ref: 'lenet5' } }, { model: { ref: 'vgg16' }, options: { batch_size: 8 } }, { model: { ref: 'none' } }],
  },
];

export async function askAll(base: string): Promise<readonly Asked[]> {
  const { networks } = (await (await fetch(`${base}/v1/zoo`)).json()) as { networks: { name: string }[] };
  const zoo = networks.map(({ name }) => ({ path: '/v1/analyze', body: { ref: name } }));
  const asked: Asked[] = [];
  for (const question of [...questions, ...zoo]) asked.push({ question: titleOf(question), answer: await ask(base, question) });
  return asked;
}

/** Asked again where the service is busy, as callers do. */
async function ask(base: string, question: Question): Promise<string> {
  const { path, accept } = question;
  const body = textOf(question);
  const type = question.lines === undefined ? 'application/json' : 'application/x-ndjson';
  const headers = { ...(body === undefined ? {} : { 'content-type': type }), ...(accept === undefined ? {} : { accept }) };
  for (let tries = 1; ; tries++) {
    const response = await fetch(base + path, body === undefined ? { headers } : { method: 'POST', headers, body });
    const text = await response.text();
    if (response.status !== 503 || tries === 20) return `${response.status} ${response.headers.get('content-type')}\n${text}`;
    await new Promise((go) => setTimeout(go, 200));
  }
}

function textOf({ body, lines }: Question): string | undefined {
  if (lines !== undefined) return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return body === undefined ? undefined : JSON.stringify(body);
}

function titleOf(question: Question): string {
  const body = textOf(question);
  return [body === undefined ? 'GET' : 'POST', question.path, question.accept ?? '', body?.slice(0, 60) ?? '']
    .filter((part) => part !== '')
    .join(' ');
}
