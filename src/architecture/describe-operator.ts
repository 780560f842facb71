/** One operator as the catalogue shows it: everything its file declares, formulas as text. */

import * as z from 'zod';
import type { Operator } from '../operators/operator.ts';
import { attributeOf } from '../operators/operator.ts';
import { formula } from '../tensor/formula.ts';
import { callFields } from './document.ts';
import { print } from './print-schema.ts';

export const operatorSummarySchema = z.strictObject({
  type: z.string(),
  family: z.string(),
  summary: z.string(),
  aliases: z.array(z.string()).describe('Other spellings of the type.'),
});

const condition = z.string().optional().describe('When it applies; always where absent.');

export const operatorSchema = z
  .strictObject({
    ...operatorSummarySchema.shape,
    source: z.string().describe('Where the shape rule and formulas come from.'),
    inputs: z.strictObject({ min: z.int(), max: z.int().nullable().describe('Null: any number.'), names: z.array(z.string()) }),
    view: z.boolean().describe('The output shares the memory of the input.'),
    attributes: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        required: z.boolean(),
        default: z.unknown().optional(),
        aliases: z.array(z.string()),
        schema: z.record(z.string(), z.unknown()).describe('JSON Schema of its values.'),
      }),
    ),
    shape: z.string().describe('The shape rule.'),
    parameters: z.array(z.strictObject({ formula: z.string(), when: condition })).describe('Summands of the number of parameters.'),
    operations: z
      .array(z.strictObject({ of: z.string(), formula: z.string(), when: condition }))
      .describe('Operations by class for the whole batch.'),
    examples: z.array(
      z.strictObject({
        layer: z.record(z.string(), z.unknown()),
        input_shapes: z.array(z.array(z.int())),
        output_shapes: z.array(z.array(z.int())),
        parameters: z.int(),
        operations: z.record(z.string(), z.int()),
      }),
    ),
  })
  .meta({ title: 'Operator', description: 'A layer type.' });

export type DescribedOperator = z.output<typeof operatorSchema>;

export function describeOperator(operator: Operator): DescribedOperator {
  const { inputs } = operator;
  return {
    type: operator.type,
    family: operator.family,
    summary: operator.summary,
    aliases: [...operator.aliases, ...(operator.rankedAliases ?? [])],
    source: operator.source,
    inputs: { min: inputs.min, max: Number.isFinite(inputs.max) ? inputs.max : null, names: [...inputs.names] },
    view: operator.aliasesInput === true,
    attributes: Object.entries(operator.attributes).map(([name, schema]) => describeAttribute(operator, name, schema as z.ZodType)),
    shape: operator.shape,
    parameters: (operator.parameters ?? []).map(({ text, when }) => ({
      formula: formula(text).text,
      ...(when === undefined ? {} : { when }),
    })),
    operations: operator.counts.map((rule) => ({
      of: rule.of,
      formula: rule.formula.text,
      ...(rule.when === undefined ? {} : { when: rule.when }),
    })),
    examples: operator.examples.map((example) => ({
      layer: { ...example.layer },
      input_shapes: example.inputs.map(({ shape }) => [...shape]),
      output_shapes: example.outputs.map((shape) => [...shape]),
      parameters: example.parameters,
      operations: { ...example.operations } as Record<string, number>,
    })),
  };
}

/** `block`, which is no operator but stands where a type stands. */
export const blockType: DescribedOperator = Object.freeze({
  type: 'block',
  family: 'block',
  summary: 'Puts a block of the document in place, once or `repeat` times in a row; each of its layers has a row of its own.',
  aliases: [],
  source: 'layergauge architecture document',
  inputs: { min: 0, max: null, names: [] },
  view: false,
  attributes: Object.entries(callFields)
    .filter(([name]) => !['type', 'name', 'inputs', 'description', 'metadata'].includes(name))
    .map(([name, schema]) => describeAttribute({}, name, schema)),
  shape: 'the outputs of the block’s last repetition',
  parameters: [],
  operations: [],
  examples: [],
});

function describeAttribute(
  operator: Pick<Operator, 'attributeAliases'>,
  name: string,
  schema: z.ZodType,
): DescribedOperator['attributes'][number] {
  const absent = schema.safeParse(undefined);
  const { description, default: _, ...printed } = print(schema);
  return {
    name,
    description: String(description ?? ''),
    required: !absent.success,
    ...(absent.success && absent.data !== undefined ? { default: absent.data } : {}),
    aliases: Object.entries(operator.attributeAliases ?? {})
      .filter(([, alias]) => attributeOf(alias) === name)
      .map(([spelling]) => spelling),
    schema: printed,
  };
}
