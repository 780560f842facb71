/** `POST /v1/convert`: any file that is read, as a native document. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { convertedType } from './convert-answer.ts';
import { convertedAnswer, modelBody, problemAnswers } from './described.ts';
import type { ModelAnswers } from './model-answers.ts';
import type { ModelQuery } from './model-query.ts';
import { convertQuery } from './model-query.ts';
import { contentOf, jsonOf, receiveBody } from './receive-body.ts';

export function convertRoute(app: FastifyInstance, config: Config, answer: ModelAnswers): void {
  app.post<{ Querystring: ModelQuery }>(
    '/v1/convert',
    {
      schema: {
        operationId: 'convert',
        summary: 'Turn a model file into a native document',
        description:
          'Reads what `/v1/analyze` reads and answers the native document that it measures. Posted to `/v1/analyze` with `batch_size` as in the header `x-batch-size`, the document gives the same layers and totals; only pointers lead elsewhere.',
        tags: ['analyze'],
        querystring: convertQuery,
        body: modelBody,
        response: { 200: convertedAnswer, ...problemAnswers(400, 408, 413, 415, 422, 500) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const received = await receiveBody(request, query.format, config);
      return answerOnce(request, reply, { name: 'convert', form: convertedType, body: jsonOf(received) }, () =>
        answer('convert', { received, query }, [contentOf(received)], reply),
      );
    },
  );
}
