/** One node of a graph model as it is translated: attributes decoded, the values it reads, and the rows it adds. */

import { isObject } from '../../architecture/document.ts';
import type { DType } from '../../tensor/dtype.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Target } from '../node-rows.ts';
import { NodeRows } from '../node-rows.ts';
import type { Value } from '../value.ts';
import { isKnown } from '../value.ts';
import type { GraphNode } from './graph-def.ts';
import { dtypeNamed } from './graph-def.ts';

export interface Surroundings extends Target {
  /** What a node's only reader is, where it has one. */
  readonly readers: ReadonlyMap<string, readonly GraphNode[]>;
  /** Shape of a tensor that has been translated already. */
  shapeOf(name: string, output: number): Shape | undefined;
  /** Shape of the weight that a node stands for, where it is one. */
  weightShape(name: string): Shape | undefined;
}

export class Operation extends NodeRows {
  readonly around: Surroundings;
  readonly node: GraphNode;
  declare readonly inputs: readonly Value[];

  constructor(around: Surroundings, node: GraphNode, inputs: readonly Value[]) {
    super(around, node.op, node.name, node.at, inputs);
    this.around = around;
    this.node = node;
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

  /** An element type among the attributes. */
  dtype(name: string): DType | undefined {
    return dtypeNamed(this.#attribute(name)?.type);
  }

  #attribute(name: string): Readonly<Record<string, unknown>> | undefined {
    const held = Object.hasOwn(this.node.attributes, name) ? this.node.attributes[name] : undefined;
    return isObject(held) ? held : undefined;
  }

  #list(name: string, kind: string): readonly unknown[] {
    const list = this.#attribute(name)?.list;
    const held = isObject(list) ? list[kind] : undefined;
    return Array.isArray(held) ? held : [];
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
      const dims = isObject(shape) && Array.isArray(shape.dim) ? shape.dim : [];
      return dims.map((dim: unknown) => Number(isObject(dim) ? dim.size : Number.NaN));
    });
    return shapes.length > 0 && shapes.every((shape) => shape.every((extent) => extent > 0)) ? shapes : undefined;
  }

  /** Says that something which only the weight files hold was taken to be as usual. */
  assume(detail: string): void {
    this.around.draft.note('assumed', 'warning', this.node.name, this.node.at, `"${this.node.name}": ${detail}`);
  }
}

export type Lowering = (operation: Operation) => readonly Value[];
