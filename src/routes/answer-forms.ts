/** The forms an analysis is answered in, and which one the caller accepts. */

import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Problem } from '../plugins/problems.ts';
import { toCsv } from '../report/csv.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/schema.ts';

export const answerForms = ['application/json', 'text/csv', 'text/markdown'] as const;
export type AnswerForm = (typeof answerForms)[number];

/** Parameters of a media range other than its weight: `text/csv; charset=utf-8` asks for CSV, and gets it in UTF-8. */
const otherParameters = /;\s*(?!q\s*=)[^;,="\s]+\s*(?:=\s*(?:"[^"]*"|[^;,"]*))?/gi;

/** The best form by the `Accept` header; 406 where none is served. */
export function negotiate(request: FastifyRequest): AnswerForm {
  const { accept } = request.headers;
  if (accept === undefined) return answerForms[0];
  const [best] = new Negotiator({ headers: { accept: accept.replace(otherParameters, '') } }).mediaTypes([...answerForms]);
  const form = answerForms.find((served) => served === best);
  if (form !== undefined) return form;
  throw new Problem('not-acceptable', `Accept: ${accept.slice(0, 200)} matches none of ${answerForms.join(', ')}`);
}

export function render(report: Report, form: AnswerForm): string {
  if (form === 'text/csv') return toCsv(report);
  return form === 'text/markdown' ? toMarkdown(report) : JSON.stringify(report);
}
