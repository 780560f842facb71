import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemSchema } from '../../src/plugins/problems.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { networks } from '../../src/zoo/index.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

/** 3·3·3·16 = 432 weights and 16 biases; 27 products for each of 16·32·32 outputs. */
const small = {
  name: 'small',
  inputs: [{ name: 'image', shape: [3, 32, 32] }],
  layers: [{ name: 'conv', type: 'conv2d', out_channels: 16, kernel_size: 3, padding: 1 }],
};

function analyze(body: unknown, query = '', headers: Record<string, string> = {}) {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const sent = service.request.post(`/v1/analyze${query}`).set({ 'content-type': 'application/json', ...headers });
  return raw ? sent.serialize((text) => text as string).send(body as string) : sent.send(JSON.stringify(body));
}

describe('a good body', () => {
  test('is measured; the answer is what its schema promises', async () => {
    const { status, body, headers } = await analyze(small);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['server-timing']).toMatch(/^analyze;dur=\d+\.\d+$/);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(reportSchema.parse(body)).toEqual(body);
    expect(body.totals).toMatchObject({ layers: 1, parameters: 448, macs: 442368, flops: 2 * 442368 + 16384 });
    expect(body.layers[0].compute.operations).toEqual({
      mac: 442368,
      add: 16384,
      mul: 0,
      div: 0,
      cmp: 0,
      exp: 0,
      log: 0,
      sqrt: 0,
      pow: 0,
      tanh: 0,
      erf: 0,
    });
  });

  test('gives the same bytes every time', async () => {
    const first = await analyze(small, '?include=formulas,by_type');
    const second = await analyze(small, '?include=by_type,formulas');
    expect(first.text.length).toBeGreaterThan(500);
    expect(second.text).toBe(first.text);
  });

  test.each([
    'application/json',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'application/vnd.acme.model+json; charset=utf-8',
    'APPLICATION/JSON',
  ])('is read by content whatever application/* type it has: %s', async (type) => {
    expect((await analyze(small, '', { 'content-type': type })).status).toBe(200);
  });

  test('is read without a content type', async () => {
    const { statusCode } = await service.app.inject({ method: 'POST', url: '/v1/analyze', payload: Buffer.from(JSON.stringify(small)) });
    expect(statusCode).toBe(200);
  });

  test('may start with a byte order mark', async () => {
    expect((await analyze(`\ufeff${JSON.stringify(small)}`)).status).toBe(200);
  });

  test('has a hash that neither key order nor white space changes', async () => {
    const reordered = { layers: small.layers, inputs: [{ shape: [3, 32, 32], name: 'image' }], name: 'small' };
    const [one, two] = [await analyze(small), await analyze(JSON.stringify(reordered, null, 4))];
    expect(two.body.model.hash).toBe(one.body.model.hash);
  });
});

