/** What an answer of `/v1/compare` promises. */

import * as z from 'zod';
import { reportSchema, totalsSchema } from '../../report/schema.ts';

const number = z.number();

const sideSchema = z.strictObject({
  model: reportSchema.shape.model,
  assumptions: reportSchema.shape.assumptions,
  totals: totalsSchema,
});

const changeSchema = z.strictObject({
  base: number,
  head: number,
  change: number.describe('Head less base.'),
  relative: number.nullable().describe('Change over base, to five decimals; null where base is 0.'),
});

const valueSchema: z.ZodType<unknown> = z.unknown().describe('Any JSON value; null where one side has none.');

const layerSchema = z.strictObject({ name: z.string(), type: z.string(), pointer: z.string() });

const differenceSchema = z.strictObject({
  of: z.string().describe('`attributes/kernel_size`, `output_shapes`, `weights/parameters`, `compute/macs`, …'),
  base: valueSchema,
  head: valueSchema,
});

export const comparisonSchema = z.strictObject({
  schema_version: reportSchema.shape.schema_version,
  generator: reportSchema.shape.generator,
  base: sideSchema,
  head: sideSchema,
  equal: z.boolean().describe('No total differs, and no layer was added, removed or changed.'),
  totals: z.record(z.string(), changeSchema),
  added: z.array(
    layerSchema.extend({ output_shapes: z.array(z.array(z.int())).nullable(), parameters: number.nullable(), macs: number.nullable() }),
  ),
  removed: z.array(
    layerSchema.extend({ output_shapes: z.array(z.array(z.int())).nullable(), parameters: number.nullable(), macs: number.nullable() }),
  ),
  changed: z.array(z.strictObject({ base: layerSchema, head: layerSchema, differences: z.array(differenceSchema) })),
  renamed: z.int().nonnegative().describe('Layers that differ in nothing but their name.'),
  unchanged: z.int().nonnegative().describe('Layers that do not differ, names apart.'),
});

export type Comparison = z.output<typeof comparisonSchema>;
export type Change = z.output<typeof changeSchema>;
export type Difference = z.output<typeof differenceSchema>;
