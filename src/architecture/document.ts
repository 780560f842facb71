/**
 * The posted document's own fields: inputs, outputs, layout, blocks. Layers are read apart (`read-layer.ts`), since what a layer may say depends
 * on its type.
 */

import * as z from 'zod';
import type { Issue, Path } from '../issue.ts';
import { throwIfAny, throwIfMany } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { inputDtypes, modelDtypes } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import { maxExtent } from '../tensor/shape.ts';
import { expected } from './expected.ts';
import { fieldTable, readFields } from './fields.ts';
import { nameSchema, quote } from './names.ts';
import type { Posted } from './read-layer.ts';
import { dataFormat } from './read-layer.ts';

/** A native architecture document as written or posted: plain JSON. */
export interface Document {
  readonly $schema?: string;
  readonly name?: string;
  readonly description?: string;
  readonly metadata?: Posted;
  readonly dtype?: DType;
  readonly data_format?: 'channels_first' | 'channels_last';
  readonly input?: Shape;
  readonly inputs?: readonly DocumentInput[];
  readonly layers: readonly Posted[];
  readonly outputs?: readonly string[];
  readonly blocks?: Readonly<Record<string, DocumentBlock>>;
}

export interface DocumentInput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype?: (typeof inputDtypes)[number];
  readonly batch?: boolean;
}

export interface DocumentBlock {
  readonly description?: string;
  readonly params?: Posted;
  readonly inputs?: readonly string[];
  readonly layers: readonly Posted[];
  readonly outputs?: readonly string[];
}

/** Parameters of a block, and values in one call's parameters, lists counted entry by entry: substitution must not multiply them without end. */
export const maxParameterSize = 1000;

const extent = z.int().min(1).max(maxExtent);
export const inputShape = z.array(extent).max(64);
const nameList = z.array(nameSchema).min(1).max(4096);
const posted = z.record(z.string(), z.unknown());
// Names in them, and layers, are checked one by one where they are read: a schema would first word every bad one of a million.
const named = z.record(z.string(), z.unknown());
const ignored = { description: z.string().optional().describe('Ignored.'), metadata: posted.optional().describe('Ignored.') };

export const inputFields = {
  name: nameSchema.describe('Name that layers refer to it by.'),
  shape: inputShape.describe('Extents without the batch axis, or with it where `batch` is false.'),
  dtype: z.enum(inputDtypes).optional().describe('Element type.'),
  batch: z.boolean().default(true).describe('False: the shape is whole and has no batch axis in front.'),
  description: ignored.description,
};

export const blockFields = {
  params: named.default({}).describe('Parameters with their defaults; one whose default is null must be given.'),
  inputs: nameList.optional().describe('Names of what a call binds, in order; one input called `input` where absent.'),
  outputs: nameList.optional().describe('Inner layers that the call stands for; every inner layer that nothing reads where absent.'),
  layers: z
    .array(z.unknown())
    .min(1)
    .describe('Layers that see the block’s inputs and each other only; "$name" stands for a parameter’s value.'),
  ...ignored,
};

export const callFields = {
  type: z.literal('block'),
  block: nameSchema.describe('Name of the block to put here.'),
  name: nameSchema.optional().describe('Name of the call; stands for the outputs of its last repetition.'),
  repeat: extent.default(1).describe('How often the block follows itself.'),
  params: named.default({}).describe('Values for the block’s parameters.'),
  inputs: z
    .array(nameSchema)
    .max(4096)
    .optional()
    .describe('What the block’s inputs are bound to, in order; the layer before it where absent.'),
  ...ignored,
};

export const documentFields = {
  $schema: z.string().optional().describe('Ignored; lets an editor check the file.'),
  name: nameSchema.optional().describe('Name of the network.'),
  ...ignored,
  dtype: z.enum(modelDtypes).optional().describe('Floating type of inputs and weights that state none.'),
  data_format: dataFormat.default('channels_first').describe('Layout of feature maps.'),
  input: inputShape.optional().describe('Short for one input of this shape, called `input`.'),
  inputs: z.array(posted).max(4096).optional().describe('The tensors that the network is fed.'),
  layers: z.array(z.unknown()).min(1).describe('Layers in order.'),
  outputs: nameList.optional().describe('Layers whose results are wanted; every layer that nothing reads where absent.'),
  blocks: named.default({}).describe('Groups of layers that calls put in place, by name.'),
};

