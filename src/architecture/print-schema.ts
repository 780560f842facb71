/** JSON Schema (2020-12) of one zod schema as callers send it, without the dialect. */

import * as z from 'zod';

export type JsonSchema = Record<string, unknown>;

export function print(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...printed } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return printed;
}
