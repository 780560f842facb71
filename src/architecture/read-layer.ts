/** One posted layer becomes a `LayerSpec`: its operator, attributes with defaults, and the fields that every layer may carry. */

import * as z from 'zod';
import type { Issue, Path } from '../issue.ts';
import { insteadOf } from '../operators/foreign-names.ts';
import { operatorOf, rankedOperators, typeSpellings } from '../operators/index.ts';
import type { Attributes, Operator } from '../operators/operator.ts';
import { arityOf } from '../operators/operator.ts';
import type { DType } from '../tensor/dtype.ts';
import { dtypes } from '../tensor/dtype.ts';
import type { FieldTable } from './fields.ts';
import { fieldTable, readSlots } from './fields.ts';
import { didYouMean, nameSchema, quote } from './names.ts';

export const dataFormat = z.enum(['channels_first', 'channels_last']);

/** Fields of every layer. `type` is checked before, so any text passes here. */
export const commonFields = {
  type: z.string(),
  name: nameSchema.optional().describe('Name of the layer, unique in its document or block; `<type>_<n>` where absent.'),
  inputs: z
    .array(nameSchema)
    .max(4096)
    .optional()
    .describe('What it reads: names of layers or inputs, `name:k` for output k; the layer before it where absent.'),
  dtype: z.enum(dtypes).optional().describe('Element type of its output.'),
  weight_dtype: z.enum(dtypes).optional().describe('Element type of its weights.'),
  bias_dtype: z.enum(dtypes).optional().describe('Element type of its biases, where it is another than that of its weights.'),
  data_format: dataFormat.optional().describe('Layout of its feature maps.'),
  shares: nameSchema.optional().describe('Layer whose weights it reuses; its own row then counts 0 parameters.'),
  trainable: z.boolean().optional().describe('False freezes its parameters.'),
  activation: z
    .union([z.string().min(1).max(64), z.looseObject({ type: z.string() })])
    .optional()
    .describe('Type name or layer object applied to its output, as a row of its own.'),
  description: z.string().optional().describe('Ignored.'),
  metadata: z.record(z.string(), z.unknown()).optional().describe('Ignored.'),
};

export interface LayerSpec {
  readonly operator: Operator;
  readonly attributes: Attributes;
  readonly name: string | undefined;
  readonly inputs: readonly string[] | undefined;
  readonly dtype: DType | undefined;
  readonly weight_dtype: DType | undefined;
  readonly bias_dtype: DType | undefined;
  readonly channelsLast: boolean;
  readonly shares: string | undefined;
  readonly trainable: boolean;
  readonly activation: LayerSpec | undefined;
  /** Where it stands in the posted document. */
  readonly path: Path;
  /** A type that takes its rank from the input (ONNX's `Conv`): reads the layer again for that rank. */
  readonly forRank: ((spatialRank: number, issues: Issue[]) => LayerSpec | undefined) | undefined;
}

export type Posted = Readonly<Record<string, unknown>>;

/** Slots of the fields that every layer may carry: they come first in a layer's table. */
const at = Object.fromEntries(Object.keys(commonFields).map((name, slot) => [name, slot])) as Readonly<
  Record<keyof typeof commonFields, number>
>;

const tables = new Map<Operator, FieldTable>();

/** Fields of an operator's layer; made on first use, once per operator. */
function tableOf(operator: Operator): FieldTable {
  let table = tables.get(operator);
  if (table === undefined) {
    table = fieldTable([commonFields, operator.attributes], operator.attributeAliases, operator.foreignAttributes);
    tables.set(operator, table);
  }
  return table;
}