const documentTable = fieldTable([documentFields]);
const inputTable = fieldTable([inputFields]);
const blockTable = fieldTable([blockFields]);

export interface ReadInput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType | undefined;
  readonly batch: boolean;
}

export interface ReadBlock {
  readonly name: string;
  readonly params: Posted;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[] | undefined;
  readonly layers: readonly unknown[];
}

/** The document taken apart; layers still as posted. */
export interface ReadDocument {
  readonly posted: Posted;
  readonly name: string | undefined;
  readonly dtype: DType | undefined;
  readonly channelsLast: boolean;
  readonly inputs: readonly ReadInput[];
  readonly layers: readonly unknown[];
  readonly outputs: readonly string[] | undefined;
  readonly blocks: ReadonlyMap<string, ReadBlock>;
}

/** Checks everything of a document but its layers; throws `InvalidArchitecture` with all that is wrong. */
export function readDocument(document: unknown): ReadDocument {
  if (!isObject(document))
    throwIfAny([{ path: [], code: 'invalid_value', detail: `an architecture document is an object; given ${quote(document)}` }]);
  const issues: Issue[] = [];
  const sent = document as Posted;
  const [fields] = readFields(documentTable, sent, [], issues, 'the document') as unknown as [z.output<z.ZodObject<typeof documentFields>>];
  if (fields.input !== undefined && fields.inputs !== undefined)
    issues.push({ path: ['input'], code: 'duplicate_key', detail: '"input" and "inputs" both declare inputs; keep one' });
  const inputs = (fields.inputs ?? []).map((entry, index) => {
    const [input] = readFields(inputTable, entry, ['inputs', index], issues, 'an input');
    return input as unknown as ReadInput;
  });
  if (fields.input !== undefined) inputs.push({ name: 'input', shape: fields.input, dtype: undefined, batch: true });
  const blocks = new Map<string, ReadBlock>();
  for (const [name, entry] of Object.entries(fields.blocks)) {
    throwIfMany(issues);
    const path = ['blocks', name];
    checkName(name, path, issues);
    if (!isObject(entry)) {
      issues.push({ path, code: 'invalid_value', detail: `block ${quote(name)} must be an object; given ${quote(entry)}` });
      continue;
    }
    const [block] = readFields(blockTable, entry as Posted, path, issues, `block ${quote(name)}`) as unknown as [
      z.output<z.ZodObject<typeof blockFields>>,
    ];
    const params = Object.keys(block.params);
    if (params.length > maxParameterSize)
      issues.push({
        path: [...path, 'params'],
        code: 'too_large',
        detail: `block ${quote(name)} has ${params.length} parameters; at most ${maxParameterSize} are allowed`,
      });
    else for (const param of params) checkName(param, [...path, 'params', param], issues);
    // Absent where it is no list, which has been reported.
    for (let index = 0; index < (block.layers?.length ?? 0); index++) checkLayer(block.layers[index], [...path, 'layers', index], issues);
    blocks.set(name, { name, params: block.params, inputs: block.inputs ?? ['input'], outputs: block.outputs, layers: block.layers });
  }
  throwIfAny(issues);
  return {
    posted: sent,
    name: fields.name,
    dtype: fields.dtype,
    channelsLast: fields.data_format === 'channels_last',
    inputs,
    layers: fields.layers,
    outputs: fields.outputs,
    blocks,
  };
}

/** Adds an issue where a layer is no object. */
export function checkLayer(layer: unknown, path: Path, issues: Issue[]): layer is Posted {
  if (isObject(layer)) return true;
  issues.push({ path, code: 'invalid_value', detail: `a layer is an object; given ${quote(layer)}` });
  throwIfMany(issues);
  return false;
}

function checkName(name: string, path: Path, issues: Issue[]): void {
  if (!nameSchema.safeParse(name).success)
    issues.push({ path, code: 'invalid_value', detail: `a name must be ${expected(nameSchema)}; given ${quote(name)}` });
}

export function isObject(value: unknown): value is Posted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
