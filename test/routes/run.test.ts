import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExamples } from '../../src/routes/run-examples.ts';
import { resolvePointer } from '../oracles/resolve-pointer.ts';
import type { Service } from '../service.ts';
import { startService } from '../service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.app.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what it is; what a test reads of it, it expects.
  readonly body: any;
}

/** Sends a body, text as it stands. */
async function post(body: unknown, { query = '', type = 'application/json', app = service.app } = {}): Promise<Answer> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.inject({ method: 'POST', url: `/v1/run${query}`, payload, headers: { 'content-type': type } });
  return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: JSON.parse(answer.payload) };
}

/** `pointer code: detail` of each error; each pointer is resolved in what was sent. */
async function refused(body: unknown, options = {}): Promise<readonly string[]> {
  const { status, headers, body: problem } = await post(body, options);
  expect(status).toBe(422);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(problem).toMatchObject({ type: 'urn:layergauge:problem:invalid-run', status: 422, instance: '/v1/run' });
  const sent = typeof body === 'string' ? JSON.parse(body) : body;
  return problem.errors.map(({ pointer, code, detail }: { pointer: string; code: string; detail: string }) => {
    resolvePointer(sent, pointer);
    expect(detail).not.toMatch(/undefined|\[object/);
    return `${pointer} ${code}: ${detail}`;
  });
}

function base64(...values: number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

/** Row by row: 1 2 3 · 4 5 6 · 7 8 9, and the Laplacian, whose centre takes 4 times itself off the sum of its four neighbours. */
const input = [
  [
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
];
const weight = { shape: [1, 1, 3, 3], data: [0, 1, 0, 1, -4, 1, 0, 1, 0] };
const layer = { type: 'conv2d', padding: 1 };
/** 2 + 4 − 4 = 2, 1 + 3 + 5 − 8 = 1, …: inside, neighbours of a slope cancel to 0. */
const edges = [2, 1, -4, -3, 0, -7, -16, -11, -22];
const pixel = [[[[5]]]];
const identity = [[[[1]]]];

describe('forms of tensors', () => {
  const flat = { shape: [1, 1, 3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
  const packed = { shape: [1, 1, 3, 3], dtype: 'float32', base64: base64(1, 2, 3, 4, 5, 6, 7, 8, 9) };
  const outputs = {
    nested: [[[edges.slice(0, 3), edges.slice(3, 6), edges.slice(6)]]],
    flat: { shape: [1, 1, 3, 3], dtype: 'float32', data: edges },
    base64: { shape: [1, 1, 3, 3], dtype: 'float32', base64: base64(...edges) },
  };

  test.each([
    ['nested', input],
    ['flat', flat],
    ['base64', packed],
  ] as const)('the output of a %s input comes in that form', async (form, tensor) => {
    const { status, headers, body } = await post({ layer, input: tensor, weight });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['server-timing']).toMatch(/^run;dur=\d+\.\d+$/);
    expect(body.output).toEqual(outputs[form]);
    // 81 products; without a bias nothing is added to them.
    expect(body.compute).toMatchObject({ macs: 81, flops: 162, operations: { mac: 81, add: 0 } });
  });

  test.each(['nested', 'flat', 'base64'] as const)('output=%s overrides the form', async (form) => {
    for (const tensor of [input, flat, packed])
      expect((await post({ layer, input: tensor, weight }, { query: `?output=${form}` })).body.output).toEqual(outputs[form]);
  });

  test('weight and bias may come in any form', async () => {
    const plain = await post({ layer, input, weight, bias: [10] });
    expect(plain.body.output[0][0][1]).toEqual([7, 10, 3]);
    const weights = [weight, { shape: [1, 1, 3, 3], base64: base64(...weight.data) }, [[[weight.data.slice(0, 3), [1, -4, 1], [0, 1, 0]]]]];
    for (const weightForm of weights)
      for (const bias of [[10], { shape: [1], data: [10] }, { shape: [1], dtype: 'float32', base64: base64(10) }])
        expect((await post({ layer, input, weight: weightForm, bias })).text).toBe(plain.text);
  });

  test('the dtype of an object may follow its data', async () => {
    const { body } = await post('{"layer":{"type":"global_max_pool"},"input":{"data":[0.1],"shape":[1,1,1],"dtype":"float64"}}');
    expect(body.output).toEqual({ shape: [1, 1, 1], dtype: 'float64', data: [0.1] });
  });

  test('float64 is computed and written in float64, float32 in its shortest decimals', async () => {
    const third = (dtype: string) => ({
      layer: { type: 'avg_pool1d', kernel_size: 3 },
      input: { shape: [1, 1, 3], dtype, data: [0, 0, 1] },
    });
    expect((await post(third('float64'))).text).toContain('"dtype":"float64","data":[0.3333333333333333]');
    expect((await post(third('float32'))).text).toContain('"dtype":"float32","data":[0.33333334]');
    expect((await post({ layer: { type: 'global_max_pool' }, input: [[[0.1, 0.10000000149011612]]] })).text).toContain(
      '"output":[[[0.1]]]',
    );
  });

  test('float64 in base64 has eight bytes an element', async () => {
    const bytes = Buffer.from(Float64Array.of(0.1, 0.7).buffer).toString('base64');
    const { body } = await post({ layer: { type: 'global_max_pool' }, input: { shape: [1, 1, 2], dtype: 'float64', base64: bytes } });
    expect(body.output).toEqual({
      shape: [1, 1, 1],
      dtype: 'float64',
      base64: Buffer.from(Float64Array.of(0.7).buffer).toString('base64'),
    });
  });

  test('the output has the dtype of the input, whatever that of the weight', async () => {
    const double = { shape: [1, 1, 1, 1], dtype: 'float64', data: [0.1] };
    const single = { shape: [1, 1, 1, 1], data: [1] };
    expect((await post({ layer, input: single, weight: double })).body.output).toEqual({
      shape: [1, 1, 3, 3],
      dtype: 'float32',
      data: expect.anything(),
    });
    const plain = { type: 'conv2d' };
    expect((await post({ layer: plain, input: single, weight: double })).text).toContain('"data":[0.1]');
    expect((await post({ layer: plain, input: double, weight: single })).text).toContain('"dtype":"float64","data":[0.1]');
  });

  test('base64 may hold escapes, as PHP writes them', async () => {
    // 0xff 0xff 0x7f 0x3f, the number just below 1, is "//9/Pw==".
    const { status, text } = await post(
      String.raw`{"layer":{"type":"global_max_pool"},"input":{"shape":[1,1,1],"base64":"\/\/9\u002fPw=="}}`,
    );
    expect(status).toBe(200);
    expect(text).toContain('"base64":"//9/Pw=="');
  });

  test('−0 stays −0', async () => {
    for (const [query, text] of [
      ['', '"output":[[[-0]]]'],
      ['?output=flat', '"data":[-0]'],
      ['?output=base64', '"base64":"AAAAgA=="'],
    ] as const)
      expect((await post('{"layer":{"type":"global_max_pool"},"input":[[[-0.0]]]}', { query })).text).toContain(text);
  });
});

describe('NaN and Infinity', () => {
  const tensor = (...values: number[]) => ({ shape: [1, 1, values.length], base64: base64(...values) });

  test('travel in base64', async () => {
    const { body } = await post({
      layer: { type: 'max_pool1d', kernel_size: 1 },
      input: tensor(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    });
    const bytes = Buffer.from(body.output.base64, 'base64');
    expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  test.each([
    ['NaN, asked for as numbers', { layer: { type: 'global_max_pool' }, input: tensor(Number.NaN) }, '?output=flat', 'NaN'],
    [
      '−Infinity, asked for nested',
      { layer: { type: 'global_max_pool' }, input: tensor(Number.NEGATIVE_INFINITY) },
      '?output=nested',
      '-Infinity',
    ],
    ['an overflow of finite numbers', { layer: { type: 'conv1d' }, input: [[[3e38]]], weight: [[[3e38]]] }, '', 'Infinity'],
  ])('%s is a 422 that says output=base64', async (_, body, query, value) => {
    const { status, body: problem } = await post(body, { query });
    expect(status).toBe(422);
    expect(problem.detail).toContain('output=base64');
    expect(problem.errors).toEqual([{ pointer: '#/input', code: 'not_finite', detail: expect.stringMatching(`${value}.*output=base64`) }]);
    expect((await post(body, { query: '?output=base64' })).status).toBe(200);
  });
});

describe('return_indices', () => {
  const pool = { layer: { type: 'max_pool2d', kernel_size: 2, stride: 1, return_indices: true }, input };

  test.each([
    [
      'nested',
      [
        [
          [
            [4, 5],
            [7, 8],
          ],
        ],
      ],
    ],
    ['flat', { shape: [1, 1, 2, 2], dtype: 'int64', data: [4, 5, 7, 8] }],
    ['base64', { shape: [1, 1, 2, 2], dtype: 'int64', base64: Buffer.from(BigInt64Array.of(4n, 5n, 7n, 8n).buffer).toString('base64') }],
  ])('are int64 positions in the plane, %s', async (form, indices) => {
    expect((await post(pool, { query: `?output=${form}` })).body.indices).toEqual(indices);
  });

  test('start anew in each plane, and are absent unless asked for', async () => {
    const two = {
      layer: { type: 'adaptive_max_pool1d', output_size: 1, return_indices: true },
      input: [
        [
          [1, 3],
          [4, 2],
        ],
      ],
    };
    expect((await post(two)).body.indices).toEqual([[[1], [0]]]);
    expect((await post({ ...two, layer: { type: 'adaptive_max_pool1d', output_size: 1 } })).body).not.toHaveProperty('indices');
  });
});

/** Worked out by hand from the cells 1 … 16 of the image, four of them as a volume, and the signal 1 … 6. */
const rows = (first: number, step: number, jump: number, extent: number) =>
  Array.from({ length: extent }, (_, row) => Array.from({ length: extent }, (_, column) => first + row * jump + column * step));
const twice = <T>(list: readonly T[]): T[] => list.flatMap((value) => [value, value]);
const enlarged = twice(rows(1, 1, 4, 4)).map(twice);
const means = [
  [3.5, 5.5],
  [11.5, 13.5],
];
const peaks = [
  [6, 8],
  [14, 16],
];
const expectedOutputs: Record<keyof typeof runExamples, unknown> = {
  // Sums of the neighbours there are, each over 9.
  blur: [
    [
      [
        [14, 24, 30, 22],
        [33, 54, 63, 45],
        [57, 90, 99, 69],
        [46, 72, 78, 54],
      ].map((row) => row.map((sum) => sum / 9)),
    ],
  ],
  edges: [
    [
      [
        [0, 1, 0],
        [1, -4, 1],
        [0, 1, 0],
      ],
    ],
  ],
  max_pool: [[peaks]],
  conv1d: [[[1, 1, 1, 1, 1]]],
  // 1 + 2 + 5 + 6 = 14 in each of two planes; a column adds 4·2, a row 16·2.
  conv3d: [[[rows(28, 8, 32, 3), rows(28, 8, 32, 3), rows(28, 8, 32, 3)]]],
  conv_transpose1d: [[twice([1, 2, 3, 4, 5, 6])]],
  conv_transpose2d: [[enlarged]],
  conv_transpose3d: [[new Array(8).fill(enlarged)]],
  max_pool1d: [[[2, 4, 6]]],
  max_pool3d: [[[peaks, peaks]]],
  avg_pool1d: [[[2, 3, 4, 5]]],
  avg_pool2d: [[means]],
  avg_pool3d: [[[means, means]]],
  lp_pool1d: [[[5, 10]]],
  // 1 + 4 + 25 + 36, 9 + 16 + 49 + 64, 81 + 100 + 169 + 196, 121 + 144 + 225 + 256.
  lp_pool2d: [
    [
      [
        [Math.sqrt(66), Math.sqrt(138)],
        [Math.sqrt(546), Math.sqrt(746)],
      ],
    ],
  ],
  // 14, 22, 46 and 54 in each of two planes.
  lp_pool3d: [
    [
      new Array(2).fill([
        [28, 44],
        [92, 108],
      ]),
    ],
  ],
  adaptive_avg_pool1d: [[[1.5, 3.5, 5.5]]],
  adaptive_avg_pool2d: [[[[8.5]]]],
  adaptive_avg_pool3d: [[[means, means]]],
  // Windows of 6 cells to 4: 1–2, 2–3, 4–5, 5–6.
  adaptive_max_pool1d: [[[2, 3, 5, 6]]],
  adaptive_max_pool2d: [[rows(6, 1, 4, 3)]],
  adaptive_max_pool3d: [[[[[16]]]]],
  global_avg_pool: [[[[8.5]]]],
  global_max_pool: [[[[16]]]],
  global_lp_pool: [[[[5]]]],
};

function flatten(value: unknown): number[] {
  return Array.isArray(value) ? value.flatMap(flatten) : [value as number];
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

describe('the examples of the documentation', () => {
  test.each(Object.entries(runExamples))('%s can be sent as it stands', async (name, example) => {
    const expected = expectedOutputs[name as keyof typeof runExamples];
    const { status, body } = await post(example.value);
    expect(status).toBe(200);
    expect(shapeOf(body.output)).toEqual(shapeOf(expected));
    const values = flatten(body.output);
    for (const [index, value] of flatten(expected).entries()) expect(values[index]).toBeCloseTo(value, 5);
  });

  test('the maxima are where the example says', async () => {
    expect((await post(runExamples.max_pool.value)).body.indices).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
  });

  test('there is one for every type that is run', async () => {
    const { body } = await post({ layer: { type: 'relu' }, input });
    const types = /convolutions and poolings are: (.*)$/.exec(body.detail)?.[1]?.split(', ') ?? [];
    const shown = Object.values(runExamples).map(({ value }) => (value as { layer: { type: string } }).layer.type);
    expect(types.length).toBe(24);
    expect(types.filter((type) => !shown.includes(type))).toEqual([]);
  });
});

describe('spellings', () => {
  const two = { shape: [2, 1, 2, 2], data: [1, 0, 0, 0, 0, 0, 0, 1] };
  const square = [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  ];

  test('ONNX: Conv with kernel_shape, pads, strides, dilations and group', async () => {
    const ours = await post({
      layer: {
        type: 'conv2d',
        kernel_size: 2,
        padding: [
          [1, 0],
          [0, 1],
        ],
        stride: [1, 2],
        groups: 2,
      },
      input: square,
      weight: two,
    });
    const onnx = await post({
      layer: { type: 'Conv', kernel_shape: [2, 2], pads: [1, 0, 0, 1], strides: [1, 2], dilations: [1, 1], group: 2 },
      input: square,
      weight: two,
    });
    expect(onnx.status).toBe(200);
    expect(onnx.text).toBe(ours.text);
    // The first filter takes a window's first cell, the second its last; a row of padding lies above.
    expect(onnx.body.output).toEqual([
      [
        [[0], [1]],
        [[6], [8]],
      ],
    ]);
  });

  test('ONNX: auto_pad, and MaxPool on any rank', async () => {
    const pool = (tensor: unknown, kernel: number[]) =>
      post({ layer: { type: 'MaxPool', kernel_shape: kernel, strides: kernel }, input: tensor });
    expect((await pool([[[1, 2, 3, 4]]], [2])).body.output).toEqual([[[2, 4]]]);
    expect((await pool(square, [2, 2])).body.output).toEqual([[[[4]], [[8]]]]);
    expect((await pool([square], [1, 2, 2])).body.output).toEqual([[[[[4]], [[8]]]]]);
    const same = await post({ layer: { type: 'MaxPool', kernel_shape: [2], strides: [2], auto_pad: 'SAME_LOWER' }, input: [[[1, 2, 3]]] });
    expect(same.body.output).toEqual([[[1, 3]]]);
  });

  test('Keras: Conv2D with filters, strides and use_bias, MaxPooling2D with pool_size', async () => {
    const { body } = await post({
      layer: { type: 'Conv2D', filters: 1, kernel_size: [3, 3], strides: 1, padding: 'same', use_bias: false },
      input,
      weight,
    });
    expect(flatten(body.output)).toEqual(edges);
    expect((await post({ layer: { type: 'MaxPooling2D', pool_size: 3 }, input })).body.output).toEqual([[[[9]]]]);
    expect((await post({ layer: { type: 'Conv2D', padding: 'same', data_format: 'channels_first' }, input, weight })).status).toBe(200);
  });

  test('two spellings of one key are refused', async () => {
    expect(await refused({ layer: { type: 'conv2d', pads: [1, 1, 1, 1], padding: 1 }, input, weight })).toEqual([
      expect.stringMatching('#/layer/padding duplicate_key: "pads" and "padding"'),
    ]);
  });
});

describe('out_channels and kernel_size', () => {
  test.each([
    [{ type: 'conv2d' }],
    [{ type: 'conv2d', out_channels: 1 }],
    [{ type: 'conv2d', kernel_size: 3 }],
    [{ type: 'Conv2D', filters: 1, kernel_size: [3, 3] }],
    [{ type: 'Conv', kernel_shape: [3, 3] }],
    [{ type: 'conv2d', in_channels: 1, bias: false }],
  ])('of %j follow from the weight', async (stated) => {
    expect((await post({ layer: stated, input, weight })).body.output).toEqual([[[[0]]]]);
  });

  test('of a transposed convolution count the groups', async () => {
    // Two groups of one channel each, two filters each: in × out/groups × kernel.
    const { body } = await post({
      layer: { type: 'conv_transpose1d', groups: 2 },
      input: [[[1], [10]]],
      weight: { shape: [2, 2, 1], data: [1, 2, 3, 4] },
    });
    expect(body.output).toEqual([[[1], [2], [30], [40]]]);
  });

  test.each([
    [
      { type: 'conv2d', out_channels: 3 },
      '#/weight shape_mismatch: weight has shape [1, 1, 3, 3]; conv2d on this input needs [3, 1, 3, 3]',
    ],
    [{ type: 'Conv2D', filters: 2 }, '#/weight shape_mismatch: weight has shape [1, 1, 3, 3]; conv2d on this input needs [2, 1, 3, 3]'],
    [{ type: 'conv2d', kernel_size: 2 }, '#/weight shape_mismatch: weight has shape [1, 1, 3, 3]; conv2d on this input needs [1, 1, 2, 2]'],
    [
      { type: 'Conv', kernel_shape: [1, 3] },
      '#/weight shape_mismatch: weight has shape [1, 1, 3, 3]; conv2d on this input needs [1, 1, 1, 3]',
    ],
    [{ type: 'conv2d', in_channels: 2 }, '#/layer/in_channels mismatch: in_channels is 2, but input gives 1'],
    [{ type: 'conv2d', groups: 2 }, '#/layer/groups groups_do_not_divide: groups 2 does not divide the 1 input channels from input'],
    [{ type: 'conv2d', bias: true }, '# missing_key: the layer says bias: true, but no bias tensor is sent'],
    [{ type: 'conv3d' }, '#/weight wrong_rank: a weight of conv3d has 5 axes; given [1, 1, 3, 3]'],
  ])('of %j are checked', async (stated, reason) => {
    expect(await refused({ layer: stated, input, weight })).toEqual([reason]);
  });

  test('a bias has one number a channel', async () => {
    expect(await refused({ layer, input, weight, bias: [1, 2] })).toEqual([
      '#/bias shape_mismatch: bias has shape [2]; conv2d on this input needs [1]',
    ]);
    expect(await refused({ layer: { ...layer, bias: false }, input, weight, bias: [1] })).toEqual([
      '#/bias mismatch: the layer says bias: false, but a bias tensor is sent',
    ]);
  });
});

describe('what costs too much is refused with both numbers, before anything is made', () => {
  const on = (stated: object, more: object = {}) => ({ layer: { type: 'conv2d', ...stated }, input, weight, ...more });

  test.each<[string, unknown, string]>([
    [
      'elements of the input',
      { layer: { type: 'global_avg_pool' }, input: { shape: [1, 1, 5e6], data: [1] } },
      '#/input/shape too_large: the tensor has 5000000 elements; the limit is 4194304',
    ],
    [
      'elements of all tensors',
      on({}, { weight: { shape: [1, 1, 2048, 2048], data: [1] } }),
      '#/weight/shape too_large: the tensor has 4194304 elements, with the tensors before it 4194313; the limit is 4194304',
    ],
    [
      'a product beyond doubles',
      { layer: { type: 'global_avg_pool' }, input: { shape: [1e5, 1e5, 1e5, 1e5], base64: '' } },
      '#/input/shape too_large: the tensor has 100000000000000000000 elements; the limit is 4194304',
    ],
    [
      'elements of the output',
      on({ padding: 1e9 }),
      '#/layer too_large: the output [1, 1, 2000000001, 2000000001] has 4000000004000000000 elements; at most 4194304 are computed',
    ],
    [
      'a stride of a transposed convolution',
      { layer: { type: 'conv_transpose2d', stride: 1e9 }, input, weight },
      '#/layer too_large: the output [1, 1, 2000000003, 2000000003] has 4000000012000000000 elements; at most 4194304 are computed',
    ],
    [
      'an output_size',
      { layer: { type: 'conv_transpose2d', stride: 1e9, output_size: [2e9 + 3, 2e9 + 3] }, input, weight },
      '#/layer too_large: the output [1, 1, 2000000003, 2000000003] has 4000000012000000000 elements; at most 4194304 are computed',
    ],
    [
      'an output_size out of reach',
      { layer: { type: 'conv_transpose2d', output_size: [1e9, 5] }, input, weight },
      '#/layer/output_size/0 out_of_range: output_size 1000000000 of height is out of reach; stride, padding and kernel allow 5 to 5',
    ],
    [
      'an adaptive size',
      { layer: { type: 'adaptive_avg_pool2d', output_size: 1e9 }, input },
      '#/layer too_large: the output [1, 1, 1000000000, 1000000000] has 1000000000000000000 elements; at most 4194304 are computed',
    ],
    [
      'padding that a stride steps over',
      on({ padding: 1e9, stride: 1e9 }),
      '#/layer/padding too_large: 4000000012000000000 cells are laid out at a time, padding included; at most 16777216 are',
    ],
    [
      'padding under another spelling',
      on({ pads: [1e6, 1e6, 1e6, 1e6], stride: 1e6 }),
      '#/layer/pads too_large: 4000012000009 cells are laid out at a time, padding included; at most 16777216 are',
    ],
    // Padding that is taken from the data is laid out for the whole batch.
    [
      'padding of a batch',
      {
        layer: { type: 'conv1d', padding: 4e6, padding_mode: 'replicate', stride: 4e6 },
        input: [[[1]], [[2]], [[3]]],
        weight: [[[1]]],
      },
      '#/layer/padding too_large: 24000003 cells are laid out at a time, padding included; at most 16777216 are',
    ],
    [
      'padding of a pool',
      { layer: { type: 'max_pool2d', kernel_size: 2, padding: 1e9 }, input },
      '#/layer/padding padding_too_large: padding 1000000000 of height must be smaller than the kernel, which spans 2; a window would hold padding only',
    ],
    [
      'dilation',
      on({ dilation: 1e9 }),
      '#/layer kernel_too_large: kernel height 3 (dilated to 2000000001) exceeds padded input height 3 (input [3, 3]); add padding or use a smaller kernel',
    ],
    [
      'dilation with padding',
      on({ dilation: 1e9, padding: 1e9 }),
      '#/layer/padding too_large: 4000000012000000000 cells are laid out at a time, padding included; at most 16777216 are',
    ],
    // 3 + 2·1000 − 30 + 1 = 1974 cells an axis, 900 products each.
    [
      'multiply-accumulates',
      { layer: { type: 'conv2d', padding: 1000 }, input, weight: { shape: [1, 1, 30, 30], data: new Array(900).fill(1) } },
      '#/layer too_costly: the call takes 3507008400 multiply-accumulates; at most 1000000000 are run',
    ],
    // 3 + 2·999 − 1000 + 1 = 1002 cells an axis, 10⁶ − 1 comparisons each.
    [
      'operations of a pool',
      { layer: { type: 'max_pool2d', kernel_size: 1000, stride: 1, padding: 999 }, input },
      '#/layer too_costly: the call takes 1004002995996 operations; at most 1000000000 are run',
    ],
    [
      'groups',
      on({ groups: 1e9 }),
      '#/layer/groups groups_do_not_divide: groups 1000000000 does not divide the 1 input channels from input',
    ],
  ])('%s', async (_, body, reason) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(await refused(body)).toEqual([reason]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4e6);
  });

  test.each([
    ['padding', 2 ** 31],
    ['padding', -1],
    ['stride', 0],
    ['stride', 1e300],
    ['dilation', 0],
    ['dilation', '1'],
    ['groups', 0],
    ['groups', 1.5],
  ])('%s %j is outside its range', async (key, value) => {
    expect(await refused(on({ [key]: value }))).toEqual([
      expect.stringMatching(new RegExp(`^#/layer/${key} invalid_value: ${key} must be .*given`)),
    ]);
  });

  test('the limits are those of the configuration', async () => {
    const { app } = await startService({ LAYERGAUGE_MAX_RUN_ELEMENTS: '9', LAYERGAUGE_MAX_RUN_MACS: '80' });
    const pool = { layer: { type: 'global_max_pool' }, input };
    expect((await post(pool, { app })).status).toBe(200);
    expect(await refused({ ...pool, input: [[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]] }, { app })).toEqual([
      '#/input too_large: the tensor has 10 elements; the limit is 9',
    ]);
    const small = {
      layer,
      input: [
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
      weight: [
        [
          [
            [1, 1],
            [1, 1],
          ],
        ],
      ],
    };
    // 3 × 3 outputs of 4 products each are 36.
    expect((await post(small, { app })).status).toBe(200);
    expect(await refused({ ...small, layer: { type: 'conv2d', padding: 2 } }, { app })).toEqual([
      '#/layer too_large: the output [1, 1, 5, 5] has 25 elements; at most 9 are computed',
    ]);
    await app.close();
    const few = await startService({ LAYERGAUGE_MAX_RUN_MACS: '80' });
    expect(await refused({ layer, input, weight }, { app: few.app })).toEqual([
      '#/layer too_costly: the call takes 81 multiply-accumulates; at most 80 are run',
    ]);
    await few.app.close();
  });
});

describe('tensors that are none', () => {
  const send = (tensor: unknown) => ({ layer: { type: 'global_max_pool' }, input: tensor });

  test.each<[string, unknown, string]>([
    [
      'a shape that lies',
      { shape: [1, 1, 3], data: [1, 2] },
      '#/input/data shape_mismatch: data holds 2 numbers, shape [1, 1, 3] has 3 elements',
    ],
    [
      'a shape that lies about bytes',
      { shape: [1, 1, 3], base64: 'AAAAAA==' },
      '#/input/base64 shape_mismatch: base64 holds 4 bytes; 3 elements of float32 are 12 bytes',
    ],
    ['ragged arrays', [[[1, 2], [3]]], '#/input/0/1 ragged: this array holds 1 values, those before it 2'],
    ['a number among arrays', [[[1, 2], 3]], '#/input/0/1 ragged: a number at depth 2 where the numbers before it are at depth 3'],
    ['text', [[['2']]], '#/input/0/0/0 invalid_value: a tensor holds numbers; given "2"'],
    ['"NaN"', [[[1, 'NaN']]], '#/input/0/0/1 invalid_value: a tensor holds numbers; given "NaN"'],
    ['"Infinity"', { shape: [1, 1, 1], data: ['Infinity'] }, '#/input/data/0 invalid_value: a tensor holds numbers; given "Infinity"'],
    ['null', [[[null]]], '#/input/0/0/0 invalid_value: a tensor holds numbers; given null'],
    [
      'null for all',
      null,
      '#/input invalid_value: a tensor is nested arrays of numbers or an object with shape and data or base64; given null',
    ],
    ['a number', 5, '#/input invalid_value: a tensor is nested arrays of numbers or an object with shape and data or base64; given 5'],
    [
      'too many axes',
      JSON.parse(`${'['.repeat(17)}1${']'.repeat(17)}`),
      `#/input${'/0'.repeat(16)} too_deep: arrays nested more than 16 deep`,
    ],
    [
      'too many axes in a shape',
      { shape: new Array(17).fill(1), data: [1] },
      '#/input/shape wrong_rank: shape has 17 axes; the limit is 16',
    ],
    ['too few axes', [1, 2], '#/input wrong_rank: expected an input of at least 3 axes, but input gives [2] (1 axis)'],
    ['no cells', { shape: [1, 0, 1], data: [] }, '#/input empty: input has shape [1, 0, 1]; every axis must be at least 1'],
    ['no batch', [], '#/input empty: input has shape [0]; every axis must be at least 1'],
    [
      'an extent below 0',
      { shape: [1, 1, -1], data: [1] },
      '#/input/shape/2 invalid_value: axis 2 must be a whole number, 0 or more; given -1',
    ],
    [
      'a broken extent',
      { shape: [1, 1, 1.5], data: [1] },
      '#/input/shape/2 invalid_value: axis 2 must be a whole number, 0 or more; given 1.5',
    ],
    ['integers', { shape: [1, 1, 1], dtype: 'int8', data: [1] }, '#/input/dtype wrong_dtype: dtype is float32 or float64; given "int8"'],
    [
      'data twice',
      { shape: [1, 1, 1], data: [1], base64: 'AAAAAA==' },
      '#/input/base64 invalid_value: both data and base64 are given; keep one',
    ],
    ['no data', { shape: [1, 1, 1] }, '#/input missing_key: data is missing; a tensor has shape, data or base64, and dtype'],
    ['no shape', { data: [1] }, '#/input missing_key: shape is missing; a tensor has shape, data or base64, and dtype'],
    [
      'an unknown key',
      { shape: [1, 1, 1], dta: [1] },
      '#/input/dta unknown_key: unknown key "dta"; a tensor has shape, data or base64, and dtype',
    ],
    [
      'no base64',
      { shape: [1, 1, 1], base64: 'AA-AAA==' },
      '#/input/base64 invalid_value: "-" at character 2 is not base64: A-Z a-z 0-9 + / and = at the end',
    ],
  ])('%s', async (_, tensor, reason) => {
    expect(await refused(send(tensor))).toEqual([reason]);
  });

  test('text in base64 that is no ASCII, or no JSON', async () => {
    expect(await refused(send({ shape: [1, 1, 1], base64: 'AAéAAA==' }))).toEqual([
      '#/input/base64 invalid_value: "é" at character 2 is not base64: A-Z a-z 0-9 + / and = at the end',
    ]);
    const broken = await post('{"layer":{"type":"global_max_pool"},"input":{"shape":[1,1,1],"base64":"AA\nAAA=="}}');
    expect(broken.status).toBe(400);
    expect(await post('{"layer":{"type":"global_max_pool"},"input":{"shape":[1,1,1],"base64":"AAAAAA==')).toMatchObject({ status: 400 });
  });

  test('a number beyond float32', async () => {
    expect(await refused('{"layer":{"type":"global_max_pool"},"input":[[[1e39]]]}')).toEqual([
      '#/input/0/0/0 out_of_range: 1e39 is beyond the range of float32',
    ]);
  });

  test.each([
    ['{"layer":{},"layer":{},"input":[[[1]]]}', '#/layer'],
    ['{"layer":{"type":"max_pool1d","kernel_size":1,"kernel_size":2},"input":[[[1,2]]]}', '#/layer/kernel_size'],
    ['{"layer":{"type":"global_max_pool"},"input":{"shape":[1,1,1],"data":[1],"data":[2]}}', '#/input/data'],
  ])('a key that stands twice: %s', async (text, pointer) => {
    expect(await refused(text)).toContainEqual(
      expect.stringMatching(new RegExp(`^${pointer} duplicate_key: the key .* stands twice in one object; keep one$`)),
    );
  });

  test('a key that no pointer can name is reported at its object', async () => {
    expect(await refused('{"layer":{"type":"global_max_pool"},"input":[[[1]]],"\\ud800":1}')).toEqual([
      expect.stringMatching(/^# unknown_key/),
    ]);
  });

  test('everything wrong with the body is reported together', async () => {
    expect(await refused({ layer, input: [[['a']]], wieght: 1, weight: null })).toEqual([
      '#/input/0/0/0 invalid_value: a tensor holds numbers; given "a"',
      expect.stringMatching(/^#\/weight invalid_value/),
      '#/wieght unknown_key: unknown key "wieght"; did you mean "weight"?',
    ]);
  });
});

describe('bodies and queries', () => {
  test.each([
    ['a bare NaN', '{"layer":{"type":"global_max_pool"},"input":[[[NaN]]]}', 'unexpected "N" at byte 47'],
    ['a bare −Infinity', '{"layer":{"type":"global_max_pool"},"input":[[[-Infinity]]]}', 'unexpected "I" at byte 48'],
    ['truncated JSON', '{"layer":{"type":"global_max_pool"},"input":[[[1', 'unexpected end of text at byte 48'],
    ['what follows the body', '{} x', 'unexpected "x" at byte 3'],
    ['nothing', '', 'the body is empty'],
  ])('%s is a 400', async (_, text, reason) => {
    const { status, body } = await post(text);
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: 'urn:layergauge:problem:malformed-body', detail: expect.stringContaining(reason) });
  });

  test.each(['[1]', '5', '"text"', 'null'])('%s is no body', async (text) => {
    expect(await refused(text)).toEqual([`# invalid_value: the body is an object; given ${text}`]);
  });

  test('a content type that is not application/* is a 415, a body over the limit a 413', async () => {
    expect((await post({ layer, input, weight }, { type: 'text/plain' })).status).toBe(415);
    expect((await post({ layer, input, weight }, { type: 'application/octet-stream' })).status).toBe(200);
    const { app } = await startService({ LAYERGAUGE_MAX_RUN_BYTES: '100' });
    expect((await post({ layer: { type: 'global_max_pool' }, input }, { app })).status).toBe(200);
    const { status, body } = await post({ layer, input, weight }, { app });
    expect(status).toBe(413);
    expect(body).toMatchObject({ type: 'urn:layergauge:problem:body-too-large', detail: 'the body is larger than 100 bytes' });
    await app.close();
  });

  test('a body may be larger than those of /v1/analyze', async () => {
    const { app } = await startService({ LAYERGAUGE_MAX_JSON_BYTES: '10' });
    expect((await post({ layer, input, weight }, { app })).status).toBe(200);
    await app.close();
  });

  test('an unknown query or value is a 400 that lists what is served', async () => {
    const unknown = await post({ layer, input, weight }, { query: '?outptu=flat' });
    expect(unknown.status).toBe(400);
    expect(unknown.body.detail).toBe('unknown query parameter "outptu"; did you mean "output"?; served: output');
    const value = await post({ layer, input, weight }, { query: '?output=xml' });
    expect(value.status).toBe(400);
    expect(value.body.detail).toContain('nested, flat, base64');
  });

  test.each<[string, unknown, string]>([
    ['no layer', { input }, '# missing_key: the body needs a layer'],
    ['no input', { layer }, '# missing_key: the body needs an input tensor'],
    ['no type', { layer: {}, input }, '#/layer missing_key: a layer needs a type'],
    ['text for a layer', { layer: 'conv2d', input }, '#/layer invalid_value: layer must be an object; given "conv2d"'],
    ['no weight', { layer, input }, '# missing_key: conv2d needs a weight tensor'],
    [
      'a weight for a pool',
      { layer: { type: 'max_pool2d', kernel_size: 1 }, input, weight },
      '#/weight unknown_key: max_pool2d has no weight',
    ],
    [
      'a type with a slip',
      { layer: { type: 'conv2' }, input },
      '#/layer/type unknown_type: unknown layer type "conv2"; did you mean "conv2d"?',
    ],
    [
      'an argument with a slip',
      { layer: { ...layer, strid: 1 }, input, weight },
      '#/layer/strid unknown_key: unknown key "strid" in conv2d; did you mean "stride"?',
    ],
    [
      'a field of networks',
      { layer: { ...layer, inputs: ['x'] }, input, weight },
      '#/layer/inputs unknown_key: a layer that is run has no inputs',
    ],
    [
      'another layout',
      { layer: { ...layer, data_format: 'channels_last' }, input, weight },
      '#/layer/data_format invalid_value: layers are run channels first only',
    ],
    [
      'an escaped key',
      { layer: { ...layer, 'a/b~ é': 1 }, input, weight },
      '#/layer/a~1b~0%20%C3%A9 unknown_key: unknown key "a/b~ é" in conv2d',
    ],
  ])('%s', async (_, body, reason) => {
    expect(await refused(body)).toEqual([reason]);
  });

  test('a name and a description of the layer are allowed and ignored', async () => {
    const named = await post({ layer: { ...layer, name: 'edges', description: 'finds edges', metadata: {} }, input, weight });
    expect(named.text).toBe((await post({ layer, input, weight })).text);
  });

  test('one pixel', async () => {
    expect((await post({ layer: { type: 'conv2d' }, input: pixel, weight: identity })).body.output).toEqual([[[[5]]]]);
  });
});
