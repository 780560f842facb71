/** One node as it is called: its attributes with references of a function body resolved, the values it reads, and the rows it adds to the document. */

import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import type { DType } from '../../tensor/dtype.ts';
import type { Shape, TensorType } from '../../tensor/shape.ts';
import { NodeRows } from '../node-rows.ts';
import type { Value } from '../value.ts';
import { isKnown, rehearsing } from '../value.ts';
import { decimal } from './decimal.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from './model.ts';
import type { Scope } from './scope.ts';
import type { Translation } from './translation.ts';

export class Call extends NodeRows {
  readonly translation: Translation;
  readonly node: OnnxNode;
  /** Version of the operator's set. */
  readonly opset: number;
  /** Names that a subgraph of the node may read. */
  readonly scope: Scope;
  readonly #attributes: ReadonlyMap<string, OnnxAttribute>;

  /** `type` is the operator's, domain in front where it is not ONNX's own. */
  constructor(translation: Translation, node: OnnxNode, type: string, at: Path, scope: Scope, inputs: readonly (Value | undefined)[]) {
    super(translation, type, rowName(node, scope), at, inputs);
    this.translation = translation;
    this.node = node;
    this.opset = translation.opsetOf(node.domain, scope);
    this.scope = scope;
    const attributes = new Map<string, OnnxAttribute>();
    for (const attribute of node.attributes) {
      const { refAttrName } = attribute;
      const given = refAttrName === undefined || refAttrName === '' ? attribute : scope.attributes.get(refAttrName);
      if (given !== undefined) attributes.set(attribute.name, given);
    }
    this.#attributes = attributes;
  }

  /** The same call on a translation whose rows go nowhere. */
  rehearsal(): Call {
    const inputs = this.inputs.map((value) => value && rehearsing(value));
    return new Call(this.translation.rehearsal(), this.node, this.type, this.at, this.scope.rehearsal(), inputs);
  }

  /** Attributes by name, those of a function's call in place of references to them. */
  get attributes(): ReadonlyMap<string, OnnxAttribute> {
    return this.#attributes;
  }

  /** Whether input `index` is there. */
  has(index: number): boolean {
    return this.inputs[index] !== undefined;
  }

  rank(index: number): number {
    return this.shape(index).length;
  }

  /** Whether the numbers of a tensor of this shape are followed; one without elements may be as long as another along its other axes. */
  mayWorkOut(shape: Shape): boolean {
    return shape.reduce((product, extent) => product * Math.max(extent, 1), 1) <= this.translation.budget.largest;
  }

  /** Whether what flows decides the numbers of one of these inputs. */
  isOpen(...indices: readonly number[]): boolean {
    return indices.some((index) => this.inputs[index] !== undefined && !isKnown(this.inputs[index]) && !this.input(index).constant);
  }

  /** Numbers of input `index` where it is there; refused where they depend on what flows. */
  known(index: number): readonly number[] | undefined {
    const value = this.inputs[index];
    if (value === undefined || isKnown(value)) return value?.values;
    const reason = value.constant ? 'its numbers are not in the file' : 'it is computed from the data that flows';
    throw new Refusal([], 'unknown_values', `input ${index} (${this.node.inputs[index]}) of ${this.type} decides a shape, but ${reason}`);
  }

  /** As `known`; refused where one is no whole number. */
  whole(index: number): readonly number[] | undefined {
    const values = this.known(index);
    const broken = values?.find((value) => !Number.isInteger(value));
    if (broken === undefined) return values;
    throw new Refusal(
      [],
      'invalid_value',
      `input ${index} (${this.node.inputs[index]}) of ${this.type} has whole numbers; given ${broken}`,
    );
  }

  int(name: string): number | undefined;
  int(name: string, fallback: number): number;
  int(name: string, fallback?: number): number | undefined {
    return this.#attributes.get(name)?.i ?? fallback;
  }

  float(name: string): number | undefined;
  float(name: string, fallback: number): number;
  float(name: string, fallback?: number): number | undefined {
    const value = this.#attributes.get(name)?.f;
    return value === undefined ? fallback : decimal(value);
  }

  text(name: string): string | undefined;
  text(name: string, fallback: string): string;
  text(name: string, fallback?: string): string | undefined {
    return this.#attributes.get(name)?.s ?? fallback;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.floats;
  }

  texts(name: string): readonly string[] | undefined {
    return this.#attributes.get(name)?.strings;
  }

  tensorAttribute(name: string): OnnxTensor | undefined {
    return this.#attributes.get(name)?.t;
  }

  graph(name: string): OnnxGraph | undefined {
    return this.#attributes.get(name)?.g;
  }

  /** Place of an attribute in the file, for the nodes of a subgraph. */
  attributeAt(name: string): Path {
    return [...this.at, 'attribute', this.node.attributes.findIndex((attribute) => attribute.name === name)];
  }

  /** Stands for an operator that is not known, or not on these inputs: a `custom` row, of unknown cost; shapes where the file states them. */
  addCustom(reason?: string): Value[] {
    const stated = this.node.outputs.map((name) => this.scope.stated(name));
    const shapes = stated.map((type) => type?.shape);
    const whole = shapes.length > 0 && shapes.every((shape): shape is Shape => shape !== undefined);
    const known = whole
      ? { output_shapes: shapes, output_dtypes: stated.map((type) => type?.dtype ?? this.translation.draft.modelDtype) }
      : {};
    const read = this.inputs.flatMap((value) => value?.items ?? value ?? []).filter((value) => !value.constant);
    const outputs = this.add({ type: 'custom', operator: this.type, ...known }, read);
    if (reason !== undefined) this.translation.draft.note('not_costed', 'warning', outputs[0]?.tensor().text, this.at, reason);
    return outputs;
  }

  /** Number of outputs that have a name, up to the last. */
  override get outputs(): number {
    let count = this.node.outputs.length;
    while (count > 1 && this.node.outputs[count - 1] === '') count--;
    return Math.max(count, 1);
  }

  /** The axis that `axis` names, negative counting from the end; refused where there is none. */
  axis(axis: number, rank: number): number {
    const found = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(found) && found >= 0 && found < rank) return found;
    throw new Refusal([], 'no_such_axis', `${this.type} names axis ${axis} of a tensor of rank ${rank}`);
  }
}

/** The node's own name, or that of its first output. */
function rowName(node: OnnxNode, scope: Scope): string {
  const own = node.name !== '' ? node.name : (node.outputs.find((name) => name !== '') ?? '');
  return own === '' ? '' : scope.prefix + own;
}

/** How a node becomes rows; gives a value for each of its outputs. */
export type Lowering = (call: Call) => readonly (Value | undefined)[];

/** Numbers of a node's outputs from those of its inputs; undefined where they cannot be told. */
export type Evaluator = (
  call: Call,
  inputs: readonly (KnownInput | undefined)[],
) => readonly (TensorType & { values: readonly number[] })[] | undefined;

export type KnownInput = { readonly shape: Shape; readonly dtype: DType; readonly values: readonly number[] };
