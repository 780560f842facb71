/** `POST /v1/analyze`: the body is the model, the query is the question. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { InvalidArchitecture } from '../issue.ts';
import { InvalidDocument } from '../plugins/problems.ts';
import { measure } from '../questions/measure.ts';
import type { Report } from '../report/schema.ts';
import type { AnalyzeQuery } from './analyze-query.ts';
import { analyzeQuery } from './analyze-query.ts';
import { negotiate, render } from './answer-forms.ts';
import { documentBody, problemAnswers, reportAnswer } from './described.ts';
import { readBody } from './read-body.ts';

export function analyzeRoute(app: FastifyInstance, config: Config): void {
  app.post<{ Querystring: AnalyzeQuery }>(
    '/v1/analyze',
    {
      schema: {
        operationId: 'analyze',
        summary: 'Measure an architecture',
        description:
          'Per layer: output shapes, weights, memory, operations; totals and peak memory. The body is a native document or `{"ref": "resnet50"}`; any `application/*` content type is read by content. `Accept` picks JSON, CSV or Markdown.',
        tags: ['analyze'],
        querystring: analyzeQuery,
        body: documentBody,
        response: { 200: reportAnswer, ...problemAnswers(400, 406, 413, 415, 422, 500) },
      },
    },
    (request, reply) => {
      const form = negotiate(request);
      const started = performance.now();
      const { document, sent } = readBody(request.body);
      const report = measured(document, sent, request.query, config);
      const text = render(report, form);
      return reply
        .header('server-timing', `analyze;dur=${(performance.now() - started).toFixed(3)}`)
        .header('vary', 'accept')
        .type(form === 'application/json' ? 'application/json; charset=utf-8' : `${form}; charset=utf-8`)
        .send(text);
    },
  );
}

/** Adds the sent document to a refusal, so that its pointers can be resolved. */
function measured(document: unknown, sent: unknown, query: AnalyzeQuery, config: Config): Report {
  try {
    return measure(document, { ...query, resolution: query.resolution, dtype: query.dtype }, config.limits);
  } catch (error) {
    if (error instanceof InvalidArchitecture) throw new InvalidDocument(error, sent);
    throw error;
  }
}
