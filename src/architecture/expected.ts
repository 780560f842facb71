/** What a schema accepts, in words for a message: "a whole number of at least 1, or a list of 2, each a whole number of at least 1". */

import * as z from 'zod';
import { quote } from './names.ts';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export function expected(schema: z.ZodType): string {
  return words(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
}

function words(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(words).join(', or ');
  if (typeof schema.type === 'object') return schema.type.map((type) => words({ ...schema, type })).join(', or ');
  if (schema.const !== undefined) return quote(schema.const);
  if (schema.enum !== undefined) return schema.enum.length === 1 ? quote(schema.enum[0]) : `one of ${schema.enum.map(quote).join(', ')}`;
  switch (schema.type) {
    case 'integer':
      return `a whole number${range(schema.minimum, schema.maximum)}`;
    case 'number':
      return schema.exclusiveMinimum === undefined
        ? `a number${range(schema.minimum, schema.maximum)}`
        : `a number above ${schema.exclusiveMinimum}`;
    case 'array': {
      const length = range(schema.minItems, schema.maxItems);
      const entries = length === '' || schema.maxItems === 1 ? '' : ' entries';
      return `a list${length}${entries}${schema.items === undefined || Object.keys(schema.items).length === 0 ? '' : `, each ${entryWords(schema.items)}`}`;
    }
    case 'string':
      return `text${schema.maxLength === undefined ? '' : ` of ${schema.minLength ?? 0} to ${schema.maxLength} characters`}${schema.pattern === undefined ? '' : ' without control characters or lone surrogates'}`;
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    case 'null':
      return 'null';
    default:
      return 'a value';
  }
}

/** Alternatives of an entry hang together, so that they are not taken for alternatives of the list. */
function entryWords(entry: JsonSchema): string {
  return entry.anyOf === undefined ? words(entry) : entry.anyOf.map(words).join(' or ');
}

/** Bounds that stand for "no bound" (2^31 − 1, 2^53 − 1) are left unsaid below; above, the caller needs them. */
function range(low: number | undefined, high: number | undefined): string {
  const from = low === undefined || low <= Number.MIN_SAFE_INTEGER ? undefined : low;
  const to = high === undefined || high >= Number.MAX_SAFE_INTEGER ? undefined : high;
  if (from !== undefined && from === to) return ` of ${from}`;
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` of at least ${from}`;
  return to === undefined ? '' : ` of at most ${to}`;
}
