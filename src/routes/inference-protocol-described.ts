/** The operations of `/v2` as the OpenAPI document describes them. */

import * as z from 'zod';
import { operatorOf } from '../operators/index.ts';
import type { Operator } from '../operators/operator.ts';
import { jsonAnswer } from './described.ts';
import { metadataOf, onlyVersion, serverMetadata } from './inference-protocol-metadata.ts';

const shape = z.array(z.int()).describe('Extents, batch axis first.');
const parameters = z.record(z.string(), z.unknown()).optional();
const metadataTensor = z.strictObject({ name: z.string(), datatype: z.string(), shape: z.array(z.int()).describe('−1 is any extent.') });

const serverSchema = z
  .strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ title: 'InferenceServer' });
const modelSchema = z
  .strictObject({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(metadataTensor).describe('FP32 stands for FP64 as well; bias may be left out.'),
    outputs: z.array(metadataTensor).describe('In the type of the input; indices where return_indices is set or indices are asked for.'),
  })
  .meta({ title: 'InferenceModel' });
const requestSchema = z
  .strictObject({
    id: z.string().optional().describe('Echoed.'),
    parameters: parameters.describe('Attributes of the layer, and `binary_data_output`.'),
    inputs: z.array(
      z.strictObject({
        name: z.enum(['input', 'weight', 'bias']),
        shape,
        datatype: z.enum(['FP32', 'FP64']),
        parameters: parameters.describe('`binary_data_size` for a tensor whose bytes follow the JSON.'),
        data: z.array(z.unknown()).optional().describe('Numbers, flat in row-major order or nested as the shape says.'),
      }),
    ),
    outputs: z
      .array(z.strictObject({ name: z.enum(['output', 'indices']), parameters: parameters.describe('`binary_data`.') }))
      .optional()
      .describe('All where absent or empty.'),
    model_name: z.string().optional().describe('Ignored: the address says it.'),
    model_version: z.string().optional().describe('Ignored: the address says it.'),
  })
  .meta({ title: 'InferenceRequest' });
const answerSchema = z
  .strictObject({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    parameters: z.strictObject({ macs: z.number(), flops: z.number() }).describe('What the call cost.'),
    outputs: z.array(
      z.strictObject({
        name: z.string(),
        shape,
        datatype: z.enum(['FP32', 'FP64', 'INT64']),
        parameters: z.strictObject({ binary_data_size: z.int() }).optional(),
        data: z.array(z.number()).optional().describe('Flat, in row-major order.'),
      }),
    ),
  })
  .meta({ title: 'InferenceAnswer' });
const errorSchema = z
  .strictObject({ error: z.string() })
  .meta({ title: 'InferenceError', description: 'An error as the Open Inference Protocol writes it.' });
const bytes = z.string().meta({ format: 'binary' }).describe('The JSON object, and the bytes of its binary tensors in their order.');

const reasons: Readonly<Record<number, readonly [string, string]>> = {
  400: ['The request cannot be read or cannot be run; there is no 422 in this protocol.', 'conv2d needs a weight tensor'],
  401: ['Tokens are set, and the request brings none of them.', 'the token is none that this service knows'],
  404: ['There is no model or no version of that name.', 'there is no model "conv4d"; did you mean "conv1d"?'],
  413: ['The body is larger than the limit.', 'the body is larger than 33554432 bytes'],
  415: [
    'The content type is not `application/*`, or the body is compressed otherwise than by gzip.',
    'the content type "text/plain" is not read',
  ],
  429: ['A rate limit is set, and the client asks too often.', 'more than 60 requests in a minute; try again in 30 s'],
  500: ['The service failed.', 'the request could not be answered; its id is in x-request-id'],
  503: ['The service is closing or overloaded, or every worker is busy.', 'every worker is busy and the queue is full'],
};

/** Those that any route but an open one may give are added. */
function errors(...statuses: readonly number[]) {
  return openErrors(...new Set([...statuses, 401, 429, 503]));
}

function openErrors(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => {
      const [description, error] = reasons[status] ?? ['An error.', ''];
      return [status, jsonAnswer(description, errorSchema, { error })];
    }),
  );
}

