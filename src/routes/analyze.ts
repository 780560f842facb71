/** `POST /v1/analyze`: the body is the model, the query is the question. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { measure } from '../questions/measure.ts';
import { toCsv } from '../report/csv.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { AnalyzeQuery } from './analyze-query.ts';
import { analyzeQuery } from './analyze-query.ts';
import { contentType, negotiate, render } from './answer-forms.ts';
import { modelBody, problemAnswers, reportAnswer } from './described.ts';
import { askModel, readModel } from './read-model.ts';
import { jsonOf, receiveBody } from './receive-body.ts';

export function analyzeRoute(app: FastifyInstance, config: Config): void {
  app.post<{ Querystring: AnalyzeQuery }>(
    '/v1/analyze',
    {
      schema: {
        operationId: 'analyze',
        summary: 'Measure an architecture',
        description:
          'Per layer: output shapes, weights, memory, operations; totals and peak memory. The body is a native document, `{"ref": "resnet50"}`, an ONNX file, or a Keras or TensorFlow.js model in JSON; any `application/*` content type is read by content. `Accept` picks JSON, CSV or Markdown.',
        tags: ['analyze'],
        querystring: analyzeQuery,
        body: modelBody,
        response: { 200: reportAnswer, ...problemAnswers(400, 406, 408, 413, 415, 422, 500) },
      },
    },
    async (request, reply) => {
      const form = negotiate(request);
      const received = await receiveBody(request, request.query.format, config);
      return answerOnce(request, reply, { name: 'analyze', form, body: jsonOf(received) }, () => {
        const model = readModel(received, request.query, config);
        const report = askModel(model, request.query, (document, options) => measure(document, options, config.limits));
        app.meters.layers.inc(report.totals.layers);
        return { type: contentType(form), text: render(report, form, { toCsv, toMarkdown }), headers: { vary: 'accept' } };
      });
    },
  );
}
