/** What an answer of `/v1/check` promises. */

import * as z from 'zod';
import { diagnosticSchema, reportSchema, totalsSchema } from '../../report/schema.ts';
import { limited } from './numbers.ts';

const where = { name: z.string(), type: z.string(), pointer: z.string() };

const heavySchema = z.strictObject({
  ...where,
  value: z.number().nonnegative(),
  share: z.number().nonnegative().describe('Of the total.'),
});

const limitSchema = z.strictObject({
  limit: z.string().describe('As it was asked: `max_macs`.'),
  of: z.enum(limited),
  bound: z.number().nonnegative(),
  value: z.number().nonnegative().describe('The network’s; a lower bound where `totals.partial` names it.'),
  margin: z.number().describe('What is left; negative where the limit is broken.'),
  used: z.number().nonnegative().nullable().describe('Value over bound, for a maximum above 0.'),
  passed: z.boolean(),
  verdict: z.enum(['kept', 'broken', 'unproven']).describe('Unproven: the total is only a lower bound, and within the limit.'),
  heaviest: z.array(heavySchema).describe('Where a maximum is broken, the layers that weigh most.'),
});

const violationSchema = z.strictObject({ ...where, detail: z.string(), value: z.number().optional(), bound: z.number().optional() });

const checkedRuleSchema = z.strictObject({
  description: z.string(),
  matched: z.int().nonnegative().describe('Layers that the rule is about.'),
  passed: z.boolean(),
  details: z.array(z.string()).describe('What is wrong with their number, or why nothing is proven of them.'),
  violations: z.array(violationSchema),
  more: z.int().nonnegative().describe('Violations that are not listed.'),
});

export const checkSchema = z.strictObject({
  schema_version: reportSchema.shape.schema_version,
  generator: reportSchema.shape.generator,
  model: reportSchema.shape.model,
  assumptions: reportSchema.shape.assumptions,
  passed: z.boolean(),
  limits: z.array(limitSchema),
  rules: z.array(checkedRuleSchema),
  totals: totalsSchema,
  diagnostics: z.array(diagnosticSchema),
});

export type Check = z.output<typeof checkSchema>;
export type CheckedLimit = z.output<typeof limitSchema>;
export type CheckedRule = z.output<typeof checkedRuleSchema>;
export type Violation = z.output<typeof violationSchema>;
