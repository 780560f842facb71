/** Zod schemas in route definitions: queries are checked with them, answers are plain `JSON.stringify`. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { didYouMean, quote } from '../architecture/names.ts';
import type { ProblemEntry } from './problems.ts';
import { Problem } from './problems.ts';

/** Errors that the detail of a problem repeats. */
const mostTold = 8;

export function installSchemas(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => {
    // Bodies are read by content in their routes; their schemas document them.
    if (httpPart !== 'querystring') return (value) => ({ value });
    return (value) => {
      const result = schema.safeParse(value);
      return result.success ? { value: result.data } : { error: invalidQuery(result.error, servedBy(schema)) };
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

function servedBy(schema: z.ZodType): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function invalidQuery(error: z.ZodError, served: readonly string[]): Problem {
  const entries: ProblemEntry[] = error.issues.flatMap((issue): ProblemEntry[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        detail: `unknown query parameter ${quote(key)}${didYouMean(key, served)}; served: ${served.join(', ')}`,
        code: 'unknown_parameter',
        pointer: '#',
        parameter: key,
      }));
    const parameter = String(issue.path[0] ?? '');
    return [{ detail: `${parameter} ${issue.message}`, code: 'invalid_value', pointer: '#', parameter }];
  });
  const told = entries.slice(0, mostTold).map(({ detail }) => detail);
  if (entries.length > mostTold) told.push(`and ${entries.length - mostTold} more`);
  return new Problem('invalid-query', told.join('; '), entries);
}
