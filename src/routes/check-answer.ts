/** A model held against its budget: limits stand in the query, or in a policy beside the model. */

import type { Config } from '../config.ts';
import { InvalidArchitecture, pointerTo } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { check } from '../questions/check/check.ts';
import { brokenIn } from '../questions/check/findings.ts';
import { readPolicy } from '../questions/check/policy.ts';
import { measure } from '../questions/measure.ts';
import { contentType } from './answer-forms.ts';
import type { CheckForm } from './check-forms.ts';
import { renderCheck } from './check-forms.ts';
import type { CheckQuery } from './check-query.ts';
import { limitsOf, nothingToCheck } from './check-query.ts';
import type { Made } from './model-answers.ts';
import { readJson } from './read-json.ts';
import { askModel, readModel } from './read-model.ts';
import type { Received } from './receive-body.ts';
import { within } from './within.ts';

export interface CheckQuestion {
  readonly model: Received;
  /** What came with it where the body has parts. */
  readonly parts: { readonly policy: Uint8Array | undefined; readonly filename: string | undefined } | undefined;
  readonly query: CheckQuery;
  readonly form: CheckForm;
}

export function answerCheck({ model, parts, query, form }: CheckQuestion, config: Config): Made {
  const limits = limitsOf(query);
  const policy = parts?.policy === undefined ? undefined : policyIn(parts.policy);
  if (limits.length === 0 && policy === undefined) throw nothingToCheck();
  const { rules = [], limits: more = [] } = policy === undefined ? {} : asPolicy(() => readPolicy(policy), policy);
  const question = () => {
    const read = readModel(model, query, config);
    return askModel(read, query, (document, options) => measure(document, options, config.limits));
  };
  const report = parts === undefined ? question() : within({ part: 'model' }, question);
  const found = asPolicy(() => check(report, { limits: [...limits, ...more], rules }), policy);
  const isFatal = query.fail === 'true' && !found.passed;
  if (isFatal && form === 'application/json') throw new Problem('over-budget', brokenIn(found), undefined, {}, { check: found });
  const content = renderCheck(found, form, query.file ?? parts?.filename);
  return { status: isFatal ? 422 : 200, type: contentType(form), content, headers: { vary: 'accept' }, layers: report.totals.layers };
}

function policyIn(bytes: Uint8Array): unknown {
  return within({ part: 'policy' }, () => readJson(bytes, 'a policy in JSON, such as {"limits": {"max_macs": "5G"}}'));
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
