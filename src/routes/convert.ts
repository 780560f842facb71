/** `POST /v1/convert`: any file that is read, as a native document. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { convert } from '../questions/convert.ts';
import { printDocument } from '../report/print-document.ts';
import { convertedAnswer, modelBody, problemAnswers } from './described.ts';
import type { ModelQuery } from './model-query.ts';
import { convertQuery } from './model-query.ts';
import { readModel, withPointers } from './read-model.ts';
import { jsonOf, receiveBody } from './receive-body.ts';

const json = 'application/json; charset=utf-8';

export function convertRoute(app: FastifyInstance, config: Config): void {
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
      const received = await receiveBody(request, request.query.format, config);
      return answerOnce(request, reply, { name: 'convert', form: json, body: jsonOf(received) }, () => {
        const { document, batch_size, source, pointer } = readModel(received, request.query, config);
        const resolution = source === undefined ? request.query.resolution : undefined;
        const converted = withPointers(pointer, () => convert(document, { batch_size, resolution }, config.limits));
        return { type: json, text: printDocument(converted), headers: { 'x-batch-size': batch_size } };
      });
    },
  );
}