/** Reads a layer; undefined, with issues added, where it does not hold. `channelsLast` is the document's layout. */
export function readLayer(posted: Posted, path: Path, channelsLast: boolean, issues: Issue[]): LayerSpec | undefined {
  const type = posted.type;
  if (typeof type !== 'string') {
    if (type === undefined) issues.push({ path, code: 'missing_key', detail: 'a layer needs a type' });
    else issues.push({ path: [...path, 'type'], code: 'invalid_value', detail: `type must be text; given ${quote(type)}` });
    return undefined;
  }
  const operator = operatorOf(type);
  if (operator !== undefined) return readAs(operator, posted, path, channelsLast, issues);
  const ranked = rankedOperators(type);
  if (ranked === undefined) {
    issues.push({ path: [...path, 'type'], code: 'unknown_type', detail: `unknown layer type ${quote(type)}${typeAdvice(type)}` });
    return undefined;
  }
  const forRank = (rank: number, found: Issue[]): LayerSpec | undefined => {
    const chosen = ranked[rank];
    if (chosen !== undefined) return readAs(chosen, posted, path, channelsLast, found);
    found.push({ path: [...path, 'type'], code: 'wrong_rank', detail: `${type} takes 1 to 3 spatial axes, its input has ${rank}` });
    return undefined;
  };
  // Until the input's rank is known the layer is wired, and named, as if for the rank that its lists suggest, or else the first that fits.
  const hint = rankHint(posted);
  for (const rank of [hint, 1, 2, 3]) {
    const spec = ranked[rank] && forRank(rank, []);
    if (spec !== undefined) return { ...spec, forRank };
  }
  return forRank(ranked[hint] === undefined ? 2 : hint, issues);
}

/** What to write instead of a type that is none of ours: a sentence for a well-known foreign one, else the nearest spelling, if any is near. */
export function typeAdvice(type: string): string {
  const instead = insteadOf(type);
  return instead === undefined ? didYouMean(type, typeSpellings()) : `; ${instead}`;
}

function rankHint(posted: Posted): number {
  for (const value of Object.values(posted)) {
    if (Array.isArray(value) && value.length > 0 && value.length <= 3 && typeof value[0] === 'number') return value.length;
  }
  return 2;
}

function readAs(operator: Operator, posted: Posted, path: Path, channelsLast: boolean, issues: Issue[]): LayerSpec | undefined {
  const before = issues.length;
  const table = tableOf(operator);
  const slots = readSlots(table, posted, path, issues, operator.type);
  const attributes = (table.records[1] as (typeof table.records)[number])(slots);
  // Values are taken from their slots one by one: a layer is read for each row of an answer, and a record of these fields would live for a moment only.
  const name = slots[at.name] as string | undefined;
  const inputs = slots[at.inputs] as readonly string[] | undefined;
  const dtype = slots[at.dtype] as DType | undefined;
  const weight_dtype = slots[at.weight_dtype] as DType | undefined;
  const bias_dtype = slots[at.bias_dtype] as DType | undefined;
  const data_format = slots[at.data_format] as z.output<typeof dataFormat> | undefined;
  const shares = slots[at.shares] as string | undefined;
  const trainable = slots[at.trainable] as boolean | undefined;
  const activation = slots[at.activation] as string | Posted | undefined;
  const ownChannelsLast = data_format === undefined ? channelsLast : data_format === 'channels_last';
  const applied = activation === undefined ? undefined : readActivation(activation, [...path, 'activation'], ownChannelsLast, issues);
  if (issues.length > before) return undefined;
  return {
    operator,
    attributes,
    name,
    inputs,
    dtype,
    weight_dtype,
    bias_dtype,
    channelsLast: ownChannelsLast,
    shares,
    trainable: trainable !== false,
    activation: applied,
    path,
    forRank: undefined,
  };
}

function readActivation(posted: string | Posted, path: Path, channelsLast: boolean, issues: Issue[]): LayerSpec | undefined {
  const layer: Posted = typeof posted === 'string' ? { type: posted } : posted;
  if (layer.type === 'block') {
    issues.push({ path, code: 'invalid_value', detail: 'a block cannot be an activation; call it in a layer of its own' });
    return undefined;
  }
  for (const key of ['name', 'inputs', 'activation', 'shares']) {
    if (Object.hasOwn(layer, key))
      issues.push({ path: [...path, key], code: 'unknown_key', detail: `an activation has no ${key}: it reads the layer it stands in` });
  }
  const spec = readLayer(layer, path, channelsLast, issues);
  if (spec !== undefined && arityOf(spec.operator, spec.attributes).min !== 1) {
    issues.push({
      path,
      code: 'invalid_value',
      detail: `${spec.operator.type} cannot be an activation: it reads ${spec.operator.inputs.min} inputs`,
    });
    return undefined;
  }
  return spec;
}
