/** `POST /v1/compare`: what changed from one network to another. */

import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { negotiate } from './answer-forms.ts';
import type { CompareQuery } from './compare-query.ts';
import { compareQuery } from './compare-query.ts';
import { receiveSides } from './compare-sides.ts';
import { problemAnswers } from './described.ts';
import { compareAnswer, compareBody } from './described-questions.ts';
import type { ModelAnswers } from './model-answers.ts';
import { contentOf } from './receive-body.ts';

export function compareRoute(app: FastifyInstance, config: Config, answer: ModelAnswers): void {
  app.post<{ Querystring: CompareQuery }>(
    '/v1/compare',
    {
      schema: {
        operationId: 'compare',
        summary: 'Say what changed from one network to another',
        description:
          'The body is `multipart/form-data` with the parts `base` and `head`, two models of any formats, or JSON `{"base": …, "head": …}`, each a document, a `{"ref"}` or a model of another library in JSON. Options of the query apply to both. Layers are aligned by name, then by position and signature. `Accept` picks JSON, CSV or Markdown.',
        tags: ['analyze'],
        querystring: compareQuery,
        body: compareBody,
        response: { 200: compareAnswer, ...problemAnswers(400, 406, 408, 413, 415, 422, 500) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const form = negotiate(request);
      const sides = await receiveSides(request, query.format, config);
      const body = sides.kind === 'body' ? sides.bytes : undefined;
      const contents = sides.kind === 'body' ? [sides.bytes] : [contentOf(sides.base), contentOf(sides.head)];
      return answerOnce(request, reply, { name: 'compare', form, body }, () => answer('compare', { sides, query, form }, contents, reply));
    },
  );
}
