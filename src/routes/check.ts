/** `POST /v1/check`: does the network keep its budget? Limits stand in the query, or in a policy beside the model. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { InvalidArchitecture, pointerTo } from '../issue.ts';
import { answerOnce } from '../plugins/cache.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { check } from '../questions/check/check.ts';
import { brokenIn } from '../questions/check/findings.ts';
import { readPolicy } from '../questions/check/policy.ts';
import { measure } from '../questions/measure.ts';
import { contentType, negotiated } from './answer-forms.ts';
import { checkForms, renderCheck } from './check-forms.ts';
import type { CheckQuery } from './check-query.ts';
import { checkQuery, limitsOf, nothingToCheck } from './check-query.ts';
import { problemAnswers } from './described.ts';
import { checkAnswer, checkBody, overBudgetAnswer } from './described-questions.ts';
import { readJson } from './read-json.ts';
import { askModel, readModel } from './read-model.ts';
import type { Received } from './receive-body.ts';
import { jsonOf, receiveBody } from './receive-body.ts';
import { isMultipart, partOf, receiveParts } from './receive-parts.ts';
import { within } from './within.ts';

export function checkRoute(app: FastifyInstance, config: Config): void {
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
      const limits = limitsOf(query);
      if (limits.length === 0 && !isMultipart(request)) throw nothingToCheck();
      const { model, policy, filename } = await receive(request, query, config);
      if (limits.length === 0 && policy === undefined) throw nothingToCheck();
      const body = isMultipart(request) ? undefined : jsonOf(model);
      return answerOnce(request, reply, { name: 'check', form, body }, () => {
        const { rules = [], limits: more = [] } = policy === undefined ? {} : asPolicy(() => readPolicy(policy), policy);
        const question = () => {
          const read = readModel(model, query, config);
          return askModel(read, query, (document, options) => measure(document, options, config.limits));
        };
        const report = isMultipart(request) ? within({ part: 'model' }, question) : question();
        app.meters.layers.inc(report.totals.layers);
        const found = asPolicy(() => check(report, { limits: [...limits, ...more], rules }), policy);
        const isFatal = query.fail === 'true' && !found.passed;
        if (isFatal && form === 'application/json') throw new Problem('over-budget', brokenIn(found), undefined, {}, { check: found });
        const text = renderCheck(found, form, query.file ?? filename);
        return { status: isFatal ? 422 : 200, type: contentType(form), text, headers: { vary: 'accept' } };
      });
    },
  );
}

interface Sent {
  readonly model: Received;
  /** The policy as it was sent. */
  readonly policy: unknown;
  readonly filename: string | undefined;
}

async function receive(request: FastifyRequest, query: CheckQuery, config: Config): Promise<Sent> {
  if (!isMultipart(request)) return { model: await receiveBody(request, query.format, config), policy: undefined, filename: undefined };
  const parts = await receiveParts(request, { model: 'model', policy: 'json' }, query.format, config);
  const { received: model, filename } = partOf(parts, 'model', ['model', 'policy']);
  const policy = parts.get('policy')?.received;
  if (policy?.kind !== 'json') return { model, policy: undefined, filename };
  return {
    model,
    policy: within({ part: 'policy' }, () => readJson(policy.bytes, 'a policy in JSON, such as {"limits": {"max_macs": "5G"}}')),
    filename,
  };
}

/** What does not hold together is the policy. */
function asPolicy<T>(question: () => T, policy: unknown): T {
  try {
    return question();
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    throw new InvalidDocument(error, (path) => pointerTo(policy, path), { problem: 'invalid-policy', part: 'policy' });
  }
}
