/** One node of a graph model as it is translated: attributes decoded, the values it reads, and the rows it adds. */

import type { Posted } from '../../architecture/read-layer.ts';
import { Refusal } from '../../issue.ts';
import type { DType } from '../../tensor/dtype.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Draft } from '../draft.ts';
import type { Part } from '../onnx/call.ts';
import type { Value } from '../onnx/value.ts';
import { flowing, isKnown } from '../onnx/value.ts';
import type { Role, Weights } from '../onnx/weights.ts';
import type { GraphNode } from './graph-def.ts';
import { dtypeNamed, isJson } from './graph-def.ts';

export interface Surroundings {
  readonly draft: Draft;
  readonly weights: Weights;
  /** What a node's only reader is, where it has one. */
  readonly readers: ReadonlyMap<string, readonly GraphNode[]>;
  /** Shape of a tensor that has been translated already. */
  shapeOf(name: string, output: number): Shape | undefined;
  /** Shape of the weight that a node stands for, where it is one. */
  weightShape(name: string): Shape | undefined;
}

export class Operation {
  readonly around: Surroundings;
  readonly node: GraphNode;
  readonly inputs: readonly Value[];

  constructor(around: Surroundings, node: GraphNode, inputs: readonly Value[]) {
    this.around = around;
    this.node = node;
    this.inputs = inputs;
  }

  input(index: number): Value {
    const value = this.inputs[index];
    if (value === undefined) throw new Refusal([], 'wrong_input_count', `${this.node.op} needs its input ${index}, which is absent`);
    return value;
  }

  shape(index: number): Shape {
    return this.input(index).shape ?? [];
  }

  /** Numbers of an input where the file has them: they are mostly in the weight files. */
  known(index: number): readonly number[] | undefined {
    const value = this.inputs[index];
    return isKnown(value) ? value.values : undefined;
  }

  /** Text of an attribute. */
  text(name: string, fallback: string): string {
    const held = this.#attribute(name)?.s;
    return typeof held === 'string' ? Buffer.from(held, 'base64').toString('utf8') : fallback;
  }

  texts(name: string): readonly string[] {
    const list = this.#list(name, 's');
    return list.map((entry) => Buffer.from(String(entry), 'base64').toString('utf8'));
  }

  int(name: string, fallback: number): number {
    const held = this.#attribute(name)?.i;
    return held === undefined ? fallback : Number(held);
  }

  ints(name: string): readonly number[] {
    return this.#list(name, 'i').map(Number);
  }

  float(name: string, fallback: number): number {
    const held = this.#attribute(name)?.f;
    return held === undefined ? fallback : Number(held);
  }

  flag(name: string): boolean {
    return this.#attribute(name)?.b === true;
  }

  type(name: string): DType | undefined {
    return dtypeNamed(this.#attribute(name)?.type);
  }

  #attribute(name: string): Readonly<Record<string, unknown>> | undefined {
    const held = Object.hasOwn(this.node.attributes, name) ? this.node.attributes[name] : undefined;
    return isJson(held) ? held : undefined;
  }

  #list(name: string, kind: string): readonly unknown[] {
    const list = this.#attribute(name)?.list;
    const held = isJson(list) ? list[kind] : undefined;
    return Array.isArray(held) ? held : [];
  }

  /** Adds the node's row. */
  add(layer: Posted, inputs: readonly Value[] = [this.input(0)], expected = 1): Value[] {
    const name = layer.name ?? this.node.name;
    const added = this.around.draft.add(
      { ...layer, name },
      inputs.map((value) => value.tensor()),
      this.node.at,
      expected,
    );
    return added.map(flowing);
  }

  addPart(part: string, layer: Posted, inputs: readonly Value[]): Value {
    return this.add({ ...layer, name: `${this.node.name}/${part}` }, inputs)[0] as Value;
  }

  /** Adds the node's row with stored tensors as its weights; undefined where they are none, or must be rows of their own. */
  addOwning(layer: Posted, inputs: readonly Value[], parts: readonly Part[]): Value[] | undefined {
    const roles: Role[] = [];
    for (const { role, value, shape } of parts) {
      if (value.weight === undefined) return undefined;
      roles.push({ role, source: value.weight, shape });
    }
    const claim = this.around.weights.claim(roles);
    if (claim === undefined) return undefined;
    const stored = roles[0]?.source.dtype;
    const weight_dtype = stored === undefined || stored === this.around.draft.modelDtype ? {} : { weight_dtype: stored };
    const outputs = this.add({ ...layer, ...weight_dtype, ...claim }, inputs);
    const name = outputs[0]?.tensor().text;
    if (claim.shares === undefined && name !== undefined) this.around.weights.give(roles, name.replace(/\.activation$/, ''));
    return outputs;
  }

  /** Shape of what the only reader of this node joins it with, where that is of this rank and known by now. */
  partnerShape(readers: readonly string[], rank: number): Shape | undefined {
    const reading = this.around.readers.get(this.node.name) ?? [];
    const [reader] = reading;
    if (reading.length !== 1 || reader === undefined || !readers.includes(reader.op)) return undefined;
    const others = reader.inputs.filter(({ name }) => name !== this.node.name);
    return others.map(({ name, output }) => this.around.shapeOf(name, output)).find((shape) => shape?.length === rank);
  }

  /** A row of unknown cost, of the shapes that the file states of its outputs, if it does. */
  addCustom(reason: string, shapes?: readonly Shape[]): Value[] {
    const { draft } = this.around;
    const stated = shapes ?? this.statedShapes();
    const read = this.inputs.filter((value) => !value.constant);
    const layer = { type: 'custom', operator: this.node.op, ...(stated === undefined ? {} : { output_shapes: stated }) };
    const outputs = this.add(layer, read, 8);
    draft.note('not_costed', 'warning', outputs[0]?.tensor().text, this.node.at, reason);
    return outputs;
  }

  /** `_output_shapes`, which some converters leave in. */
  statedShapes(): readonly Shape[] | undefined {
    const shapes = this.#list('_output_shapes', 'shape').map((shape) => {
      const dims = isJson(shape) && Array.isArray(shape.dim) ? shape.dim : [];
      return dims.map((dim: unknown) => Number(isJson(dim) ? dim.size : Number.NaN));
    });
    return shapes.length > 0 && shapes.every((shape) => shape.every((extent) => extent > 0)) ? shapes : undefined;
  }

  /** Says that something which only the weight files hold was taken to be as usual. */
  assume(detail: string): void {
    this.around.draft.note('assumed', 'warning', this.node.name, this.node.at, `"${this.node.name}": ${detail}`);
  }

  refusal(code: string, detail: string): Refusal {
    return new Refusal([], code, detail);
  }
}

export type Lowering = (operation: Operation) => readonly Value[];