const example = {
  parameters: { padding: '1,1' },
  inputs: [
    { name: 'input', shape: [1, 1, 3, 3], datatype: 'FP32', data: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { name: 'weight', shape: [1, 1, 3, 3], datatype: 'FP32', data: [0, 1, 0, 1, -4, 1, 0, 1, 0] },
  ],
};
const blurred = {
  id: 'blur',
  parameters: { padding: '1,1,0,0', stride: '1,2' },
  inputs: [
    { name: 'input', shape: [1, 1, 2, 3], datatype: 'FP64', data: [1, 2, 3, 4, 5, 6] },
    { name: 'weight', shape: [1, 1, 2, 2], datatype: 'FP64', data: [0.25, 0.25, 0.25, 0.25] },
    { name: 'bias', shape: [1], datatype: 'FP64', data: [0.5] },
  ],
  outputs: [{ name: 'output' }],
};
const exampleAnswer = {
  model_name: 'conv2d',
  model_version: onlyVersion,
  parameters: { macs: 81, flops: 162 },
  outputs: [{ name: 'output', shape: [1, 1, 3, 3], datatype: 'FP32', data: [2, 1, -4, -3, 0, -7, -16, -11, -22] }],
};
const binaryExample =
  '{"model_name":"conv2d","model_version":"1","parameters":{"macs":81,"flops":162},"outputs":[{"name":"output","shape":[1,1,3,3],"datatype":"FP32","parameters":{"binary_data_size":36}}]}…36 bytes…';

const type = z.string().describe('A layer type that is run.').meta({ example: 'conv2d' });
const version = z.string().describe('The one version there is: 1.').meta({ example: onlyVersion });
const forms = {
  model: { params: z.strictObject({ type }), id: 'Model', words: '' },
  version: { params: z.strictObject({ type, version }), id: 'ModelVersion', words: ' of a version' },
} as const;

function model({ params, id, words }: (typeof forms)[keyof typeof forms]) {
  return {
    metadata: {
      operationId: `inference${id}`,
      summary: `Open Inference Protocol: metadata${words}`,
      description: 'A model is a layer type. `global_*` run on any number of spatial axes and are shown for two.',
      tags: ['run'],
      params,
      response: {
        200: jsonAnswer('The model.', modelSchema, () => metadataOf(operatorOf('conv2d') as Operator)),
        ...errors(400, 404, 500),
      },
    },
    ready: {
      operationId: `inference${id}Ready`,
      summary: `Open Inference Protocol: readiness${words}`,
      description: 'A model is ready as long as the service takes requests.',
      tags: ['health'],
      params,
      response: {
        200: jsonAnswer('Ready.', z.strictObject({ name: z.string(), ready: z.literal(true) }), { name: 'conv2d', ready: true }),
        ...errors(400, 404, 500, 503),
      },
    },
    infer: {
      operationId: `infer${id}`,
      summary: `Open Inference Protocol: run a layer${words}`,
      description:
        'Inputs are `input`, and for convolutions `weight` and `bias`. `parameters` holds the attributes of the layer: numbers, true and false, text; a list is text such as `"1,2"` (`null` leaves an axis out), and `padding` of two numbers an axis is before and after, axis by axis: `"1,1,2,2"`. With `Inference-Header-Content-Length`, the length of the JSON, inputs with `binary_data_size` lie behind it as little-endian bytes, in their order; `binary_data` and `binary_data_output` ask for outputs of that kind. `sequence_id`, `sequence_start`, `sequence_end`, `priority`, `timeout`, `headers`, `content_type` and `triton_*` are accepted and ignored. NaN and ±Infinity travel as binary data only.',
      tags: ['run'],
      params,
      body: {
        required: true,
        description: 'The tensors and the attributes.',
        content: {
          'application/json': {
            schema: requestSchema,
            examples: {
              edges: { summary: 'conv2d: an edge filter', value: example },
              blur: { summary: 'conv2d: means of 2 × 2 windows with uneven padding, in double precision', value: blurred },
            },
          },
          'application/octet-stream': { schema: bytes },
        },
      },
      response: {
        200: {
          description: 'The outputs; bytes where one is asked for as binary data.',
          headers: {
            'inference-header-content-length': { type: 'integer', description: 'Length of the JSON, where binary data follows it.' },
            'server-timing': { type: 'string', description: 'Time taken, in milliseconds.' },
          },
          content: {
            'application/json': { schema: answerSchema, example: exampleAnswer },
            'application/octet-stream': { schema: bytes, example: binaryExample },
          },
        },
        ...errors(400, 404, 413, 415, 500, 503),
      },
    },
  };
}

export const described = {
  server: {
    operationId: 'inferenceServer',
    summary: 'Open Inference Protocol: the server',
    description: 'Name, version and extensions.',
    tags: ['run'],
    response: { 200: jsonAnswer('The server.', serverSchema, serverMetadata), ...errors(400, 500) },
  },
  live: {
    operationId: 'inferenceLive',
    summary: 'Open Inference Protocol: is the process alive',
    description: '200 as long as the process answers.',
    tags: ['health'],
    response: { 200: jsonAnswer('Alive.', z.strictObject({ live: z.literal(true) }), { live: true }), ...openErrors(400, 500) },
  },
  ready: {
    operationId: 'inferenceReady',
    summary: 'Open Inference Protocol: does the service take requests',
    description: '503 from the moment the service begins to close.',
    tags: ['health'],
    response: { 200: jsonAnswer('Ready.', z.strictObject({ ready: z.literal(true) }), { ready: true }), ...openErrors(400, 500, 503) },
  },
  model: model(forms.model),
  version: model(forms.version),
};
