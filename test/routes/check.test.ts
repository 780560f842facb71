import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { checkSchema } from '../../src/questions/check/schema.ts';
import type { FormPart } from '../multipart.ts';
import { formBody, formType } from '../multipart.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import { postTo } from '../post-to.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

function post(payload: Buffer | string, type: string, query: string, accept?: string) {
  return postTo(service, `/v1/check${query}`, payload, type, accept);
}

function check(model: unknown, query: string, accept?: string) {
  const bytes = model instanceof Uint8Array ? Buffer.from(model) : JSON.stringify(model);
  return post(bytes, 'application/octet-stream', query, accept);
}

function checkForm(parts: readonly FormPart[], query = '', accept?: string) {
  return post(formBody(parts), formType, query, accept);
}

const resnet: FormPart = { name: 'model', content: '{"ref":"resnet50"}' };
const policyOf = (policy: unknown): FormPart => ({ name: 'policy', content: JSON.stringify(policy), filename: 'policy.json' });

describe('a network is held against', () => {
  test('limits of the query', async () => {
    const { status, body, headers } = await check({ ref: 'resnet50' }, '?max_macs=4.1G&max_parameters=25M&min_layers=100');
    expect(status).toBe(200);
    expect(headers['server-timing']).toMatch(/^check;dur=/);
    expect(headers.vary).toBe('accept, accept-encoding');
    expect(checkSchema.parse(body)).toEqual(body);
    expect(body.passed).toBe(false);
    expect(body.limits.map(({ limit, verdict }: { limit: string; verdict: string }) => `${limit} ${verdict}`)).toEqual([
      'max_parameters broken',
      'max_macs kept',
      'min_layers kept',
    ]);
    // The published 25,557,032 and 2048·1000 + 1000 of the classifier; the last block's 3×3 convolutions have 512·512·9.
    expect(body.limits[0]).toMatchObject({ value: 25557032, margin: -557032 });
    expect(body.limits[0].heaviest.slice(0, 2)).toMatchObject([
      { type: 'conv2d', value: 2359296 },
      { type: 'conv2d', value: 2359296 },
    ]);
  });

  test('a policy in a part beside it, and limits of the query with it', async () => {
    const policy = policyOf({ limits: { max_macs: '5G' }, rules: [{ type: 'conv2d', max_macs: '110M' }] });
    const { body } = await checkForm([resnet, policy], '?max_layers=1000');
    expect(body.limits.map(({ limit }: { limit: string }) => limit)).toEqual(['max_layers', 'max_macs']);
    expect(body.rules[0]).toMatchObject({ matched: 53, passed: false, description: 'layers of type conv2d: at most 110,000,000 macs' });
    expect(body.passed).toBe(false);
  });

  test('limits of the query, where the form has no policy', async () => {
    expect((await checkForm([resnet], '?max_macs=5G')).body.passed).toBe(true);
  });

  test('a limit at the batch size, resolution and type that are asked for', async () => {
    const { body } = await check({ ref: 'resnet50' }, '?max_macs=1G&batch_size=2&resolution=64&dtype=int8&convention=standard');
    expect(body.assumptions).toMatchObject({ batch_size: 2, resolution: '64x64', dtype: 'int8' });
    expect(body.limits[0].passed).toBe(true);
  });

  test('a limit, whatever its format', async () => {
    const onnx = tinyOnnx({ weightBytes: 640 });
    expect((await check(onnx, '?max_parameters=160')).body).toMatchObject({ passed: true, model: { format: 'onnx' } });
    const form = await checkForm([{ name: 'model', content: onnx, filename: 'tiny.onnx' }, policyOf({ limits: { max_parameters: 159 } })]);
    expect(form.body).toMatchObject({ passed: false, model: { format: 'onnx' } });
    expect(form.body.limits[0].heaviest[0].pointer).toBe('#/graph/node/0');
  });
});

