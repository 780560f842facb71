/** The forms a check is answered in. */

import { toAnnotations } from '../questions/check/annotations.ts';
import { toJunit } from '../questions/check/junit.ts';
import { toMarkdown } from '../questions/check/markdown.ts';
import { toSarif } from '../questions/check/sarif.ts';
import type { Check } from '../questions/check/schema.ts';

export const checkForms = ['application/json', 'text/markdown', 'application/xml', 'application/sarif+json', 'text/plain'] as const;
export type CheckForm = (typeof checkForms)[number];

/** `file` is where the caller keeps the model. */
export function renderCheck(check: Check, form: CheckForm, file: string | undefined): string {
  switch (form) {
    case 'application/json':
      return JSON.stringify(check);
    case 'text/markdown':
      return toMarkdown(check);
    case 'application/xml':
      return toJunit(check);
    case 'application/sarif+json':
      return toSarif(check, file);
    case 'text/plain':
      return toAnnotations(check, file);
  }
}
