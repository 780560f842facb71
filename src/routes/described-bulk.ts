/** How bulk describes its lines and answers; examples are made by asking the code that answers. */

import * as z from 'zod';
import { problemSchema } from '../plugins/problems.ts';
import { measureTotals } from '../questions/measure.ts';
import { reportSchema, totalsSchema } from '../report/schema.ts';
import { bulkOptions } from './bulk-options.ts';
import { tinyDocument, tinyLimits, tinyOptions } from './described.ts';

const id = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const bulkLineSchema = z
  .strictObject({
    id: id.optional().describe('Comes back in the answer.'),
    model: z
      .looseObject({})
      .describe('What `/v1/analyze` takes in JSON: a document, `{"ref": "resnet50"}`, a Keras or TensorFlow.js model.'),
    options: bulkOptions.optional(),
  })
  .meta({ title: 'BulkLine', description: 'A line of a bulk request.' });

export const bulkAnswerSchema = z
  .strictObject({
    id: id.describe('That of the line; null where it has none or could not be read.'),
    index: z
      .int()
      .nonnegative()
      .nullable()
      .describe('Which line it answers, from 0, blank lines not counted; null in a last line that says why the answer ends early.'),
    totals: totalsSchema.optional().describe('With `detail=totals`.'),
    report: reportSchema.optional().describe('With `detail=layers`: what `/v1/analyze` answers; pointers lead into the line.'),
    problem: problemSchema.optional().describe('What is wrong with the line.'),
  })
  .meta({ title: 'BulkAnswer', description: 'A line of the answer: one of `totals`, `report` and `problem`.' });

export const bulkBody = {
  required: true,
  description: 'Lines of JSON, each a model with its options. Any `application/*` content type, or none; `Content-Encoding: gzip` is read.',
  content: {
    'application/x-ndjson': {
      schema: bulkLineSchema,
      examples: {
        tiny: { summary: 'A line', value: { id: 'a', model: tinyDocument, options: { batch_size: 8 } } },
        zoo: { summary: 'A line that names a shipped network', value: { id: 2, model: { ref: 'resnet50' } } },
      },
    },
  },
};

export const bulkAnswers = {
  description: 'A line for each line.',
  headers: { 'x-request-id': { type: 'string', description: 'Id of the request.' } },
  content: {
    'application/x-ndjson': {
      schema: bulkAnswerSchema,
      example: () => ({ id: 'a', index: 0, totals: measureTotals(tinyDocument, { ...tinyOptions, batch_size: 8 }, tinyLimits) }),
    },
  },
};
