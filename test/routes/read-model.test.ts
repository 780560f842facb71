import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';
import { tinyOnnx } from '../tiny-onnx.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const native = { input: [3, 8, 8], layers: [{ type: 'relu' }] };
const keras = (units: unknown = 4) => ({
  class_name: 'Sequential',
  config: {
    name: 'small',
    layers: [
      { class_name: 'InputLayer', config: { batch_input_shape: [null, 16], dtype: 'float32', name: 'input_1' } },
      { class_name: 'Dense', config: { name: 'dense', units, activation: 'linear', use_bias: true } },
    ],
  },
  keras_version: '2.15.0',
});
const tfjs = { format: 'layers-model', modelTopology: { keras_version: '2.15.0', model_config: keras() }, weightsManifest: [] };
const onnx = tinyOnnx({ weightBytes: 640 });

const bodies: Readonly<Record<string, unknown>> = { native, keras: keras(), tfjs, onnx };

function post(body: unknown, query = '', path = '/v1/analyze') {
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
  return service.request
    .post(`${path}${query}`)
    .set('content-type', 'application/octet-stream')
    .serialize((sent) => sent as string)
    .send(bytes as string);
}

describe('a body', () => {
  test.each(Object.keys(bodies))('that is %s is told by its content, or read as what is asked for', async (format) => {
    const { status, body } = await post(bodies[format]);
    expect([status, body.detail]).toEqual([200, undefined]);
    expect(reportSchema.parse(body)).toEqual(body);
    expect(body.model.format).toBe(format);
    expect((await post(bodies[format], `?format=${format}`)).body).toEqual(body);
  });

  test.each(Object.keys(bodies).flatMap((is) => Object.keys(bodies).flatMap((asked) => (is === asked ? [] : [[is, asked]]))))(
    'that is %s and asked to be %s is a 400 that says what it is',
    async (is, asked) => {
      const { status, body } = await post(bodies[is as string], `?format=${asked}`);
      expect(status).toBe(400);
      expect(problemSchema.parse(body).type).toBe('urn:layergauge:problem:malformed-body');
      expect(body.detail).toMatch(new RegExp(`^format=${asked} is asked for, but the body is `));
    },
  );

  test('of no known format is a 400 that names what was looked for', async () => {
    for (const query of ['', '?format=native', '?format=keras']) {
      const { status, body } = await post({ dependencies: {}, version: 1 }, query);
      expect(status).toBe(400);
      expect(body.detail).toMatch(query === '' ? /ONNX.*Keras.*TensorFlow\.js.*native/ : /no known format/);
    }
  });

  test('with a misspelt key of a document keeps its hint', async () => {
    const { status, body } = await post({ input: [3], layer: [{ type: 'relu' }] });
    expect(status).toBe(422);
    expect(body.errors[0].detail).toContain('did you mean "layers"?');
  });

  test.each([
    ['a broken ONNX file', Buffer.from(onnx.subarray(0, 100)), /at byte 100.*cut off/],
    ['a pickle', Buffer.from([0x80, 0x02, 0x7d, 0x71]), /pickle/],
    ['a zip', Buffer.from('PK\u0003\u0004zip'), /zip/],
    ['random bytes', Buffer.from([0xde, 0xad, 0xbe, 0xef]), /known|UTF-8/],
  ])('that is %s is a 400 that says so', async (_, sent, says) => {
    for (const path of ['/v1/analyze', '/v1/convert']) {
      const { status, body } = await post(sent, '', path);
      expect(status).toBe(400);
      expect(body.type).toBe('urn:layergauge:problem:malformed-body');
      expect(body.detail).toMatch(says);
    }
  });

  test('that nests too deep is refused before an importer sees it', async () => {
    const deep = `{"class_name":"Sequential","config":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { status, body } = await service.request.post('/v1/analyze').set('content-type', 'application/json').send(deep);
    expect(status).toBe(422);
    expect(body.errors[0].code).toBe('too_deep');
  });
});

describe('the query', () => {
  test('binds symbols; the first axis takes the batch size', async () => {
    const file = tinyOnnx({ shape: ['N', 'L', 'a:b'] });
    const { body } = await post(file, '?dims=L:7,a:b:9&batch_size=3');
    expect(body.layers[0].output_shapes).toEqual([[3, 7, 9]]);
    expect(body.assumptions.batch_size).toBe(3);
    const unbound = await post(file);
    expect(unbound.status).toBe(422);
    expect(unbound.body.detail).toMatch(/L.*a:b|dims/);
  });

  test('keeps a batch axis that the file fixes', async () => {
    const file = tinyOnnx({ shape: [4, 16] });
    expect((await post(file)).body.assumptions.batch_size).toBe(4);
    expect((await post(file, '?batch_size=4')).status).toBe(200);
    const { status, body } = await post(file, '?batch_size=1');
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe('#/graph/input/0');
  });

  test('may not bind dimensions that a Keras body does not leave open', async () => {
    const { status, body } = await post(bodies.keras, '?dims=N:1');
    expect(status).toBe(422);
    expect(body.errors[0].code).toBe('unknown_dimension');
  });

  test('may not bind symbols of a native body, which has none', async () => {
    const { status, body } = await post(bodies.native, '?dims=N:1');
    expect(status).toBe(400);
    expect(problemSchema.parse(body)).toMatchObject({ type: 'urn:layergauge:problem:invalid-query', errors: [{ parameter: 'dims' }] });
  });

  test.each(['N', 'N:', ':3', 'N:0', 'N:-1', 'N:1.5', 'N:1,', 'N:2147483648', 'N:1,N:2', ''])('dims=%s is a 400', async (dims) => {
    const { status, body } = await post(onnx, `?dims=${dims}`);
    expect(status).toBe(400);
    expect(body.errors[0].parameter).toBe('dims');
  });

  test('puts a resolution in place, and echoes it', async () => {
    const { body } = await post(tinyOnnx({ shape: ['N', 3, 'H', 'W'] }), '?resolution=20x30');
    expect(body.assumptions).toMatchObject({ batch_size: 1, resolution: '20x30' });
    expect(body.layers[0].output_shapes).toEqual([[1, 3, 20, 30]]);
  });
});

describe('a pointer', () => {
  test('of a row is the path in the file', async () => {
    expect((await post(onnx)).body.layers.map(({ pointer }: { pointer: string }) => pointer)).toContain('#/graph/node/0');
  });

  test('of an issue resolves in the JSON that was sent', async () => {
    const sent = keras(-1);
    const { status, body } = await post(sent);
    expect(status).toBe(422);
    for (const { pointer } of body.errors) expect(() => resolvePointer(sent, pointer)).not.toThrow();
  });
});
