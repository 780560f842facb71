/** `POST /v1/analyze`: the body is the model, the query is the question. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import type { AnalyzeQuery } from './analyze-query.ts';
import { analyzeQuery } from './analyze-query.ts';
import { negotiate } from './answer-forms.ts';
import { modelBody, problemAnswers, reportAnswer } from './described.ts';
import type { ModelAnswers } from './model-answers.ts';
import { contentOf, jsonOf, receiveBody } from './receive-body.ts';

export function analyzeRoute(app: FastifyInstance, config: Config, answer: ModelAnswers): void {
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
      const { query } = request;
      const form = negotiate(request);
      const received = await receiveBody(request, query.format, config);
      return answerOnce(request, reply, { name: 'analyze', form, body: jsonOf(received) }, () =>
        answer('analyze', { received, query, form }, [contentOf(received)], reply),
      );
    },
  );
}
