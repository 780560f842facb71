import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildApp } from '../../src/app.ts';
import { operatorSchema } from '../../src/architecture/describe-operator.ts';
import { readConfig } from '../../src/config.ts';
import { operators } from '../../src/operators/index.ts';
import { problemSchema } from '../../src/plugins/problems.ts';
import { networks } from '../../src/zoo/index.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

describe('GET /v1/operators', () => {
  test('lists every type', async () => {
    const { body } = await service.request.get('/v1/operators');
    expect(body.operators.map(({ type }: { type: string }) => type)).toEqual([...operators.map(({ type }) => type), 'block']);
  });

  test.each([...operators.map(({ type }) => type), 'block'])('%s is described as its schema says', async (type) => {
    const { body, status } = await service.request.get(`/v1/operators/${type}`);
    expect(status).toBe(200);
    expect(operatorSchema.parse(body)).toEqual(body);
  });

  test('finds an alias, and a near miss is a 404 that names the nearest', async () => {
    expect((await service.request.get('/v1/operators/Conv2D')).body.type).toBe('conv2d');
    expect((await service.request.get('/v1/operators/Conv')).body.type).toBe('conv2d');
    const { status, body } = await service.request.get('/v1/operators/conv2e');
    expect(status).toBe(404);
    expect(problemSchema.parse(body).detail).toContain('did you mean "conv2d"?');
  });
});

describe('GET /v1/zoo', () => {
  test('lists every network with measured totals', async () => {
    const { body } = await service.request.get('/v1/zoo');
    expect(body.networks.map(({ name }: { name: string }) => name)).toEqual(networks.map(({ name }) => name));
    const vgg16 = body.networks.find(({ name }: { name: string }) => name === 'vgg16');
    expect(vgg16).toMatchObject({ title: 'VGG-16', input: [3, 224, 224], parameters: 138357544, macs: 15470264320 });
    expect(Object.keys(vgg16)).toEqual(['name', 'title', 'input', 'parameters', 'macs', 'source']);
  });

  test('lists them whatever the limits on posted documents are', async () => {
    const strict = await startService({ LAYERGAUGE_MAX_LAYERS: '1' });
    expect((await strict.request.get('/v1/zoo')).status).toBe(200);
    await strict.app.close();
  });

  test('an unknown network is a 404', async () => {
    const { status, body } = await service.request.get('/v1/zoo/vgg17');
    expect(status).toBe(404);
    expect(body.detail).toMatch(/did you mean "vgg1\d"\?/);
    expect((await service.request.get('/v1/zoo/__proto__')).status).toBe(404);
  });
});

describe('GET /schemas/architecture.json', () => {
  test('is JSON Schema that takes the shipped networks and refuses a typing error', async () => {
    const { body, headers } = await service.request.get('/schemas/architecture.json');
    expect(headers['content-type']).toMatch('application/schema+json');
    const takes = new Ajv2020().compile(body);
    for (const { name, document } of networks) expect(takes(document), name).toBe(true);
    expect(takes({ input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 4, kernal_size: 3 }] })).toBe(false);
    expect(takes({ input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 4, kernel_size: 3 }] })).toBe(true);
    const inBlock = (layer: object) => ({
      input: [3, 8, 8],
      layers: [{ type: 'block', block: 'b' }],
      blocks: { b: { params: { w: 4 }, layers: [layer] } },
    });
    expect(takes(inBlock({ type: 'conv2d', out_channels: '$w', kernel_size: 3 }))).toBe(true);
    expect(takes(inBlock({ type: 'conv2d', out_channels: '$w', kernal_size: 3 }))).toBe(false);
  });
});

