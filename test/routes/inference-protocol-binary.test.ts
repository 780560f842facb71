import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

interface SentTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
  readonly datatype?: 'FP32' | 'FP64';
}

/** Little-endian, by hand. */
function bytesOf({ numbers, datatype = 'FP32' }: SentTensor): Buffer {
  const width = datatype === 'FP32' ? 4 : 8;
  const bytes = Buffer.alloc(numbers.length * width);
  numbers.forEach((value, at) => {
    if (width === 4) bytes.writeFloatLE(value, at * 4);
    else bytes.writeDoubleLE(value, at * 8);
  });
  return bytes;
}

function described(tensor: SentTensor, size = bytesOf(tensor).length) {
  const { name, shape, datatype = 'FP32' } = tensor;
  return { name, shape, datatype, parameters: { binary_data_size: size } };
}

async function post(json: string, bytes: Buffer, model: string, headerLength: string | number = Buffer.byteLength(json)) {
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v2/models/${model}/infer`,
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': headerLength },
    body: Buffer.concat([Buffer.from(json), bytes]),
  });
  const end = Number(answer.headers['inference-header-content-length'] ?? answer.rawPayload.length);
  return { answer, json: JSON.parse(answer.rawPayload.toString('utf8', 0, end)), bytes: answer.rawPayload.subarray(end) };
}

const send = (tensors: readonly SentTensor[], more: object, model: string) =>
  post(JSON.stringify({ ...more, inputs: tensors.map((tensor) => described(tensor)) }), Buffer.concat(tensors.map(bytesOf)), model);

const input: SentTensor = { name: 'input', shape: [1, 1, 3, 3], numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
const weight: SentTensor = { name: 'weight', shape: [1, 1, 3, 3], numbers: [0, 1, 0, 1, -4, 1, 0, 1, 0] };
const bias: SentTensor = { name: 'bias', shape: [1], numbers: [0.5] };
/** The Laplacian of 1 … 9 with padding 1, and the bias, by hand. */
const edges = [2.5, 1.5, -3.5, -2.5, 0.5, -6.5, -15.5, -10.5, -21.5];

describe('binary tensors', () => {
  test('go in as bytes and come out as JSON', async () => {
    const { answer, json } = await send([input, weight, bias], { parameters: { padding: 1 } }, 'conv2d');
    expect(answer.headers['content-type']).toBe('application/json');
    expect(json.outputs[0].data).toEqual(edges);
  });

  test('come out as bytes behind the JSON, whose length the header says', async () => {
    const { answer, json, bytes } = await send([weight, bias, input], { parameters: { padding: 1, binary_data_output: true } }, 'conv2d');
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(json.outputs).toEqual([{ name: 'output', shape: [1, 1, 3, 3], datatype: 'FP32', parameters: { binary_data_size: 36 } }]);
    expect(bytes).toEqual(bytesOf({ ...input, numbers: edges }));
    expect(Number(answer.headers['content-length'])).toBe(answer.rawPayload.length);
  });

  test('mix with tensors in JSON, in the order of the inputs', async () => {
    const { name, shape, numbers } = weight;
    const json = JSON.stringify({
      // More than ASCII: the header counts bytes.
      id: 'é',
      inputs: [described(bias), { name, shape, datatype: 'FP32', data: numbers }, described(input)],
      parameters: { padding: 1 },
    });
    const answer = await post(json, Buffer.concat([bytesOf(bias), bytesOf(input)]), 'conv2d');
    expect(answer.json.id).toBe('é');
    expect(answer.json.outputs[0].data).toEqual(edges);
  });

  test('may be FP64, whatever the offset of their bytes', async () => {
    const exact = [1 / 3, Number.MIN_VALUE, -0, 1e300];
    for (const id of ['', 'a', 'ab', 'abc']) {
      const tensor: SentTensor = { name: 'input', shape: [1, 4, 1], numbers: exact, datatype: 'FP64' };
      const { json, bytes } = await send([tensor], { id, parameters: { kernel_size: 1, binary_data_output: true } }, 'max_pool1d');
      expect(json.outputs[0]).toEqual({ name: 'output', shape: [1, 4, 1], datatype: 'FP64', parameters: { binary_data_size: 32 } });
      expect(bytes).toEqual(bytesOf(tensor));
    }
  });

  test('binary_data of an output comes before binary_data_output; indices are int64', async () => {
    const outputs = [{ name: 'indices' }, { name: 'output', parameters: { binary_data: false } }];
    const { json, bytes } = await send([input], { outputs, parameters: { kernel_size: 3, binary_data_output: true } }, 'max_pool2d');
    expect(json.outputs).toEqual([
      { name: 'indices', shape: [1, 1, 1, 1], datatype: 'INT64', parameters: { binary_data_size: 8 } },
      { name: 'output', shape: [1, 1, 1, 1], datatype: 'FP32', data: [9] },
    ]);
    expect(bytes.readBigInt64LE()).toBe(8n);
  });

  test('both outputs may be bytes, one behind the other', async () => {
    const parameters = { kernel_size: 3, return_indices: true, binary_data_output: true };
    const { bytes } = await send([input], { parameters }, 'max_pool2d');
    expect([bytes.length, bytes.readFloatLE(), bytes.readBigInt64LE(4)]).toEqual([12, 9, 8n]);
  });

  test('carry NaN and Infinity, which JSON does not', async () => {
    const odd = { ...input, numbers: [Number.NaN, Number.POSITIVE_INFINITY, 3, 4, 5, 6, 7, 8, 9] };
    const binary = await send([odd], { parameters: { kernel_size: 1, binary_data_output: true } }, 'max_pool2d');
    expect([binary.bytes.readFloatLE(0), binary.bytes.readFloatLE(4)]).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    const { answer, json } = await send([odd], { parameters: { kernel_size: 1 } }, 'max_pool2d');
    expect(answer.statusCode).toBe(400);
    expect(json).toEqual({ error: 'output holds a number that JSON has not; ask for it as binary data' });
  });

  test('go through a worker as well', async () => {
    const inline = service;
    service = await startService({ LAYERGAUGE_RUN_INLINE_MACS: '0' });
    try {
      const { bytes } = await send([input, weight, bias], { parameters: { padding: 1, binary_data_output: true } }, 'conv2d');
      expect(bytes).toEqual(bytesOf({ ...input, numbers: edges }));
    } finally {
      await service.app.close();
      service = inline;
    }
  });
});

describe('binary tensors are refused with 400', () => {
  const request = (size?: number) => JSON.stringify({ inputs: [described(input, size)], parameters: { kernel_size: 2 } });
  const whole = bytesOf(input);

  test.each<[string, string, Buffer, string | number | undefined, RegExp]>([
    [
      'where the size is not that of the shape',
      request(32),
      whole,
      undefined,
      /^binary_data_size is 32; 9 elements of FP32 \(shape \[1, 1, 3, 3\]\) are 36 bytes/,
    ],
    ['where bytes are missing', request(), whole.subarray(4), undefined, /^binary_data_size is 36, but 32 bytes are left behind the JSON/],
    ['where bytes are left over', request(), Buffer.concat([whole, whole]), undefined, /^72 bytes follow the JSON; its inputs take 36$/],
    [
      'where the header is no number',
      request(),
      whole,
      '1e2',
      /^Inference-Header-Content-Length is "1e2"; expected a number of bytes up to/,
    ],
    ['where the header is beyond the body', request(), whole, 100_000, /^Inference-Header-Content-Length is "100000"; expected/],
    ['where the header cuts the JSON', request(), whole, 10, /^the request is not JSON: unexpected end of text at byte 10/],
    ['where the size is no number of bytes', request(-1), whole, undefined, /^binary_data_size is a number of bytes; given -1/],
    [
      'where data is there as well',
      request().replace('"parameters"', '"data":[1],"parameters"'),
      whole,
      undefined,
      /^both data and binary_data_size are given/,
    ],
  ])('%s', async (_, json, bytes, headerLength, expected) => {
    const { answer, json: body } = await post(json, bytes, 'max_pool2d', headerLength ?? Buffer.byteLength(json));
    expect(answer.statusCode).toBe(400);
    expect(body.error).toMatch(expected);
  });

  test('where no header says that they follow', async () => {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/v2/models/max_pool2d/infer',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.concat([Buffer.from(request()), whole]),
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatch(/Inference-Header-Content-Length/);
  });

  test('where their elements are above the limit, before they are laid out', async () => {
    const huge = { ...input, shape: [1, 1, 2 ** 20, 2 ** 20] };
    const { answer, json } = await post(JSON.stringify({ inputs: [described(huge, 2 ** 42)] }), whole, 'global_max_pool');
    expect(answer.statusCode).toBe(400);
    expect(json.error).toMatch(/^the tensor has 1099511627776 elements; the limit is 4194304/);
  });
});
