/**
 * What an answer of `/v1/analyze` promises. The schema is printed into the OpenAPI document, and tests hold answers against it; at run time answers
 * are plain objects of these types.
 */

import * as z from 'zod';
import { conventionNames } from '../analysis/conventions.ts';
import { operationClasses } from '../operators/operator.ts';
import { dtypes } from '../tensor/dtype.ts';

/** What a model may be posted as. */
export const modelFormats = ['native', 'onnx', 'keras', 'tfjs'] as const;

const countValue = z.number().nonnegative();
const unknownable = countValue.nullable();
const shape = z.array(z.int().nonnegative()).describe('Extents, batch axis first.');

export const tensorSchema = z.strictObject({
  name: z.string().describe('Name of the tensor, as PyTorch calls it.'),
  shape,
  kind: z.enum(['parameter', 'buffer']).describe('Learned, or a running statistic.'),
  trainable: z.boolean(),
});

export const weightsSchema = z.strictObject({
  parameters: unknownable.describe('Learned numbers.'),
  trainable_parameters: unknownable.describe('Learned numbers that are not frozen.'),
  buffers: unknownable.describe('Numbers in running statistics.'),
  parameter_bytes: unknownable,
  buffer_bytes: unknownable,
  tensors: z.array(tensorSchema),
});

export const memorySchema = z.strictObject({
  output_elements: unknownable.describe('Elements of all outputs.'),
  activation_elements: unknownable.describe('Elements of outputs that take memory of their own.'),
  activation_bytes: unknownable,
  view: z.boolean().describe('The output shares the memory of the input.'),
});

// Key order is the answer's: `operationClasses`.
const operationsSchema = z.strictObject(
  Object.fromEntries(operationClasses.map((name) => [name, countValue])) as Record<(typeof operationClasses)[number], typeof countValue>,
);

export const computeSchema = z.strictObject({
  macs: unknownable.describe('Multiply-accumulates.'),
  flops: unknownable.describe('Floating point operations under the convention.'),
  operations: operationsSchema.nullable().describe('Operations by class.'),
});

export const formulaSchema = z.strictObject({
  of: z.string().describe('JSON Pointer to the number within the row.'),
  formula: z.string(),
  values: z.string().describe('The formula with this layer’s values, and the result.'),
});

export const rowSchema = z.strictObject({
  name: z.string(),
  type: z.string(),
  pointer: z.string().describe('Where the layer stands in what was posted; for a binary file the path in its own field names.'),
  inputs: z.array(z.string()),
  input_shapes: z.array(shape),
  output_shapes: z.array(shape).nullable().describe('Null where they cannot be told.'),
  data_format: z.literal('channels_last').optional(),
  runs: z.literal(false).optional().describe('False: no output depends on it.'),
  shares: z.string().optional().describe('The layer whose weights it reuses.'),
  weights: weightsSchema,
  memory: memorySchema,
  compute: computeSchema,
  share: z
    .strictObject({ parameters: unknownable, activation_bytes: unknownable, macs: unknownable, flops: unknownable })
    .describe('Fraction of the totals, to five decimals.'),
  formulas: z.array(formulaSchema).optional(),
});

export const totalsSchema = z.strictObject({
  layers: z.int().nonnegative(),
  parameters: countValue,
  trainable_parameters: countValue,
  buffers: countValue,
  parameter_bytes: countValue,
  buffer_bytes: countValue,
  activation_elements: countValue,
  activation_bytes: countValue,
  peak_memory_bytes: countValue,
  macs: countValue,
  flops: countValue,
  partial: z.array(z.string()).describe('Totals that are lower bounds, since a layer could not be costed.'),
});

export const typeTotalsSchema = z.strictObject({
  layers: z.int().nonnegative(),
  parameters: unknownable,
  activation_elements: unknownable,
  activation_bytes: unknownable,
  macs: unknownable,
  flops: unknownable,
});

export const diagnosticSchema = z.strictObject({
  code: z.string(),
  severity: z.enum(['info', 'warning']),
  layer: z.string().nullable(),
  pointer: z.string(),
  detail: z.string(),
});

export const reportSchema = z.strictObject({
  schema_version: z.literal(1),
  generator: z.strictObject({ name: z.literal('layergauge'), version: z.string() }),
  model: z.strictObject({ name: z.string().nullable(), format: z.enum(modelFormats), hash: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  assumptions: z.strictObject({
    batch_size: z.int().positive(),
    dtype: z.enum(dtypes),
    mode: z.literal('inference'),
    convention: z.enum(conventionNames),
    resolution: z.string().optional(),
  }),
  totals: totalsSchema,
  by_type: z.record(z.string(), typeTotalsSchema).optional(),
  layers: z.array(rowSchema),
  diagnostics: z.array(diagnosticSchema),
});

export type Report = z.output<typeof reportSchema>;
export type Row = z.output<typeof rowSchema>;
export type Totals = z.output<typeof totalsSchema>;
export type Diagnostic = z.output<typeof diagnosticSchema>;
export type FormulaLine = z.output<typeof formulaSchema>;
