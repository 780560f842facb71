/**
 * The contract of an operator. Each family file tells the whole truth about its operators; schemas, aliases, documentation, the catalogue
 * and the contract tests are derived from what it declares. Shared code never asks which operator it holds: it reads a property.
 */

import type * as z from 'zod';
import type { DType } from '../tensor/dtype.ts';
import type { Formula, Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';

/** Every class of operation that is counted, in the order the answer lists them. */
export const operationClasses = ['mac', 'add', 'mul', 'div', 'cmp', 'exp', 'log', 'sqrt', 'pow', 'tanh', 'erf'] as const;
export type OperationClass = (typeof operationClasses)[number];

/** Attribute values by canonical name, defaults filled in. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What a rule may know of its layer beside attributes and inputs. */
export interface LayerContext {
  /** The output element type that the layer states, if it does. */
  readonly dtype: DType | undefined;
  /** The floating type of the model, for tensors that come from no floating tensor (embeddings, constants). */
  readonly modelDtype: DType;
  /** Element type of the layer's weights. */
  readonly weightDtype: DType;
  /** Input `index` in words, for a message: `"conv1" (64 channels …)` starts with this name. */
  producer(index: number): string;
}

/** A tensor that belongs to a layer. */
export interface Weight {
  readonly name: string;
  readonly shape: Shape;
  /** Learned, or a running statistic. */
  readonly kind: 'parameter' | 'buffer';
  /** Left out by conventions that count weights without biases. */
  readonly bias?: true;
}

/** `of` operations per call are `formula`, where the condition holds. Of several rules for one class the first that applies counts. */
export interface CountRule<A> {
  readonly of: OperationClass;
  readonly formula: Formula;
  /** The condition in words, for the documentation. */
  readonly when?: string;
  applies?(attributes: A): boolean;
}

/** One summand of the number of parameters, as documentation and `include=formulas` show it; a test holds it against the tensors. */
export interface ParameterTerm<A> {
  readonly text: string;
  readonly bias?: true;
  readonly when?: string;
  applies?(attributes: A): boolean;
}

/** How one output extent comes about. */
export interface Extent {
  readonly output: number;
  readonly axis: number;
  readonly formula: Formula;
  readonly symbols: Symbols;
}

/** A worked example: the contract test runs it, the catalogue shows it. Numbers are worked out by hand. */
export interface Example {
  readonly layer: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { readonly shape: Shape; readonly dtype?: DType }[];
  readonly outputs: readonly Shape[];
  readonly parameters: number;
  readonly operations: Readonly<Partial<Record<OperationClass, number>>>;
}

/** Another spelling of an attribute; `read` turns the foreign form into ours where the form differs as well (undefined: not that form). */
export interface AttributeAlias {
  readonly attribute: string;
  /** Its own form in words, for the message about a value that has none: "ONNX's flat list, …". */
  readonly form?: string;
  read?(value: unknown): unknown;
}

/** The attribute that an alias stands for. */
export function attributeOf(alias: string | AttributeAlias): string {
  return typeof alias === 'string' ? alias : alias.attribute;
}

/** A tensor with its numbers, row-major. */
export interface NumericTensor {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array;
}

/** What a kernel reads; weights lie as PyTorch lays them. */
export interface KernelOperands {
  readonly input: NumericTensor;
  readonly weight?: NumericTensor | undefined;
  readonly bias?: NumericTensor | undefined;
}

/** Numbers of the first output, of the input's element type, and of the second where the layer asks for positions. */
export interface KernelResult {
  readonly values: Float32Array | Float64Array;
  readonly indices?: Float64Array;
}

/** How `/v1/run` executes a layer. Everything is checked before: shapes agree, and the cost is within the limits. */
export interface Kernel<A> {
  run(attributes: A, operands: KernelOperands, output: Shape): KernelResult;
  /** Cells that it lays out with the padding, for one image or, where the padding is filled from the map, for the batch: padding has a cost before it has memory. */
  paddedCells(attributes: A, input: Shape, output: Shape): number;
  /** Attributes that follow from the weight's shape, for layers that leave them out. `groups` is the layer's. */
  fromWeight?(weight: Shape, groups: number): Readonly<Record<string, unknown>>;
  /** Refuses what shapes allow and the kernel does not do. */
  refuse?(attributes: A): void;
}

export interface OperatorDefinition<S extends z.ZodRawShape, A = z.output<z.ZodObject<S>>> {
  /** Canonical type. */
  readonly type: string;
  /** The file's family, for the catalogue and the formula page. */
  readonly family: string;
  /** One or two sentences: what it computes, on which shapes. */
  readonly summary: string;
  /** Where shape rule and formulas come from: specification and version, or paper. */
  readonly source: string;
  /** Other spellings of the type (PyTorch's class, Keras, ONNX, Caffe). */
  readonly aliases: readonly string[];
  /** Spellings that it shares with its siblings of other spatial ranks (ONNX's `Conv`); the input's rank decides. */
  readonly rankedAliases?: readonly string[];
  /** Attribute schemas with their defaults, each described; canonical names. */
  readonly attributes: S;
  readonly attributeAliases?: Readonly<Record<string, string | AttributeAlias>>;
  /** Keys known from elsewhere that mean something else than any attribute here: what to write instead, for the message. */
  readonly foreignAttributes?: Readonly<Record<string, string>>;
  /** How many tensors it reads and what they are called; `max` may be Infinity. */
  readonly inputs: { readonly min: number; readonly max: number; readonly names: readonly string[] };
  /** Attribute that may give the last input as a number, which is then not among the inputs. */
  readonly scalar?: string;
  /** Reads inputs of rank 3 or more as feature maps, so that layers may be `channels_last`; with a number, of that spatial rank only. */
  readonly featureMap?: number | 'any';
  /** Its outputs share the memory of its first input. */
  readonly aliasesInput?: true;
  /** Its output is its own weight, so it allocates nothing. */
  readonly outputsWeight?: true;
  /** A row of its own in the classic course's tables. */
  readonly textbook?: true;
  /** Its parameters belong to a normalisation. */
  readonly normalizes?: true;
  /** Output shapes cannot be told from the attributes (they then end what follows): returns true where so. */
  isOpaque?(attributes: A): boolean;
  /** Has no known cost: parameters and operations are reported as null. */
  readonly uncosted?: true;
  /** Output types; refuses inputs and attributes that do not go together. Feature maps arrive and leave channels first. */
  infer(attributes: A, inputs: readonly TensorType[], layer: LayerContext): readonly TensorType[];
  /** Tensors of the layer, in PyTorch's names and order; absent when there are none. Called after `infer` accepted the inputs. */
  weights?(attributes: A, inputs: readonly TensorType[]): readonly Weight[];
  /** The number of parameters in symbols, one term a tensor or group of tensors. */
  readonly parameters?: readonly ParameterTerm<NoInfer<A>>[];
  /** Values of the symbols in `counts` and `parameters`; absent: `e`, the elements of the first output, and `i`, those of the first input. */
  symbols?(attributes: A, inputs: readonly TensorType[], outputs: readonly TensorType[]): Symbols;
  readonly counts: readonly CountRule<NoInfer<A>>[];
  /** The shape rule in words or symbols, for the documentation. */
  readonly shape: string;
  /** The rules of single output extents with this layer's values, for `include=formulas`. */
  extents?(attributes: A, inputs: readonly TensorType[], outputs: readonly TensorType[]): readonly Extent[];
  readonly examples: readonly Example[];
  /** Present for what `/v1/run` runs. */
  readonly kernel?: Kernel<NoInfer<A>>;
}

/** An operator with its attribute type erased, as the table holds it. */
export type Operator = OperatorDefinition<z.ZodRawShape, Attributes>;

/** How many tensors a layer of these attributes reads. */
export function arityOf({ inputs, scalar }: Operator, attributes: Attributes): { readonly min: number; readonly max: number } {
  return scalar === undefined || attributes[scalar] === undefined ? inputs : { min: inputs.min - 1, max: inputs.max - 1 };
}

/** Types a definition by its attribute schemas and erases them for the table: attributes reach the rules only through these schemas. */
export function defineOperator<S extends z.ZodRawShape>(definition: OperatorDefinition<S>): Operator {
  // Safe: `read-layer.ts` hands a rule only attributes that passed `definition.attributes`.
  return definition as unknown as Operator;
}

/** A count rule without condition, or with one: then annotate what the predicate reads of the attributes. */
export function count(of: OperationClass, text: string): CountRule<unknown>;
export function count<A>(of: OperationClass, text: string, when: string, applies: (attributes: A) => boolean): CountRule<A>;
export function count<A>(of: OperationClass, text: string, when?: string, applies?: (attributes: A) => boolean): CountRule<A> {
  const rule = { of, formula: formula(text) };
  return when === undefined || applies === undefined ? rule : { ...rule, when, applies };
}