describe('the schema for editors', () => {
  const image = (...layers: object[]) => ({ input: [3, 8, 8], layers });
  const conv = { type: 'Conv2D', filters: 4, kernel_size: 3 };
  const right: Record<string, Record<string, unknown>> = {
    Keras: image(
      { ...conv, strides: 2, use_bias: false, name: 'c' },
      { type: 'BatchNormalization', epsilon: 0.001 },
      { type: 'GlobalAveragePooling2D' },
    ),
    'a Keras classifier': image({ type: 'Flatten' }, { type: 'Dense', units: 10, use_bias: true }, { type: 'Softmax', axis: -1 }),
    'ONNX with pads': image({ type: 'Conv', out_channels: 4, kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2], group: 1 }),
    'ONNX of rank 1': { input: [3, 8], layers: [{ type: 'Conv', out_channels: 4, kernel_shape: [3], pads: [1, 1] }] },
    'ONNX with auto_pad': image(
      { type: 'MaxPool', kernel_shape: [2, 2], auto_pad: 'SAME_UPPER' },
      { type: 'AveragePool', kernel_shape: 2 },
    ),
    'ONNX reductions': image({ type: 'ReduceMean', axes: [2, 3], keepdims: true }),
    'ONNX Resize': image({ type: 'Resize', scales: [1, 1, 2, 2], mode: 'nearest' }),
    Caffe: image(
      { type: 'Convolution', num_output: 4, kernel_size: 3, pad: 1, bias_term: false },
      { type: 'InnerProduct', num_output: 10 },
    ),
    PyTorch: image({ type: 'Conv2d', out_channels: 4, kernel_size: 3 }, { type: 'BatchNorm2d' }, { type: 'ReLU', inplace: true }),
    'a block': {
      input: [3, 8, 8],
      layers: [{ type: 'block', block: 'b', params: { w: 8 } }],
      blocks: { b: { params: { w: 4, p: 'relu' }, layers: [{ type: 'Conv2D', filters: '$w', kernel_size: ['$w', 3] }, { type: '$p' }] } },
    },
  };
  const wrong: Record<string, Record<string, unknown>> = {
    'a misspelt alias of a type': image({ type: 'Conv2DD', filters: 4, kernel_size: 3 }),
    'a misspelt alias of an attribute': image({ type: 'Conv2D', filtres: 4, kernel_size: 3 }),
    'a misspelt key beside aliases': image({ ...conv, stirdes: 2 }),
    'an alias of another type': image({ ...conv, units: 4 }),
    'a value of the wrong kind under an alias': image({ ...conv, use_bias: 1 }),
    'no spelling of what is required': image({ type: 'Conv2D', kernel_size: 3 }),
    'a rankless type without what is required': image({ type: 'Conv', out_channels: 4 }),
    'a number for a boolean': image({ type: 'ReduceMean', axes: [2, 3], keepdims: 1 }),
    'a list of no rank': image({ type: 'Conv', out_channels: 4, kernel_shape: [3, 3, 3, 3] }),
  };

  test.each([
    ['as the standard recommends', true],
    ['without the u flag', false],
  ])('says of documents in other spellings what the service says, patterns read %s', async (_, unicodeRegExp) => {
    const { body } = await service.request.get('/schemas/architecture.json');
    const takes = new Ajv2020({ unicodeRegExp }).compile(body);
    for (const { name, document } of networks) expect([name, takes(document)]).toEqual([name, true]);
    for (const [title, document] of Object.entries({ ...right, ...wrong })) {
      const accepted = title in right;
      expect([title, takes(document)]).toEqual([title, accepted]);
      expect([title, (await service.request.post('/v1/analyze').send(document)).status]).toEqual([title, accepted ? 200 : 422]);
    }
  });

  test('can be read by zod, which then takes the same documents', async () => {
    // It does not hold what is wrong against them: it overlooks unknown keys and `required` beside `allOf`.
    const { body } = await service.request.get('/schemas/architecture.json');
    const schema = z.fromJSONSchema(body);
    for (const { name, document } of networks) expect([name, schema.safeParse(document).success]).toEqual([name, true]);
    for (const [title, document] of Object.entries(right)) expect([title, schema.safeParse(document).success]).toEqual([title, true]);
  });
});

describe('health', () => {
  test.each(['/livez', '/readyz'])('%s answers ok', async (path) => {
    const { status, body } = await service.request.get(path);
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });

  test('/readyz turns to 503 with Retry-After when the service begins to close', async () => {
    const app = await buildApp(readConfig({}).config);
    let answer: Response | undefined;
    app.addHook('preClose', async () => {
      answer = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/readyz`);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    await app.close();
    expect(answer?.status).toBe(503);
    expect(answer?.headers.get('retry-after')).toBe('5');
  });
});

describe('addresses and methods', () => {
  test('an unknown address is a 404 problem', async () => {
    const { status, body, headers } = await service.request.get('/v1/analyse?x=1');
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(problemSchema.parse(body)).toMatchObject({ type: 'urn:layergauge:problem:not-found', instance: '/v1/analyse' });
  });

  test.each([
    ['get', '/v1/analyze', 'POST'],
    ['delete', '/v1/analyze', 'POST'],
    ['post', '/v1/zoo', 'GET, HEAD'],
    ['put', '/v1/zoo/vgg16', 'GET, HEAD'],
    ['post', '/v1/operators/conv2d', 'GET, HEAD'],
    ['post', '/livez', 'GET, HEAD'],
  ] as const)('%s %s is a 405 with Allow: %s', async (method, path, allow) => {
    const { status, headers, body } = await service.request[method](path);
    expect(status).toBe(405);
    expect(headers.allow).toBe(allow);
    expect(body.type).toBe('urn:layergauge:problem:method-not-allowed');
  });

  test('an address that is no URL is a 400 problem', async () => {
    const { status, body } = await service.request.get('/v1/zoo/%zz');
    expect(status).toBe(400);
    expect(problemSchema.parse(body).type).toBe('urn:layergauge:problem:bad-request');
  });

  test("a caller's request id is kept where it is a plain token, and replaced where not", async () => {
    expect((await service.request.get('/livez').set('x-request-id', 'abc-123')).headers['x-request-id']).toBe('abc-123');
    expect((await service.request.get('/livez').set('x-request-id', 'a b')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a failure of ours is a 500 with nothing internal in it', async () => {
    const app = await buildApp(readConfig({}).config);
    const original = JSON.stringify;
    JSON.stringify = ((value: unknown, ...rest: []) => {
      if (typeof value === 'object' && value !== null && 'networks' in value) throw new Error('secret at /home/x.ts');
      return original(value, ...rest);
    }) as typeof JSON.stringify;
    try {
      const { statusCode, body } = await app.inject('/v1/zoo');
      expect(statusCode).toBe(500);
      expect(body).not.toContain('secret');
      expect(JSON.parse(body).type).toBe('urn:layergauge:problem:internal-error');
    } finally {
      JSON.stringify = original;
      await app.close();
    }
  });
});
