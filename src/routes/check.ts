/** `POST /v1/check`: does the network keep its budget? Limits stand in the query, or in a policy beside the model. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { negotiated } from './answer-forms.ts';
import type { CheckQuestion } from './check-answer.ts';
import { checkForms } from './check-forms.ts';
import type { CheckQuery } from './check-query.ts';
import { checkQuery, limitsOf, nothingToCheck } from './check-query.ts';
import { problemAnswers } from './described.ts';
import { checkAnswer, checkBody, overBudgetAnswer } from './described-questions.ts';
import type { ModelAnswers } from './model-answers.ts';
import { contentOf, jsonOf, receiveBody } from './receive-body.ts';
import { isMultipart, partOf, receiveParts } from './receive-parts.ts';

export function checkRoute(app: FastifyInstance, config: Config, answer: ModelAnswers): void {
  app.post<{ Querystring: CheckQuery }>(
    '/v1/check',
    {
      schema: {
        operationId: 'check',
        summary: 'Hold a network against a budget',
        description:
          'The body is the model, as for `/v1/analyze`, and the query has the limits; or the body is `multipart/form-data` with a part `model` and a part `policy`, whose limits and rules then apply beside those of the query. The answer says of each limit what is left, and where it is broken which layers weigh most. `Accept` picks JSON, Markdown, JUnit (`application/xml`), SARIF or annotations of GitHub Actions (`text/plain`).',
        tags: ['analyze'],
        querystring: checkQuery,
        body: checkBody,
        response: { 200: checkAnswer, ...problemAnswers(400, 406, 408, 413, 415, 500), 422: overBudgetAnswer },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const form = negotiated(request, checkForms);
      if (limitsOf(query).length === 0 && !isMultipart(request)) throw nothingToCheck();
      const sent = await receive(request, query, config);
      const { model, parts } = sent;
      const body = parts === undefined ? jsonOf(model) : undefined;
      const contents = [contentOf(model), ...(parts?.policy === undefined ? [] : [parts.policy])];
      return answerOnce(request, reply, { name: 'check', form, body }, () => answer('check', { ...sent, query, form }, contents, reply));
    },
  );
}

async function receive(request: FastifyRequest, query: CheckQuery, config: Config): Promise<Pick<CheckQuestion, 'model' | 'parts'>> {
  if (!isMultipart(request)) return { model: await receiveBody(request, query.format, config), parts: undefined };
  const parts = await receiveParts(request, { model: 'model', policy: 'json' }, query.format, config);
  const { received: model, filename } = partOf(parts, 'model', ['model', 'policy']);
  const policy = parts.get('policy')?.received;
  return { model, parts: { policy: policy === undefined ? undefined : jsonOf(policy), filename } };
}
