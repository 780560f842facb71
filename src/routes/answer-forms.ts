/** The forms an analysis is answered in, and which one the caller accepts. */

import type { FastifyRequest } from 'fastify';
import { Problem } from '../plugins/problems.ts';
import { toCsv } from '../report/csv.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/schema.ts';

export const answerForms = ['application/json', 'text/csv', 'text/markdown'] as const;
export type AnswerForm = (typeof answerForms)[number];

/** The best form by the `Accept` header; 406 where none is served. */
export function negotiate(request: FastifyRequest): AnswerForm {
  const form = request.accepts().type([...answerForms]);
  if (typeof form === 'string') return form as AnswerForm;
  throw new Problem('not-acceptable', `Accept: ${String(request.headers.accept).slice(0, 200)} matches none of ${answerForms.join(', ')}`);
}

export function render(report: Report, form: AnswerForm): string {
  if (form === 'text/csv') return toCsv(report);
  return form === 'text/markdown' ? toMarkdown(report) : JSON.stringify(report);
}
