/** How check, compare and sweep describe their bodies and answers; examples are made by asking the code that answers. */

import * as z from 'zod';
import { problemSchema, problemTypes, problemUri } from '../plugins/problems.ts';
import { check } from '../questions/check/check.ts';
import { brokenIn } from '../questions/check/findings.ts';
import { policySchema, readPolicy } from '../questions/check/policy.ts';
import type { Check } from '../questions/check/schema.ts';
import { checkSchema } from '../questions/check/schema.ts';
import { compare } from '../questions/compare/compare.ts';
import * as comparisonForms from '../questions/compare/forms.ts';
import type { Comparison } from '../questions/compare/schema.ts';
import { comparisonSchema } from '../questions/compare/schema.ts';
import { measure, measureAttributes } from '../questions/measure.ts';
import type { Point, Sweep } from '../questions/sweep.ts';
import { sweep, sweepSchema } from '../questions/sweep.ts';
import * as sweepForms from '../questions/sweep-forms.ts';
import type { CheckForm } from './check-forms.ts';
import { checkForms, renderCheck } from './check-forms.ts';
import { modelBody, tinyDocument, tinyLimits, tinyOptions } from './described.ts';

const tinyPolicy = {
  limits: { max_parameters: '100K', max_macs: '400K' },
  rules: [{ type: 'conv*', max_macs: '1M', description: 'no convolution above a million' }],
};

/** The same with twice the channels. */
const widerDocument = {
  ...tinyDocument,
  layers: tinyDocument.layers.map((layer) => (layer.type === 'conv2d' ? { ...layer, out_channels: 32 } : layer)),
};

const binary = z.string().meta({ description: 'A model as it is, of any format.', contentMediaType: 'application/octet-stream' });

export const checkBody = {
  ...modelBody,
  description: `${modelBody.description} Or multipart/form-data with the parts \`model\` and \`policy\`.`,
  content: {
    ...modelBody.content,
    'multipart/form-data': { schema: z.strictObject({ model: binary, policy: policySchema.optional() }) },
  },
};

const side = z.looseObject({}).describe('A document, a `{"ref"}`, or a Keras or TensorFlow.js model in JSON.');

export const compareBody = {
  required: true,
  description: 'Two models: as parts of multipart/form-data in any formats, or in one JSON object.',
  content: {
    'application/json': {
      schema: z.strictObject({ base: side, head: side }),
      examples: {
        tiny: { summary: 'A small network made wider', value: { base: tinyDocument, head: widerDocument } },
        zoo: { summary: 'Networks that ship with the service', value: { base: { ref: 'resnet50' }, head: { ref: 'wide_resnet50_2' } } },
      },
    },
    'multipart/form-data': { schema: z.strictObject({ base: binary, head: binary }) },
  },
};

function tinyCheck(): Check {
  return check(measure(tinyDocument, tinyOptions, tinyLimits), readPolicy(tinyPolicy));
}

const inForm = (form: CheckForm) => (): unknown => (form.endsWith('json') ? JSON.parse(renderedCheck(form)) : renderedCheck(form));

function renderedCheck(form: CheckForm): string {
  return renderCheck(tinyCheck(), form, 'tiny.json');
}

const checkContent = Object.fromEntries(
  checkForms.map((form) => [
    form,
    {
      schema: form === 'application/json' ? checkSchema.meta({ title: 'Check' }) : form.endsWith('json') ? z.looseObject({}) : z.string(),
      example: inForm(form),
    },
  ]),
);

export const checkAnswer = { description: 'What was found, broken limits and rules included.', content: checkContent };

/** JSON becomes a problem; the other forms are what they are with status 200. */
export const overBudgetAnswer = {
  description:
    'The document or the policy does not hold together, and `errors` says where; or, with `fail=true`, the network breaks its budget: the member `check` of the problem, or the answer in the form that was asked for, says how.',
  content: {
    'application/problem+json': {
      schema: problemSchema,
      example: () => {
        const found = tinyCheck();
        const { status, title } = problemTypes['over-budget'];
        return { type: problemUri('over-budget'), title, status, detail: brokenIn(found), instance: '/v1/check', check: found };
      },
    },
    ...Object.fromEntries(Object.entries(checkContent).filter(([form]) => form !== 'application/json')),
  },
};

function tinyComparison(): Comparison {
  return compare(measureAttributes(tinyDocument, tinyOptions, tinyLimits), measureAttributes(widerDocument, tinyOptions, tinyLimits));
}

export const compareAnswer = {
  description: 'What changed.',
  content: {
    'application/json': { schema: comparisonSchema.meta({ title: 'Comparison' }), example: tinyComparison },
    'text/csv': { schema: z.string(), example: () => comparisonForms.toCsv(tinyComparison()) },
    'text/markdown': { schema: z.string(), example: () => comparisonForms.toMarkdown(tinyComparison()) },
  },
};

function tinySweep(): Sweep {
  const report = (point: Point) => measure(tinyDocument, { ...tinyOptions, ...point, batch_size: point.batch_size ?? 1 }, tinyLimits);
  return sweep(
    { report, totals: (point) => report(point).totals },
    {
      batch_sizes: [1, 8],
      resolutions: [undefined],
      dtypes: ['float32', 'int8'],
      fit_peak_memory_bytes: 2 ** 20,
    },
  );
}

export const sweepAnswer = {
  description: 'A row for each combination.',
  content: {
    'application/json': { schema: sweepSchema.meta({ title: 'Sweep' }), example: tinySweep },
    'text/csv': { schema: z.string(), example: () => sweepForms.toCsv(tinySweep()) },
    'text/markdown': { schema: z.string(), example: () => sweepForms.toMarkdown(tinySweep()) },
  },
};
