/** How routes describe bodies and answers for the OpenAPI document: content types, schemas, examples. */

import * as z from 'zod';
import type { ProblemType } from '../plugins/problems.ts';
import { problemSchema, problemTypes, problemUri } from '../plugins/problems.ts';
import type { MeasureOptions } from '../questions/measure.ts';
import { measure } from '../questions/measure.ts';
import { toCsv } from '../report/csv.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/schema.ts';
import { reportSchema } from '../report/schema.ts';

/** The document of the examples: small enough to check by hand. */
export const tinyDocument = {
  name: 'tiny',
  inputs: [{ name: 'image', shape: [3, 32, 32] }],
  layers: [
    { name: 'conv1', type: 'conv2d', out_channels: 16, kernel_size: 3, padding: 1 },
    { type: 'relu' },
    { type: 'max_pool2d', kernel_size: 2 },
    { type: 'flatten' },
    { type: 'linear', out_features: 10 },
  ],
};

export const tinyLimits = {
  maxDepth: 64,
  maxLayers: 100,
  maxNameLength: 512,
  maxExtent: 2 ** 31 - 1,
  maxElements: Number.MAX_SAFE_INTEGER,
};

export const tinyOptions: MeasureOptions = { batch_size: 1, resolution: undefined, dtype: undefined, convention: 'standard', include: [] };

function tinyReport(): Report {
  return measure(tinyDocument, tinyOptions, tinyLimits);
}

const bytes = z.string().meta({ description: 'An ONNX file as it is.', contentMediaType: 'application/octet-stream' });

export const modelBody = {
  required: true,
  description:
    'A native architecture document, a reference to a shipped network, or a model file as it is: ONNX, Keras JSON, TensorFlow.js model.json. Any `application/*` content type, or none, is read by content. A large ONNX file may be sent in chunks; its weights are passed over as they arrive.',
  content: {
    'application/json': {
      schema: { component: 'AnalyzeBody' },
      examples: {
        tiny: { summary: 'A small network', value: tinyDocument },
        zoo: { summary: 'A network that ships with the service', value: { ref: 'resnet50' } },
      },
    },
    'application/octet-stream': { schema: bytes },
  },
};

/** Answers get their examples when the OpenAPI document is made, by asking the code that answers. */
export const reportAnswer = {
  description: 'The measured network.',
  headers: {
    'x-request-id': { type: 'string', description: 'Id of the request.' },
    'server-timing': { type: 'string', description: 'Time taken, in milliseconds.' },
  },
  content: {
    'application/json': { schema: reportSchema.meta({ title: 'Report' }), example: tinyReport },
    'text/csv': { schema: z.string(), example: () => toCsv(tinyReport()) },
    'text/markdown': { schema: z.string(), example: () => toMarkdown(tinyReport()) },
  },
};

export const documentAnswer = {
  description: 'The document.',
  content: { 'application/json': { schema: { component: 'ArchitectureDocument' }, example: tinyDocument } },
};

export const convertedAnswer = {
  ...documentAnswer,
  headers: {
    'x-batch-size': { type: 'integer', description: 'Batch size that the file fixes, or that the query gave; 1 otherwise.' },
    'server-timing': { type: 'string', description: 'Time taken, in milliseconds.' },
  },
};

export function jsonAnswer(description: string, schema: z.ZodType, example: unknown) {
  return { description, content: { 'application/json': { schema, example } } };
}

const reasons: Readonly<Record<number, string>> = {
  400: 'The request, its body or its query cannot be read; `type` says which.',
  401: 'Tokens are set, and the request brings none of them.',
  404: 'There is nothing of that name.',
  406: 'No served form matches `Accept`.',
  408: 'The request did not arrive in time.',
  413: 'The body is larger than the limit.',
  415: 'The content type is not `application/*`.',
  422: 'The document reads but does not hold together; `errors` says where.',
  429: 'A rate limit is set, and the client asks too often; `Retry-After` says when to try again.',
  500: 'The service failed.',
  503: 'The service is not taking requests; `Retry-After` says when to try again.',
};

/** Problem answers by status, and those that any route but an open one may give. */
export function problemAnswers(...statuses: readonly number[]) {
  return openProblemAnswers(...statuses, 401, 429, 503);
}

/** Problem answers by status, each with an example. */
export function openProblemAnswers(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: reasons[status] ?? 'An error.',
        content: { 'application/problem+json': { schema: problemSchema, example: problemExample(status) } },
      },
    ]),
  );
}

function problemExample(status: number): Record<string, unknown> {
  const type = (Object.keys(problemTypes) as ProblemType[]).find((name) => problemTypes[name].status === status) as ProblemType;
  const example = {
    type: problemUri(type),
    title: problemTypes[type].title,
    status,
    detail: reasons[status] ?? '',
    instance: '/v1/analyze',
  };
  if (status !== 422) return example;
  const detail = '"conv1": kernel height 7 exceeds padded input height 5 (input [5, 5]); add padding or use a smaller kernel';
  return { ...example, detail, errors: [{ detail, code: 'kernel_too_large', pointer: '#/layers/0/kernel_size' }] };
}
