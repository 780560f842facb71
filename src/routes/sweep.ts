/** `POST /v1/sweep`: one network over lists of batch sizes, resolutions and element types. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { negotiate } from './answer-forms.ts';
import { modelBody, problemAnswers } from './described.ts';
import { sweepAnswer } from './described-questions.ts';
import type { ModelAnswers } from './model-answers.ts';
import { contentOf, jsonOf, receiveBody } from './receive-body.ts';
import type { SweepQuery } from './sweep-query.ts';
import { sweepOptions, sweepQuery } from './sweep-query.ts';

export function sweepRoute(app: FastifyInstance, config: Config, answer: ModelAnswers): void {
  app.post<{ Querystring: SweepQuery }>(
    '/v1/sweep',
    {
      schema: {
        operationId: 'sweep',
        summary: 'Measure a network over lists of options',
        description:
          'A row of totals for each combination of the lists, batch sizes varying fastest; at most 1,000. With `fit_peak_memory_bytes` each row also says the largest batch size whose peak memory fits, found exactly. An imported file is imported anew for every combination. `Accept` picks JSON, CSV or Markdown.',
        tags: ['analyze'],
        querystring: sweepQuery,
        body: modelBody,
        response: { 200: sweepAnswer, ...problemAnswers(400, 406, 408, 413, 415, 422, 500) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const form = negotiate(request);
      // Before the body is read: what is too much is refused by its query.
      sweepOptions(query);
      const received = await receiveBody(request, query.format, config);
      return answerOnce(request, reply, { name: 'sweep', form, body: jsonOf(received) }, () =>
        answer('sweep', { received, query, form }, [contentOf(received)], reply),
      );
    },
  );
}