describe('a form of the answer', () => {
  test.each([
    ['application/json', 'application/json; charset=utf-8', /^\{"schema_version":1,/],
    ['text/markdown', 'text/markdown; charset=utf-8', /^## ❌ resnet50 breaks its budget\n/],
    ['application/xml', 'application/xml; charset=utf-8', /^<\?xml version="1\.0"/],
    ['application/sarif+json', 'application/sarif+json; charset=utf-8', /"version":"2\.1\.0"/],
    ['text/plain', 'text/plain; charset=utf-8', /^::error title=/],
  ])('%s', async (accept, type, begins) => {
    const kept = await check({ ref: 'resnet50' }, '?max_macs=1', accept);
    expect([kept.status, kept.headers['content-type']]).toEqual([200, type]);
    expect(kept.text).toMatch(begins);
    const failed = await check({ ref: 'resnet50' }, '?max_macs=1&fail=true', accept);
    expect(failed.status).toBe(422);
    if (accept !== 'application/json') expect([failed.text, failed.headers['content-type']]).toEqual([kept.text, type]);
    expect((await check({ ref: 'resnet50' }, '?max_macs=5G&fail=true', accept)).status).toBe(200);
  });

  test('that is not served is a 406', async () => {
    const { status, body } = await check({ ref: 'resnet50' }, '?max_macs=1', 'text/csv');
    expect([status, body.detail]).toEqual([406, expect.stringContaining('application/sarif+json')]);
  });

  test('with fail=true is a problem that holds the same', async () => {
    const { body: kept } = await check({ ref: 'resnet50' }, '?max_macs=1');
    const { body, headers } = await check({ ref: 'resnet50' }, '?max_macs=1&fail=true');
    expect(headers['content-type']).toBe('application/problem+json');
    expect(problemSchema.parse(body)).toEqual(body);
    expect(body.type).toBe('urn:layergauge:problem:over-budget');
    expect(body.detail).toBe('max_macs: 4,089,184,256 macs, but at most 1 asked: 4,089,184,255 too many');
    expect(body.check).toEqual(kept);
  });

  test('places its findings in the file that the query or the form names', async () => {
    const place = async (parts: readonly FormPart[], query: string): Promise<string> =>
      (await checkForm(parts, query, 'application/sarif+json')).body.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri;
    const named = { ...resnet, filename: 'models/resnet.json' };
    expect(await place([named], '?max_macs=1')).toBe('models/resnet.json');
    expect(await place([named], '?max_macs=1&file=a/b.onnx')).toBe('a/b.onnx');
    expect(await place([resnet], '?max_macs=1')).toBe('resnet50');
    expect((await checkForm([named], '?max_macs=1', 'text/plain')).text).toMatch(/^::error file=models\/resnet\.json,line=1,title=/);
  });
});

describe('a 400', () => {
  test.each([
    ['', 'nothing to check'],
    ['?batch_size=1', 'max_peak_memory_bytes, min_peak_memory_bytes'],
    ['?max_parameter=1', 'did you mean \\"max_parameters\\"?'],
    ['?max_macs=1X', '8GiB'],
    ['?max_macs=-1', '8GiB'],
    ['?max_macs=', '8GiB'],
    ['?max_macs=1&max_macs=2', 'once'],
    ['?max_macs=1&fail=yes', 'true, false'],
    ['?max_macs=1&include=formulas', 'unknown query parameter'],
    ['?max_macs=1&file=', 'empty'],
  ])('lists what is served: %s', async (query, says) => {
    const { status, body, text } = await check({ ref: 'resnet50' }, query);
    expect([status, body.type]).toEqual([400, 'urn:layergauge:problem:invalid-query']);
    expect(text).toContain(says);
  });

  test('says that a form has neither limits nor a policy, or no model', async () => {
    expect((await checkForm([resnet])).body.detail).toContain('nothing to check');
    expect((await checkForm([policyOf({ limits: { max_macs: 1 } })])).body.detail).toContain('no part "model"');
  });

  test('names the part that cannot be read', async () => {
    const broken = await checkForm([resnet, { name: 'policy', content: '{' }]);
    expect([broken.status, broken.body.detail]).toEqual([400, expect.stringMatching(/^in part "policy": .* expected a policy in JSON/)]);
    const pickle = await checkForm([{ name: 'model', content: Buffer.from([0x80, 2, 0x7d]) }, policyOf({ limits: { max_macs: 1 } })]);
    expect([pickle.status, pickle.body.detail]).toEqual([400, expect.stringMatching(/^in part "model": .*pickle/)]);
  });
});

describe('a 422', () => {
  test('leads into the policy', async () => {
    const policy = { limits: { max_mac: 1 }, rules: [{ type: 'conv2d', max_macs: 'x' }] };
    const { status, body } = await checkForm([resnet, policyOf(policy)]);
    expect([status, body.type]).toEqual([422, 'urn:layergauge:problem:invalid-policy']);
    expect(problemSchema.parse(body)).toEqual(body);
    expect(body.errors).toHaveLength(2);
    for (const { pointer, part } of body.errors) {
      expect(part).toBe('policy');
      resolvePointer(policy, pointer);
    }
  });

  test('leads to a key of the policy that stands twice', async () => {
    const { status, body } = await checkForm([resnet, { name: 'policy', content: '{"limits":{"max_macs":1,"max_macs":2}}' }]);
    expect([status, body.errors[0]]).toMatchObject([422, { pointer: '#/limits/max_macs', part: 'policy' }]);
  });

  test('leads into the model, in its part or alone', async () => {
    const model = { input: [3, 8, 8], layers: [{ type: 'rleu' }] };
    const alone = await check(model, '?max_macs=1');
    expect([alone.status, alone.body.errors[0]]).toMatchObject([422, { pointer: '#/layers/0/type' }]);
    expect(alone.body.errors[0].part).toBeUndefined();
    const form = await checkForm([{ name: 'model', content: JSON.stringify(model) }], '?max_macs=1');
    expect(form.body.errors[0]).toMatchObject({ pointer: '#/layers/0/type', part: 'model' });
  });
});

test('a form may come as gzip', async () => {
  const payload = gzipSync(formBody([resnet, policyOf({ limits: { max_macs: '5G' } })]));
  const headers = { 'content-type': formType, 'content-encoding': 'gzip' };
  const answer = await service.app.inject({ method: 'POST', url: '/v1/check', payload, headers });
  expect([answer.statusCode, answer.json().passed]).toEqual([200, true]);
});

test('the same question has the same answer, byte by byte', async () => {
  const parts = [resnet, policyOf({ limits: { max_macs: 1 }, rules: [{ name: '*conv*', max_macs: 1 }] })];
  expect((await checkForm(parts)).text).toBe((await checkForm(parts)).text);
});

test('no mutation of a form is a failure of ours', async () => {
  const onnx = tinyOnnx({ weightBytes: 640 });
  const policy = policyOf({
    limits: { max_macs: '5G' },
    rules: [{ name: ['a*', '?b'], type: 'conv*', max_macs: '1M', only_types: 'relu' }],
  });
  const forms = [resnet, { name: 'model', content: onnx, filename: 'a.onnx' }].map((model) => formBody([model, policy]));
  const edit = fc.record({ at: fc.nat(), drop: fc.nat({ max: 12 }), put: fc.uint8Array({ maxLength: 6 }) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...forms), fc.array(edit, { minLength: 1, maxLength: 3 }), async (form, edits) => {
      const body = edits.reduce((bytes, { at, drop, put }) => {
        const place = at % bytes.length;
        return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)]);
      }, form);
      const { status, body: problem } = await post(body, formType, '?max_layers=1000');
      expect([200, 400, 413, 422]).toContain(status);
      if (status !== 200) expect(problemSchema.parse(problem)).toEqual(problem);
    }),
    { numRuns: 300 },
  );
});