describe('the query', () => {
  test('sets batch size, element type and parts of the answer', async () => {
    const { body } = await analyze(
      small,
      '?batch_size=8&dtype=float16&include=by_type,formulas&convention=standard&mode=inference&format=native',
    );
    expect(body.assumptions).toEqual({ batch_size: 8, dtype: 'float16', mode: 'inference', convention: 'standard' });
    expect(body.layers[0].output_shapes).toEqual([[8, 16, 32, 32]]);
    expect(body.totals.parameter_bytes).toBe(896);
    expect(body.totals.activation_bytes).toBe(8 * 16 * 32 * 32 * 2);
    expect(body.by_type.conv2d).toMatchObject({ layers: 1, parameters: 448 });
    expect(body.layers[0].formulas).toContainEqual({
      of: '/compute/macs',
      formula: 'k·k·c_in/g·c_out·h·w·n',
      values: '3·3·3·16·32·32·8 = 3538944',
    });
    expect(body.layers[0].formulas).toContainEqual({
      of: '/output_shapes/0/2',
      formula: '⌊(i + 2·p − k)/s⌋ + 1',
      values: '⌊(32 + 2·1 − 3)/1⌋ + 1 = 32',
    });
  });

  test.each([
    ['384', [1, 16, 384, 384]],
    ['320x480', [1, 16, 320, 480]],
  ])('resolution=%s replaces height and width', async (resolution, shape) => {
    const { body } = await analyze(small, `?resolution=${resolution}`);
    expect(body.layers[0].output_shapes).toEqual([shape]);
  });

  test.each([
    ['?batchsize=2', 'batchsize', /served: batch_size, resolution, dims, format, dtype, mode, convention, include/],
    ['?batch_size=0', 'batch_size', /whole number from 1 to 2147483647/],
    ['?batch_size=2.5', 'batch_size', /given "2.5"/],
    ['?batch_size=1&batch_size=2', 'batch_size', /once/],
    ['?batch_size=', 'batch_size', /whole number/],
    ['?batch_size=2147483648', 'batch_size', /2147483647/],
    ['?resolution=3x4x5', 'resolution', /320x480/],
    ['?resolution=0', 'resolution', /320x480/],
    ['?dtype=complex64', 'dtype', /float32, float64, float16, bfloat16, float8, int8, int4/],
    ['?mode=training', 'mode', /training is not served yet/],
    ['?mode=other', 'mode', /inference/],
    ['?convention=fvcore', 'convention', /standard, textbook/],
    ['?include=formulas,colour', 'include', /formulas, by_type/],
    ['?format=caffe', 'format', /native, onnx, keras, tfjs/],
    ['?__proto__=1', '__proto__', /served/],
  ])('%s is a 400 that lists what is served', async (query, parameter, says) => {
    const { status, body, headers } = await analyze(small, query);
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(problemSchema.parse(body).type).toBe('urn:layergauge:problem:invalid-query');
    expect(body.errors[0].parameter).toBe(parameter);
    expect(body.errors[0].detail).toMatch(says);
  });

  test('names every wrong parameter at once', async () => {
    const { body } = await analyze(small, '?batch_size=x&dtype=y&z=1');
    expect(body.errors.map((error: { parameter: string }) => error.parameter).sort()).toEqual(['batch_size', 'dtype', 'z']);
  });
});

