import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { installArrival } from '../../src/plugins/arrival.ts';
import { takeBodiesAsStreams, takeMultipart } from '../../src/plugins/limits.ts';
import { installProblems } from '../../src/plugins/problems.ts';
import { receiveParts } from '../../src/routes/receive-parts.ts';
import type { FormPart } from '../multipart.ts';
import { boundary, formBody, formType } from '../multipart.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

/** Answers what came: names, file names and bytes. */
let app: FastifyInstance;
beforeAll(async () => {
  const { config } = readConfig({ LAYERGAUGE_MAX_JSON_BYTES: '2000', LAYERGAUGE_MAX_ONNX_BYTES: '100000' });
  app = fastify();
  installProblems(app, config);
  installArrival(app);
  takeBodiesAsStreams(app);
  takeMultipart(app);
  app.post('/', async (request) => {
    const parts = await receiveParts(request, { model: 'model', policy: 'json' }, undefined, config);
    return [...parts].map(([name, { received, filename }]) => [
      name,
      filename ?? null,
      received.kind === 'json' ? Buffer.from(received.bytes).toString('latin1') : `ONNX of ${received.skeleton.length} bytes`,
    ]);
  });
  await app.ready();
});
afterAll(() => app.close());

async function send(body: Buffer, cuts: readonly number[] = [], type = formType) {
  const ends = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b);
  const chunks = [...ends, body.length].map((end, index) => body.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
  const { statusCode, payload } = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': type },
    payload: Readable.from(chunks, { objectMode: false }),
  });
  return { status: statusCode, body: JSON.parse(payload) };
}

const model: FormPart = { name: 'model', content: '{"ref":"lenet5"}', filename: 'models/lenet5.json' };
const policy: FormPart = { name: 'policy', content: '{}' };

test('parts come as they were sent, in any order, with the names of their files', async () => {
  expect((await send(formBody([model, policy]))).body).toEqual([
    ['model', 'models/lenet5.json', model.content],
    ['policy', null, '{}'],
  ]);
  expect((await send(formBody([policy, model]))).body.map(([name]: string[]) => name)).toEqual(['policy', 'model']);
  expect((await send(formBody([]))).body).toEqual([]);
});

test('an ONNX part of any length is passed over as it comes', async () => {
  const { body } = await send(
    formBody([{ name: 'model', content: tinyOnnx({ weightBytes: 64_000 }), filename: 'x.onnx' }]),
    [10, 4000, 30_000],
  );
  expect(body[0][2]).toMatch(/^ONNX of \d{2,3} bytes$/);
});

test('no byte is lost or changed, wherever the body is cut and whatever looks like a boundary', async () => {
  const piece = fc.constantFrom('a', '\r', '\n', '\r\n', '-', '--', `\r\n--${boundary.slice(0, -1)}`, boundary, '\r\n--', '\0');
  const content = fc
    .array(piece, { maxLength: 12 })
    .map((pieces) => pieces.join(''))
    .filter((text) => !`\r\n${text}`.includes(`\r\n--${boundary}`));
  await fc.assert(
    fc.asyncProperty(content, content, fc.array(fc.nat(), { maxLength: 12 }), async (first, second, cuts) => {
      // The first byte keeps the reader of models from taking it for another format.
      const parts = [
        { name: 'model', content: `{"${first}` },
        { name: 'policy', content: second },
      ];
      const { body } = await send(formBody(parts), cuts);
      expect(body).toEqual(parts.map((part) => [part.name, null, part.content]));
    }),
    { numRuns: 300 },
  );
});

test('a body that is cut off is a 400, at whatever byte', async () => {
  const whole = formBody([model, policy]);
  // The last line break may be missing.
  for (let length = 0; length < whole.length - 2; length++) {
    const { status, body } = await send(whole.subarray(0, length), [7, 100]);
    expect([length, status], body.detail).toEqual([length, 400]);
  }
});

describe('a 400 says what is expected of', () => {
  test.each<[string, readonly FormPart[], RegExp]>([
    ['an unknown part', [model, { name: 'plicy', content: '' }], /a part "plicy"; expected the parts "model" and "policy", once each/],
    ['a part that comes twice', [model, model], /two parts "model"/],
    ['a part without a name', [{ content: '' }], /the body ends|without a name|no part/],
    ['a part that is called as what every object has', [{ name: '__proto__', content: '' }], /a part "__proto__"/],
    ['an empty model', [{ name: 'model', content: '' }], /^in part "model": the body is empty/],
    ['a model of no known format', [{ name: 'model', content: 'PK\u0003\u0004' }], /^in part "model": the body is a zip archive/],
  ])('%s', async (_, parts, says) => {
    const { status, body } = await send(formBody(parts));
    // A part without a name is no part: nobody can ask for it.
    if (status === 200) expect(body).toEqual([]);
    else expect([status, body.detail]).toEqual([400, expect.stringMatching(says)]);
  });

  test('a content type without a boundary', async () => {
    expect((await send(formBody([model]), [], 'multipart/form-data')).body.detail).toMatch(/names no boundary/);
  });

  test('a body without any boundary in it', async () => {
    expect((await send(Buffer.from('{"ref":"lenet5"}'))).status).toBe(400);
  });
});

test.each<[string, FormPart]>([
  ['model', { name: 'model', content: `{"${'x'.repeat(2000)}"}` }],
  ['policy', { name: 'policy', content: ' '.repeat(2001) }],
  ['ONNX model', { name: 'model', content: tinyOnnx({ weightBytes: 128_000 }) }],
])('a %s above the limit of its kind is a 413 that names its part', async (_, part) => {
  const { status, body } = await send(formBody([part]), [100, 1000]);
  expect([status, body.detail]).toEqual([413, expect.stringMatching(/^in part "(model|policy)": .* larger than \d+ bytes$/)]);
});

test('what stands around the parts has a limit as well', async () => {
  const { status } = await send(Buffer.concat([Buffer.alloc(1_300_000, 'x'), formBody([model])]), [1_000_000]);
  expect(status).toBe(413);
});
