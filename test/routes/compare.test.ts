import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import type { Change } from '../../src/questions/compare/schema.ts';
import { comparisonSchema } from '../../src/questions/compare/schema.ts';
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
  return postTo(service, `/v1/compare${query}`, payload, type, accept);
}

function compareJson(body: unknown, query = '', accept?: string) {
  return post(JSON.stringify(body), 'application/json', query, accept);
}

function compareForm(base: unknown, head: unknown, query = '', accept?: string) {
  const content = (model: unknown) => (model instanceof Uint8Array ? model : JSON.stringify(model));
  const parts = [
    { name: 'base', content: content(base), filename: 'base' },
    { name: 'head', content: content(head), filename: 'head' },
  ];
  return post(formBody(parts), formType, query, accept);
}

function golden(name: string): Uint8Array {
  return gunzipSync(readFileSync(new URL(`../golden/onnx/${name}.onnx.gz`, import.meta.url)));
}

describe('two networks', () => {
  test('are compared as JSON and as parts, with the same answer', async () => {
    const [base, head] = [{ ref: 'resnet50' }, { ref: 'wide_resnet50_2' }];
    const json = await compareJson({ base, head });
    expect([json.status, json.headers['server-timing']]).toEqual([200, expect.stringMatching(/^compare;dur=/)]);
    expect(comparisonSchema.parse(json.body)).toEqual(json.body);
    expect(json.body.totals.macs).toMatchObject({ base: 4089184256, head: 11398021120 });
    expect((await compareForm(base, head)).text).toBe(json.text);
  });

  test('that are one are equal', async () => {
    expect((await compareJson({ base: { ref: 'vgg16' }, head: { ref: 'vgg16' } })).body).toMatchObject({ equal: true, unchanged: 39 });
  });

  test('are measured with the options of the query, both', async () => {
    const { body } = await compareJson(
      { base: { ref: 'resnet18' }, head: { ref: 'resnet34' } },
      '?batch_size=4&resolution=64&dtype=int8&convention=textbook&mode=inference&format=native',
    );
    for (const side of [body.base, body.head])
      expect(side.assumptions).toEqual({ batch_size: 4, dtype: 'int8', mode: 'inference', convention: 'textbook', resolution: '64x64' });
  });

  test.each([
    ['text/csv', /^kind,name,type,of,base,head,change,relative\n/],
    ['text/markdown', /^## vgg11 → vgg16\n/],
  ])('are told as %s', async (accept, begins) => {
    const { text, headers } = await compareJson({ base: { ref: 'vgg11' }, head: { ref: 'vgg16' } }, '', accept);
    expect(headers['content-type']).toBe(`${accept}; charset=utf-8`);
    expect(text).toMatch(begins);
  });

  test('are not drawn', async () => {
    expect((await compareJson({ base: { ref: 'vgg11' }, head: { ref: 'vgg16' } }, '', 'image/svg+xml')).status).toBe(406);
  });
});

describe('a shipped network and an export of it by PyTorch', () => {
  const differing = (totals: Readonly<Record<string, Change>>): readonly string[] =>
    Object.entries(totals).flatMap(([name, { change }]) => (change === 0 ? [] : [name]));

  test.each([
    // Layers that an export leaves out or writes otherwise take no memory that was not there: `dropout`, `relu6` as `clamp`.
    ['resnet50', 'resnet50-op17-size', '?resolution=224', []],
    ['resnet50', 'resnet50-op18-size-dynamo', '?resolution=224', []],
    ['wide_resnet50_2', 'wide_resnet50_2-op17-static1', '?resolution=224', []],
    ['resnext50_32x4d', 'resnext50_32x4d-op13-batch', '', []],
    ['regnet_y_400mf', 'regnet_y_400mf-op13-size', '?resolution=224', []],
    ['alexnet', 'alexnet-op11-static1', '', ['layers']],
    ['googlenet', 'googlenet-op11-batch', '', ['layers']],
    ['squeezenet1_0', 'squeezenet1_0-op17-size', '?resolution=224', ['layers']],
    ['mobilenet_v2', 'mobilenet_v2-op11-size', '?resolution=224', ['layers']],
    ['mobilenet_v3_large', 'mobilenet_v3_large-op17-size', '?resolution=224', ['layers']],
    ['mnasnet1_0', 'mnasnet1_0-op11-static1', '?resolution=224', ['layers']],
    // Each dense layer joins all that came before it anew in the export; ours joins what the last one joined.
    ['densenet121', 'densenet121-op13-size', '?resolution=224', ['layers', 'activation_elements', 'activation_bytes']],
    // A shuffle of channels is two reshapes and a permutation there, which are views.
    ['shufflenet_v2_x1_0', 'shufflenet_v2_x1_0-op13-size', '?resolution=224', ['layers', 'activation_elements', 'activation_bytes']],
    // SiLU is a sigmoid and a product there, each with an output of its own.
    [
      'efficientnet_b0',
      'efficientnet_b0-op17-size',
      '?resolution=224',
      ['layers', 'activation_elements', 'activation_bytes', 'peak_memory_bytes'],
    ],
    // GELU and the layer norm are spelt out there.
    [
      'convnext_tiny',
      'convnext_tiny-op17-size',
      '?resolution=224',
      ['layers', 'activation_elements', 'activation_bytes', 'peak_memory_bytes'],
    ],
  ])('agree: %s and %s', async (ref, file, query, otherwise) => {
    const { status, body } = await compareForm({ ref }, golden(file), query);
    expect(status, body.detail).toBe(200);
    expect(differing(body.totals)).toEqual(otherwise);
    expect(body.totals.parameters.base).toBeGreaterThan(700_000);
  });

  test('agree in every layer but the one that the export renames', async () => {
    const { body } = await compareForm({ ref: 'resnet50' }, golden('resnet50-op17-size'), '?resolution=224');
    expect(body).toMatchObject({ unchanged: 174, renamed: 174, added: [], removed: [] });
    expect(body.changed).toMatchObject([{ base: { type: 'adaptive_avg_pool2d' }, head: { type: 'global_avg_pool' } }]);
    expect(body.changed[0].head.pointer).toMatch(/^#\/graph\/node\/\d+$/);
  });
});

describe('dims', () => {
  const symbolic = tinyOnnx({ shape: ['N', 'S'] });

  test('bind the symbols of the side that has some', async () => {
    const native = { input: [6], layers: [{ type: 'relu' }] };
    const { body } = await compareForm(native, symbolic, '?dims=S:6');
    expect(body.totals.activation_elements).toMatchObject({ base: 6, head: 6 });
  });

  test('are refused where neither side has any', async () => {
    const { status, body } = await compareJson({ base: { ref: 'vgg11' }, head: { ref: 'vgg11' } }, '?dims=S:6');
    expect([status, body.type]).toEqual([400, 'urn:layergauge:problem:invalid-query']);
  });
});

describe('what does not hold together is said with its side:', () => {
  const broken = { input: [3, 8, 8], layers: [{ type: 'relu' }, { type: 'rleu' }] };

  test('in JSON by a pointer through its key', async () => {
    const sent = { base: { ref: 'vgg11' }, head: broken };
    const { status, body } = await compareJson(sent);
    expect([status, body.errors[0].pointer]).toEqual([422, '#/head/layers/1/type']);
    resolvePointer(sent, body.errors[0].pointer);
    expect(problemSchema.parse(body)).toEqual(body);
  });

  test('in a form by the name of its part', async () => {
    const { status, body } = await compareForm(broken, { ref: 'vgg11' });
    expect([status, body.errors[0]]).toMatchObject([422, { pointer: '#/layers/1/type', part: 'base' }]);
  });

  test('in JSON of another library by its own place', async () => {
    const keras = {
      class_name: 'Sequential',
      config: { name: 'k', layers: [{ class_name: 'Dense', config: { name: 'd', units: -1, batch_input_shape: [null, 4] } }] },
    };
    const sent = { base: keras, head: { ref: 'vgg11' } };
    const { status, body } = await compareJson(sent);
    expect(status).toBe(422);
    for (const { pointer } of body.errors) {
      expect(pointer).toMatch(/^#\/base\//);
      resolvePointer(sent, pointer);
    }
  });

  test('an unknown network', async () => {
    const { body } = await compareJson({ base: { ref: 'resnet51' }, head: { ref: 'resnet50' } });
    expect(body.errors[0]).toMatchObject({ pointer: '#/base/ref', code: 'unknown_reference' });
  });
});

describe('a body that holds no two networks is refused:', () => {
  test.each<[unknown, number, RegExp]>([
    [{ base: { ref: 'vgg11' } }, 422, /the body has no "head"/],
    [{ base: 1, head: { ref: 'vgg11' } }, 422, /./],
    [{ base: {}, haed: {} }, 422, /2 errors/],
    [{ layers: [], input: [3] }, 422, /4 errors/],
    [[], 422, /2 errors/],
    [{ base: { dependencies: {} }, head: { ref: 'vgg11' } }, 400, /^in "base": the body is JSON of no known format/],
  ])('%j', async (sent, expected, says) => {
    const { status, body } = await compareJson(sent);
    expect([status, body.detail]).toEqual([expected, expect.stringMatching(says)]);
  });

  test('one ONNX file', async () => {
    const { status, body } = await post(Buffer.from(tinyOnnx()), 'application/octet-stream', '');
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/a comparison takes two/)]);
  });

  test('JSON that is asked to be ONNX', async () => {
    expect((await compareJson({ base: { ref: 'vgg11' }, head: { ref: 'vgg11' } }, '?format=onnx')).status).toBe(400);
  });

  test('a form with one part', async () => {
    const { status, body } = await post(formBody([{ name: 'base', content: '{"ref":"vgg11"}' }]), formType, '');
    expect([status, body.detail]).toEqual([400, 'the body has no part "head"; expected the parts "base" and "head"']);
  });

  test.each(['?include=by_type', '?max_macs=1', '?batch_size=0'])('with the query %s', async (query) => {
    const { status, body } = await compareJson({ base: { ref: 'vgg11' }, head: { ref: 'vgg11' } }, query);
    expect([status, body.type]).toEqual([400, 'urn:layergauge:problem:invalid-query']);
  });

  test('of type text/plain: 415', async () => {
    expect((await post('{}', 'text/plain', '')).status).toBe(415);
  });
});
