import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { runnableTypes } from '../../src/questions/run.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

const input = { name: 'input', shape: [1, 1, 3, 3], datatype: 'FP32', data: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
/** The Laplacian of a point; with padding 1 over 1 … 9 it gives, by hand, the numbers below. */
const weight = { name: 'weight', shape: [1, 1, 3, 3], datatype: 'FP32', data: [0, 1, 0, 1, -4, 1, 0, 1, 0] };
const edges = [2, 1, -4, -3, 0, -7, -16, -11, -22];
const padded = { padding: '1,1' };

function infer(body: unknown, model = 'conv2d', { app } = service) {
  return app.inject({
    method: 'POST',
    url: `/v2/models/${model}/infer`,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const pool = (parameters: object, more: object = {}) => infer({ inputs: [input], parameters, ...more }, 'max_pool2d');

describe('what the server and its models say of themselves', () => {
  test.each([
    ['/v2', { name: 'layergauge', version: '0.1.0', extensions: ['binary_tensor_data', 'parameters'] }],
    ['/v2/health/live', { live: true }],
    ['/v2/health/ready', { ready: true }],
    ['/v2/models/conv2d/ready', { name: 'conv2d', ready: true }],
    ['/v2/models/conv2d/versions/1/ready', { name: 'conv2d', ready: true }],
  ])('GET %s', async (path, expected) => {
    const { status, body } = await service.request.get(path);
    expect([status, body]).toEqual([200, expected]);
  });

  test('a convolution has weight and bias', async () => {
    const axes = [-1, -1, -1, -1];
    const { body } = await service.request.get('/v2/models/conv2d');
    expect(body).toEqual({
      name: 'conv2d',
      versions: ['1'],
      platform: 'layergauge_kernel',
      inputs: [
        { name: 'input', datatype: 'FP32', shape: axes },
        { name: 'weight', datatype: 'FP32', shape: axes },
        { name: 'bias', datatype: 'FP32', shape: [-1] },
      ],
      outputs: [{ name: 'output', datatype: 'FP32', shape: axes }],
    });
    expect((await service.request.get('/v2/models/conv2d/versions/1')).body).toEqual(body);
  });

  test('a max pooling has indices, and the axes of its rank', async () => {
    const { body } = await service.request.get('/v2/models/max_pool1d');
    expect(body.inputs).toEqual([{ name: 'input', datatype: 'FP32', shape: [-1, -1, -1] }]);
    expect(body.outputs).toEqual([
      { name: 'output', datatype: 'FP32', shape: [-1, -1, -1] },
      { name: 'indices', datatype: 'INT64', shape: [-1, -1, -1] },
    ]);
  });

  test('every type that is run is a model', async () => {
    for (const type of runnableTypes()) expect((await service.request.get(`/v2/models/${type}`)).body.name).toBe(type);
  });

  test('/v2/health/ready turns to 503 with Retry-After when the service begins to close', async () => {
    const app = await buildApp(readConfig({}).config);
    let answers: Response[] = [];
    app.addHook('preClose', async () => {
      const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v2`;
      answers = await Promise.all(['/health/ready', '/models/conv2d/ready', '/health/live'].map((path) => fetch(base + path)));
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    await app.close();
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('5');
    expect(await answers[0]?.json()).toEqual({ error: 'the service is closing' });
  });
});

describe('tensors in JSON', () => {
  test('a convolution answers flat numbers, what it cost and the id', async () => {
    const answer = await infer({ id: '42', inputs: [input, weight], parameters: padded });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['inference-header-content-length']).toBeUndefined();
    expect(answer.json()).toEqual({
      model_name: 'conv2d',
      model_version: '1',
      id: '42',
      parameters: { macs: 81, flops: 162 },
      outputs: [{ name: 'output', shape: [1, 1, 3, 3], datatype: 'FP32', data: edges }],
    });
    expect((await infer({ inputs: [input, weight] }, 'conv2d/versions/1')).json().outputs[0].data).toEqual([0]);
  });

  test('data may be nested as its shape says, and keys may come in any order', async () => {
    const { name, shape, datatype } = input;
    const nested = {
      data: [
        [
          [
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
          ],
        ],
      ],
      datatype,
      name,
      shape,
    };
    const answer = await infer({ parameters: padded, inputs: [weight, nested] });
    expect(answer.json().outputs[0].data).toEqual(edges);
  });

  test('FP64 is read, computed and written in full', async () => {
    const third = 1 / 3;
    const one = (name: string) => ({ name, shape: [1, 1, 1], datatype: 'FP64', data: [third] });
    const [output] = (await infer({ inputs: [one('input'), one('weight')] }, 'conv1d')).json().outputs;
    expect(output).toEqual({ name: 'output', shape: [1, 1, 1], datatype: 'FP64', data: [third * third] });
  });

  test('FP32 is rounded to float32 and written in its shortest decimal', async () => {
    const tenth = { name: 'input', shape: [1, 1, 1, 1], datatype: 'FP32', data: [0.1000000000001] };
    expect((await infer({ inputs: [tenth] }, 'global_max_pool')).body).toContain('"data":[0.1]');
  });

  test('null stands for what is left out, and the model may be named again', async () => {
    const request = { id: null, model_name: 'conv2d', model_version: null, parameters: null, outputs: null };
    const answer = await infer({ ...request, inputs: [{ ...input, parameters: null }, weight] });
    expect(answer.json()).toEqual(expect.objectContaining({ model_name: 'conv2d', outputs: [expect.objectContaining({ data: [0] })] }));
    expect(answer.json()).not.toHaveProperty('id');
  });

  test('the output is that of /v1/run', async () => {
    const layer = { type: 'lp_pool2d', kernel_size: 2, stride: 1, norm_type: 2 };
    const run = await service.request.post('/v1/run').send({ layer, input: { shape: input.shape, data: input.data } });
    const { type, ...parameters } = layer;
    const answer = (await infer({ inputs: [input], parameters }, type)).json();
    expect(answer.outputs[0].data).toEqual(run.body.output.data);
    expect(answer.parameters).toEqual({ macs: run.body.compute.macs, flops: run.body.compute.flops });
  });

  test('long runs go to a worker', async () => {
    const busy = await startService({ LAYERGAUGE_RUN_INLINE_MACS: '0' });
    try {
      expect((await infer({ inputs: [input, weight], parameters: padded }, 'conv2d', busy)).json().outputs[0].data).toEqual(edges);
    } finally {
      await busy.app.close();
    }
  });
});

describe('attributes in parameters', () => {
  test.each([
    ['numbers', { kernel_size: 2, stride: 1 }, [5, 6, 8, 9]],
    ['a list', { kernel_size: '2,1', stride: '1, 2' }, [4, 6, 7, 9]],
    ['a list of one, for every axis', { kernel_size: '2', stride: 1 }, [5, 6, 8, 9]],
    // One row before, one column after: the rows 0 1 2, the columns 0 1 2 and padding.
    ['padding before and after, axis by axis', { kernel_size: 2, padding: '1,0,0,1' }, [2, 3, 8, 9]],
    ['the same by another spelling', { kernel_shape: '2,2', pad: '1,0,0,1' }, [2, 3, 8, 9]],
    ['ONNX pads, all begins and then all ends', { kernel_size: 2, pads: '1,0,0,1' }, [2, 3, 8, 9]],
    ['padding one number an axis', { kernel_size: 2, padding: '1,0' }, [2, 8]],
    ['text that is a word', { kernel_size: 2, padding: 'same' }, [5, 6, 8, 9]],
    ['a JSON list, as in /v1/run', { kernel_size: [2, 1], stride: [1, 2] }, [4, 6, 7, 9]],
    ['true and false', { kernel_size: 2, ceil_mode: true }, [5, 6, 8, 9]],
  ])('%s', async (_, parameters, expected) => {
    expect((await pool(parameters)).json().outputs[0].data).toEqual(expected);
  });

  test('null leaves an axis out', async () => {
    const answer = await infer({ inputs: [input], parameters: { output_size: 'null,1' } }, 'adaptive_max_pool2d');
    expect(answer.json().outputs[0]).toEqual(expect.objectContaining({ shape: [1, 1, 3, 1], data: [3, 6, 9] }));
  });

  test('two numbers pad one spatial axis before and after', async () => {
    const signal = { name: 'input', shape: [1, 1, 3], datatype: 'FP32', data: [1, 2, 3] };
    const answer = await infer({ inputs: [signal], parameters: { kernel_size: 2, stride: 1, padding: '1,0' } }, 'max_pool1d');
    expect(answer.json().outputs[0].data).toEqual([1, 2, 3]);
  });

  test('parameters of other servers are accepted and change nothing', async () => {
    const others = { sequence_id: 7, sequence_start: true, sequence_end: 'x', priority: 1, timeout: 5, headers: {}, content_type: 'np' };
    const answer = await infer({
      parameters: { ...padded, ...others, triton_enable_empty_final_response: true },
      inputs: [{ ...input, parameters: { content_type: 'np' } }, weight],
      outputs: [{ name: 'output', parameters: { content_type: 'np' } }],
    });
    expect(answer.json().outputs[0].data).toEqual(edges);
  });
});

describe('outputs', () => {
  const names = async (more: object, parameters: object = {}) =>
    (await pool({ kernel_size: 3, ...parameters }, more)).json().outputs?.map(({ name }: { name: string }) => name);

  test('are all given where none is asked for', async () => {
    expect(await names({})).toEqual(['output']);
    expect(await names({ outputs: [] }, { return_indices: true })).toEqual(['output', 'indices']);
  });

  test('are given in the order asked for', async () => {
    expect(await names({ outputs: [{ name: 'output' }] }, { return_indices: true })).toEqual(['output']);
    expect(await names({ outputs: [{ name: 'indices' }, { name: 'output' }] }, { return_indices: true })).toEqual(['indices', 'output']);
  });

  test('indices that are asked for need no return_indices', async () => {
    const { outputs } = (await pool({ kernel_size: 3 }, { outputs: [{ name: 'indices' }] })).json();
    expect(outputs).toEqual([{ name: 'indices', shape: [1, 1, 1, 1], datatype: 'INT64', data: [8] }]);
  });
});

describe('errors are {"error": …}', () => {
  const at = (place: string) => ` (at #/inputs/0/${place})`;
  const sent = (changed: object) => ({ inputs: [{ ...input, ...changed }], parameters: { kernel_size: 2 } });

  test.each<[string, unknown, string | RegExp]>([
    ['no body', '', 'the body is empty; expected {"inputs": […]}'],
    ['no JSON', '{"inputs":[', /^the request is not JSON: unexpected end of text at byte 11$/],
    ['a bare NaN', JSON.stringify(sent({ data: [0] })).replace('[0]', '[NaN]'), /not JSON/],
    ['a key twice', '{"inputs":[],"inputs":[]}', /^the key "inputs" stands twice in one object; keep one/],
    ['no object', '[]', 'a request is an object; given []'],
    ['no inputs', '{"id":"1"}', 'the request needs an input named "input"'],
    ['inputs that are no list', '{"inputs":{"input":1}}', 'inputs is a list; given {"input":1} (at #/inputs)'],
    ['an unknown key', { ...sent({}), input: 1 }, /^unknown key "input" in a request; did you mean "inputs"\?; known: /],
    ['a key that no pointer can name', '{"inputs":[],"\\ud800":1}', /^unknown key "\\ud800" in a request/],
    ['an unknown input', sent({ name: 'imput' }), /^there is no input "imput"; did you mean "input"\?/],
    ['an input twice', { inputs: [input, input] }, 'the input "input" is sent twice (at #/inputs/1/name)'],
    ['no shape', sent({ shape: undefined }), 'the input "input" needs shape (at #/inputs/0)'],
    ['no datatype', sent({ datatype: undefined }), 'the input "input" needs datatype (at #/inputs/0)'],
    ['no data', sent({ data: undefined }), /^the input "input" needs data, or binary_data_size among its parameters/],
    ['another datatype', sent({ datatype: 'FP16' }), `the datatype "FP16" is not run; FP32 and FP64 are${at('datatype')}`],
    ['an extent of 0', sent({ shape: [1, 0, 3, 3] }), `axis 1 must be a whole number, 1 or more; given 0${at('shape/1')}`],
    ['too many axes', sent({ shape: new Array(17).fill(1) }), `shape has 17 axes; the limit is 16${at('shape')}`],
    ['data of another length', sent({ data: [1] }), `data holds 1 numbers, shape [1, 1, 3, 3] has 9 elements${at('data')}`],
    ['text in data', sent({ data: [1, 'NaN'] }), `a tensor holds numbers; given "NaN"${at('data/1')}`],
    ['data that is no list', sent({ data: 1 }), `data is an array of numbers; given 1${at('data')}`],
    ['ragged data', sent({ data: [[1, 2], [3]] }), `this array holds 1 values, those before it 2${at('data/1')}`],
    ['data nested otherwise', sent({ data: new Array(9).fill([1]) }), `data is nested as [9, 1], shape is [1, 1, 3, 3]${at('data')}`],
    ['beyond float32', sent({ data: [1e39] }), `1e+39 is beyond the range of float32${at('data/0')}`],
    ['too large', sent({ shape: [1, 1, 1e8, 1e8] }), `the tensor has 10000000000000000 elements; the limit is 4194304${at('shape')}`],
    ['shared memory', sent({ parameters: { shared_memory_region: 'x' } }), /^the parameter "shared_memory_region" is not served/],
    ['an id that is no text', { ...sent({}), id: 1 }, 'id must be text; given 1 (at #/id)'],
    ['an unknown attribute', { inputs: [input], parameters: { kernal_size: 2 } }, /unknown key "kernal_size".*did you mean "kernel_size"/],
    ['a list that is none', { inputs: [input], parameters: { kernel_size: '2,' } }, /kernel_size must be .*given "2,"/],
    ['a type', { inputs: [input], parameters: { type: 'conv2d' } }, /^the address says the type of the layer/],
    ['a weight', { inputs: [input, weight], parameters: { kernel_size: 2 } }, 'max_pool2d has no weight'],
    ['a kernel too large', { inputs: [input], parameters: { kernel_size: 4 } }, /kernel height 4 exceeds padded input height 3/],
    ['class scores', { ...sent({}), outputs: [{ name: 'output', parameters: { classification: 3 } }] }, /"classification" is not served: /],
    ['an unknown output', { ...sent({}), outputs: [{ name: 'scores' }] }, /^max_pool2d has no output "scores"; outputs: output, indices/],
    ['an output twice', { ...sent({}), outputs: [{ name: 'output' }, { name: 'output' }] }, /^the output "output" is asked for twice/],
    [
      'indices that are turned off',
      { inputs: [input], parameters: { kernel_size: 2, return_indices: false }, outputs: [{ name: 'indices' }] },
      /^return_indices is false, but the output "indices" is asked for/,
    ],
    [
      'binary_data that is no flag',
      { ...sent({}), outputs: [{ name: 'output', parameters: { binary_data: 1 } }] },
      /binary_data is true or false/,
    ],
    [
      'binary_data_output that is no flag',
      { inputs: [input], parameters: { kernel_size: 2, binary_data_output: 'yes' } },
      /true or false; given "yes"/,
    ],
  ])('400 for %s', async (_, body, expected) => {
    const answer = await infer(body, 'max_pool2d');
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(Object.keys(answer.json())).toEqual(['error']);
    if (typeof expected === 'string') expect(answer.json().error).toBe(expected);
    else expect(answer.json().error).toMatch(expected);
  });

  test('400 where a convolution has no weight', async () => {
    const answer = await infer({ inputs: [input] });
    expect([answer.statusCode, answer.json()]).toEqual([400, { error: 'conv2d needs a weight tensor' }]);
  });

  test('400 with both numbers for a cost above the limit', async () => {
    const small = await startService({ LAYERGAUGE_MAX_RUN_MACS: '80' });
    try {
      const answer = await infer({ inputs: [input, weight], parameters: padded }, 'conv2d', small);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual({ error: 'the call takes 81 multiply-accumulates; at most 80 are run' });
    } finally {
      await small.app.close();
    }
  });

  test('all that planning finds is said at once', async () => {
    const { error } = (await pool({ kernel_size: 0, strid: 2 })).json();
    expect(error).toMatch(/kernel_size must be/);
    expect(error).toMatch(/unknown key "strid"/);
  });

  test.each([
    ['/v2/models/conv4d', /^there is no model "conv4d"; did you mean "conv\dd"\?$/],
    ['/v2/models/relu/ready', /^there is no model "relu"; models: conv1d, /],
    ['/v2/models/Conv', 'the model "Conv" leaves the number of axes open; there are conv1d, conv2d, conv3d'],
    ['/v2/models/conv2d/versions/2', 'the model conv2d has no version "2"; it has 1'],
    ['/v2/repository/index', 'there is nothing at /v2/repository/index; /docs lists what there is'],
    ['/v2/', 'there is nothing at /v2/; /docs lists what there is'],
  ])('404 at %s', async (path, expected) => {
    const { status, body } = await service.request.get(path);
    expect(status).toBe(404);
    expect(body).toEqual({ error: typeof expected === 'string' ? expected : expect.stringMatching(expected) });
  });

  test.each([
    ['GET', '/v2/models/conv2d/infer', 'POST'],
    ['DELETE', '/v2/models/conv2d/versions/1/infer?x=1', 'POST'],
    ['POST', '/v2', 'GET, HEAD'],
    ['POST', '/v2/models/conv2d/ready', 'GET, HEAD'],
  ] as const)('405 for %s %s, with Allow', async (method, url, allow) => {
    const answer = await service.app.inject({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json()).toEqual({ error: `${url.replace(/\?.*/, '')} takes ${allow}, not ${method}` });
  });

  test('413 for a body above the limit of runs, which is not that of documents', async () => {
    const small = await startService({ LAYERGAUGE_MAX_RUN_BYTES: '100', LAYERGAUGE_MAX_JSON_BYTES: '1000' });
    try {
      const answer = await infer(' '.repeat(101), 'conv2d', small);
      expect([answer.statusCode, answer.json()]).toEqual([413, { error: 'the body is larger than 100 bytes' }]);
    } finally {
      await small.app.close();
    }
  });

  test('415 for a type that is not application/*, and for an encoding that is not read', async () => {
    const typed = await service.request.post('/v2/models/conv2d/infer').set('content-type', 'text/plain').send('{}');
    expect([typed.status, Object.keys(typed.body)]).toEqual([415, ['error']]);
    const packed = await service.request
      .post('/v2/models/conv2d/infer')
      .set('content-type', 'application/json')
      .set('content-encoding', 'br')
      .send('{}');
    expect([packed.status, packed.body.error]).toEqual([415, 'the content encoding "br" is not read; send gzip or identity']);
  });

  test('503 with Retry-After where the run is ended by its deadline', async () => {
    const slow = await startService({ LAYERGAUGE_RUN_INLINE_MACS: '0', LAYERGAUGE_RUN_TIMEOUT_MS: '1' });
    try {
      const answer = await infer({ inputs: [input, weight], parameters: padded }, 'conv2d', slow);
      expect([answer.statusCode, answer.headers['retry-after'], Object.keys(answer.json())]).toEqual([503, '1', ['error']]);
    } finally {
      await slow.app.close();
    }
  });
});
