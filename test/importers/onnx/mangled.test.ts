/**
 * Nodes that no exporter would write: shapes, attributes, inputs and outputs of the golden cases changed at random. Each is refused with issues, or becomes a
 * document that holds as a posted one.
 */

import { expect, test } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import type { OnnxModel } from '../../../src/importers/onnx/model.ts';
import { InvalidArchitecture } from '../../../src/issue.ts';
import { limits, measureDocument } from '../../measure-document.ts';
import type { NodeCase } from './node-case.ts';
import { attributeOf, casesOf, modelOfCase } from './node-case.ts';

const families = [
  ...['activation', 'attention', 'elementwise', 'microsoft', 'normalization', 'others'],
  ...['pooling', 'products', 'quantized', 'recurrent', 'reductions', 'resize'],
];
const rounds = 3000;
const wholes = [-1, 0, 1, 2, 3, 7, -2, -5, 64, 1000, 65_535, 2 ** 31, 2 ** 53, -(2 ** 53), 1e9];
const floats = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 0.5, 1e30];
const extents = [1, 2, 3, 4, 5, 8, 224, 65_536, 2 ** 31 - 1];
const types = [1, 2, 3, 6, 7, 9, 10, 11, 22];
const names = (
  'axis axes kernel_shape strides pads dilations group num_heads q_num_heads kv_num_heads hidden_size direction layout keepdims p size num_groups ' +
  'output_shape output_padding auto_pad mode scales qkv_hidden_sizes K N bits ceil_mode softcap scale'
).split(' ');

class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Below 1. A linear congruential generator, Numerical Recipes' constants. */
  next(): number {
    this.#state = (this.#state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.#state / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  list<T>(most: number, of: readonly T[]): T[] {
    return Array.from({ length: this.below(most + 1) }, () => this.of(of));
  }
}

const changes: readonly ((model: OnnxModel, chance: Chance) => void)[] = [
  ({ graph: { inputs } }, chance) => {
    const info = chance.of(inputs);
    if (info?.dims !== undefined && info.dims.length > 0) info.dims[chance.below(info.dims.length)] = chance.of(extents);
  },
  ({ graph: { inputs } }, chance) => {
    const info = chance.of(inputs);
    if (info !== undefined) info.dims = chance.list(6, extents);
  },
  ({ graph: { inputs, initializers } }, chance) => {
    if (inputs.length > 0 && chance.next() < 0.5) chance.of(inputs).elemType = chance.of(types);
    else if (initializers.length > 0) chance.of(initializers).dataType = chance.of(types);
  },
  ({ graph: { initializers } }, chance) => {
    const tensor = chance.of(initializers);
    if (tensor === undefined) return;
    tensor.values = chance.list(5, wholes);
    tensor.dims = [tensor.values.length];
    tensor.storedElements = tensor.values.length;
  },
  ({ graph: { initializers } }, chance) => {
    const tensor = chance.of(initializers);
    if (tensor === undefined) return;
    tensor.dims[chance.below(tensor.dims.length + 1)] = chance.of(extents);
    delete tensor.values;
  },
  ({ graph: { nodes } }, chance) => {
    const attribute = chance.of(nodes[0]?.attributes ?? []);
    if (attribute === undefined) return;
    if (attribute.ints !== undefined) attribute.ints = chance.list(7, wholes);
    else if (attribute.i !== undefined) attribute.i = chance.of(wholes);
    else if (attribute.f !== undefined) attribute.f = chance.of(floats);
    else attribute.s = chance.of(['', 'x', 'SAME_UPPER', 'linear']);
  },
  ({ graph: { nodes } }, chance) => {
    const name = chance.of(names);
    const value = chance.next() < 0.5 ? chance.of(wholes) : chance.next() < 0.7 ? chance.list(6, wholes) : chance.of(['', 'x', 'VALID']);
    const node = nodes[0];
    if (node !== undefined) node.attributes = [...node.attributes.filter((attribute) => attribute.name !== name), attributeOf(name, value)];
  },
  ({ graph: { nodes } }, chance) => {
    const inputs = nodes[0]?.inputs ?? [];
    if (inputs.length > 0) inputs[chance.below(inputs.length)] = chance.of(['', 'i0', 'i1', 'o0']);
  },
  ({ graph: { nodes } }, chance) => {
    const inputs = nodes[0]?.inputs ?? [];
    inputs.length = chance.below(inputs.length + 1);
  },
  ({ graph: { nodes, outputs } }, chance) => {
    nodes[0]?.outputs.push(...chance.of([['p'], ['p', 'q'], ['', '', 'p'], ['p', 'q', 'r', 's']]));
    if (chance.next() < 0.5) outputs.push({ name: 'p', kind: 'tensor', elemType: 1, dims: undefined });
  },
];

test(`${rounds} mangled nodes are refused, or become documents that hold`, () => {
  const chance = new Chance(20_251_125);
  const cases: readonly NodeCase[] = families.flatMap((family) => casesOf(family));
  const ended = { documents: 0, refusals: 0 };
  for (let round = 0; round < rounds; round++) {
    const model = modelOfCase(chance.of(cases));
    for (let left = chance.below(3); left >= 0; left--) chance.of(changes)(model, chance);
    try {
      const { document, batch_size } = importOnnx(model, { batch_size: undefined, resolution: undefined, dims: new Map(), limits });
      ended.documents++;
      expect(() => measureDocument(JSON.parse(JSON.stringify(document)), { batch_size }), JSON.stringify(model.graph)).not.toThrow();
    } catch (error) {
      if (!(error instanceof InvalidArchitecture)) throw error;
      for (const { detail } of error.issues) expect(detail, JSON.stringify(model.graph)).not.toMatch(/undefined|\[object/u);
      ended.refusals++;
    }
  }
  expect(ended.documents).toBeGreaterThan(rounds / 10);
  expect(ended.refusals).toBeGreaterThan(rounds / 10);
});