describe('the form of the answer', () => {
  test('is CSV where asked for', async () => {
    const { text, headers } = await analyze(small, '', { accept: 'text/csv' });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(text).toBe(
      'name,type,inputs,input_shapes,output_shapes,parameters,trainable_parameters,buffers,activation_elements,activation_bytes,macs,flops\n' +
        'conv,conv2d,image,1x3x32x32,1x16x32x32,448,448,0,16384,65536,442368,901120\n',
    );
  });

  test('is Markdown with a total row where asked for', async () => {
    const { text, headers } = await analyze(small, '', { accept: 'text/markdown' });
    expect(headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(text).toContain('| conv | conv2d | 1x16x32x32 | 448 | 65,536 | 442,368 | 901,120 |');
    expect(text).toContain('| **Total** | 1 layer |');
  });

  test.each([
    ['text/csv;q=0.5, application/json', 'application/json'],
    ['text/*', 'text/csv'],
    ['*/*', 'application/json'],
    ['application/json;q=0.1, text/markdown;q=0.9', 'text/markdown'],
    ['text/csv; charset=utf-8', 'text/csv'],
    ['application/json; charset=utf-8; q=0.2, text/markdown;variant="GFM, CommonMark";q=0.9', 'text/markdown'],
    ['application/json;charset=UTF-8', 'application/json'],
  ])('follows the weights of Accept: %s', async (accept, type) => {
    expect((await analyze(small, '', { accept })).headers['content-type']).toMatch(type);
  });

  test.each(['image/png', 'application/xml', 'text/html'])('%s is not served: 406', async (accept) => {
    const { status, body } = await analyze(small, '', { accept });
    expect(status).toBe(406);
    expect(body.detail).toContain('application/json, text/csv, text/markdown');
  });
});

describe('a body that cannot be read', () => {
  test.each([
    ['', /empty/],
    ['{"layers": [', /not JSON: .+ position|not JSON/],
    ['{"layers": NaN}', /not JSON/],
    ['hello', /not JSON/],
    [Buffer.from('PK\u0003\u0004zip'), /zip/],
    [Buffer.from([0x80, 0x02, 0x7d]), /pickle/],
    [Buffer.from([0x7b, 0xff, 0xfe]), /UTF-8/],
  ])('is a 400 that says what was looked for: %j', async (sent, says) => {
    const { status, body } = await analyze(sent);
    expect(status).toBe(400);
    expect(body.type).toBe('urn:layergauge:problem:malformed-body');
    expect(body.instance).toBe('/v1/analyze');
    expect(body.detail).toMatch(says);
    expect(body.detail).toContain('a native architecture document in JSON');
  });

  test.each(['text/plain', 'multipart/form-data; boundary=x', 'image/png', 'nonsense'])('of type %s is a 415', async (type) => {
    const { status, body } = await analyze('{}', '', { 'content-type': type });
    expect(status).toBe(415);
    expect(problemSchema.parse(body).title).toBe('The body has a content type that is not read');
  });
});

describe('a document that does not hold together', () => {
  test('is a 422 that names everything of its stage, each pointer resolving in what was sent', async () => {
    const sent = {
      input: [3, 32, 32],
      layers: [
        { name: 'a', type: 'conv2d', out_channels: 16, kernal_size: 3 },
        { name: 'b', type: 'Conv2D', filters: 0, kernel_size: [3, -1] },
        { name: 'c~/d', type: 'rleu', 'odd/~key': 1 },
      ],
      colour: 'red',
    };
    const first = await analyze(sent);
    expect(first.status).toBe(422);
    expect(first.body.errors).toEqual([{ code: 'unknown_key', pointer: '#/colour', detail: expect.stringContaining('"colour"') }]);
    const { colour: _, ...rest } = sent;
    const second = await analyze(rest);
    expect(second.body.errors.map((error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`)).toEqual([
      '#/layers/0/kernal_size unknown_key',
      '#/layers/0 missing_key',
      '#/layers/1/filters invalid_value',
      '#/layers/1/kernel_size/1 invalid_value',
      '#/layers/2/type unknown_type',
    ]);
    for (const error of second.body.errors) expect(() => resolvePointer(rest, error.pointer)).not.toThrow();
    expect(second.body.errors[0].detail).toContain('did you mean "kernel_size"?');
    expect(second.body.errors[4].detail).toContain('did you mean "relu"?');
  });

  test('lists 32 errors and says how many there are', async () => {
    const { body } = await analyze({ input: [3, 8, 8], layers: Array.from({ length: 50 }, () => ({ type: 'nothing-like-it' })) });
    expect(body.errors).toHaveLength(32);
    expect(body.detail).toBe('50 errors; the first 32 are listed');
  });

  test.each([[[]], ['"text"'], ['12'], ['null'], [{}], [{ layers: [] }], [{ layers: 'x' }]])('%j is a 422, never a 500', async (sent) => {
    const { status, body } = await analyze(sent);
    expect(status).toBe(422);
    expect(body.errors.length).toBeGreaterThan(0);
  });

  test('an unknown ref names the nearest network', async () => {
    const { status, body } = await analyze({ ref: 'resnet51' });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({
      pointer: '#/ref',
      code: 'unknown_reference',
      detail: expect.stringContaining('did you mean "resnet50"?'),
    });
    expect((await analyze({ ref: 'resnet50', layers: [] })).body.errors[0].pointer).toBe('#/layers');
    expect((await analyze({ ref: 7 })).status).toBe(422);
    expect((await analyze({ ref: '__proto__' })).status).toBe(422);
  });
});

test.each(networks.map(({ name }) => name))('the shipped network %s answers by reference as by its document', async (name) => {
  const posted = await analyze((await service.request.get(`/v1/zoo/${name}`)).body);
  const byRef = await analyze({ ref: name });
  expect(byRef.status).toBe(200);
  expect(reportSchema.parse(byRef.body)).toEqual(byRef.body);
  expect(posted.text).toBe(byRef.text);
});
