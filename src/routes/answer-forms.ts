/** The forms an analysis is answered in, and which one the caller accepts. */

import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Problem } from '../plugins/problems.ts';

export const answerForms = ['application/json', 'text/csv', 'text/markdown'] as const;
export type AnswerForm = (typeof answerForms)[number];

/** Parameters of a media range other than its weight: `text/csv; charset=utf-8` asks for CSV, and gets it in UTF-8. */
const otherParameters = /;\s*(?!q\s*=)[^;,="\s]+\s*(?:=\s*(?:"[^"]*"|[^;,"]*))?/gi;

/** The best form of an analysis by the `Accept` header; 406 where none is served. */
export function negotiate(request: FastifyRequest): AnswerForm {
  return negotiated(request, answerForms);
}

/** The best of these forms; the first where nothing is said. */
export function negotiated<Form extends string>(request: FastifyRequest, served: readonly [Form, ...Form[]]): Form {
  const { accept } = request.headers;
  if (accept === undefined) return served[0];
  const [best] = new Negotiator({ headers: { accept: accept.replace(otherParameters, '') } }).mediaTypes([...served]);
  const form = served.find((name) => name === best);
  if (form !== undefined) return form;
  throw new Problem('not-acceptable', `Accept: ${accept.slice(0, 200)} matches none of ${served.join(', ')}`);
}

/** A form as a content type. */
export function contentType(form: string): string {
  return `${form}; charset=utf-8`;
}

/** How an answer is written in the forms that are not JSON. */
export interface Writers<Answer> {
  toCsv(answer: Answer): string;
  toMarkdown(answer: Answer): string;
}

export function render<Answer>(answer: Answer, form: AnswerForm, { toCsv, toMarkdown }: Writers<Answer>): string {
  if (form === 'text/csv') return toCsv(answer);
  return form === 'text/markdown' ? toMarkdown(answer) : JSON.stringify(answer);
}
