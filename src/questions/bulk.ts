/** A line of many: what is asked in it, and how it is answered. */

import { isObject } from '../architecture/document.ts';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Issue } from '../issue.ts';
import { throwIfAny, throwIfMany } from '../issue.ts';

export interface BulkLine {
  readonly model: unknown;
  readonly options: unknown;
}

export const details = ['totals', 'layers'] as const;
export type Detail = (typeof details)[number];

export const orders = ['input', 'completion'] as const;

export const expectedLine = '{"id": …, "model": …, "options": {…}}';

const keys = ['id', 'model', 'options'];

/** Throws `InvalidArchitecture` where the line has other keys than these, or not those that it needs. */
export function readBulkLine(sent: unknown): BulkLine {
  const issues: Issue[] = [];
  if (!isObject(sent)) issues.push({ path: [], code: 'invalid_value', detail: `a line is an object ${expectedLine}` });
  const line = isObject(sent) ? sent : {};
  for (const key in line) {
    throwIfMany(issues);
    if (!keys.includes(key))
      issues.push({ path: [key], code: 'unknown_key', detail: `unknown key ${quote(key)} in a line${didYouMean(key, keys)}` });
  }
  const { id, model, options } = line;
  if (isObject(sent) && !Object.hasOwn(line, 'model'))
    issues.push({ path: [], code: 'missing_key', detail: `the line has no "model"; a line is ${expectedLine}` });
  if (typeof id === 'object' && id !== null)
    issues.push({ path: ['id'], code: 'invalid_value', detail: 'id must be text, a number, true, false or null' });
  if (options !== undefined && !isObject(options))
    issues.push({ path: ['options'], code: 'invalid_value', detail: 'options must be an object, such as {"batch_size": 8}' });
  throwIfAny(issues);
  return { model, options };
}

/** The line's id as JSON, a number as it was written; null where there is none. `sent` is what `JSON.parse` makes of `text`. */
export function idOf(text: string, sent: unknown): string {
  const id = isObject(sent) ? sent.id : undefined;
  if (id === undefined || typeof id === 'object') return 'null';
  // Ids of 64 bits are numbers that JSON.parse rounds.
  return typeof id !== 'number' || Number.isSafeInteger(id) ? JSON.stringify(id) : (sourceOfId(text) ?? JSON.stringify(id));
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

function sourceOfId(text: string): string | undefined {
  const sources = new Map<unknown, string | undefined>();
  const note: Reviver = function (key, value, { source }) {
    if (key === 'id' && typeof value === 'number') sources.set(this, source);
    return value;
  };
  try {
    // The cast: TypeScript's library does not know the third argument yet.
    const root: unknown = JSON.parse(
      text.charCodeAt(0) === 0xfeff ? text.slice(1) : text,
      note as (key: string, value: unknown) => unknown,
    );
    return sources.get(root);
  } catch {
    // It nests so deep that the stack does not hold it, and will be refused for that.
    return undefined;
  }
}

/** An answer; `id` is JSON text, `index` null where it belongs to no line. */
export function bulkAnswer(id: string, index: number | null, key: 'totals' | 'report' | 'problem', value: unknown): string {
  return `{"id":${id},"index":${index},"${key}":${JSON.stringify(value)}}`;
}
