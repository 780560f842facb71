/** One node of a foreign graph as it becomes rows of the document: what it reads, and the rows that it adds, with stored tensors as their weights where they can be. */

import { quote } from '../architecture/names.ts';
import type { Posted } from '../architecture/read-layer.ts';
import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';
import { bitsOf, isFloating, promote } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Draft } from './draft.ts';
import type { Value } from './value.ts';
import { flowing } from './value.ts';
import type { Role, Weights } from './weights.ts';
import { wholeSources } from './weights.ts';

/** A value in the part that a native layer has for it. */
export interface Part {
  readonly role: string;
  readonly value: Value;
  /** As the native layer lays it. */
  readonly shape: Shape;
}

/** Where rows go. */
export interface Target {
  readonly draft: Draft;
  readonly weights: Weights;
}

export class NodeRows {
  readonly #target: Target;
  /** Operator, as messages and `custom` rows call it. */
  readonly type: string;
  /** Name of its row. */
  readonly name: string;
  /** Place of the node in the file. */
  readonly at: Path;
  readonly inputs: readonly (Value | undefined)[];

  constructor(target: Target, type: string, name: string, at: Path, inputs: readonly (Value | undefined)[]) {
    this.#target = target;
    this.type = type;
    this.name = name;
    this.at = at;
    this.inputs = inputs;
  }

  /** How many outputs a row has that does not know its own. */
  get outputs(): number {
    return 1;
  }

  /** Input `index`, which must be there. */
  input(index: number): Value {
    const value = this.inputs[index];
    if (value === undefined) throw this.refusal('wrong_input_count', `${this.type} needs its input ${index}, which is absent`);
    return value;
  }

  /** Shape of input `index`; the walk has made sure that it is known. */
  shape(index: number): Shape {
    return this.input(index).shape ?? [];
  }

  /** Adds the node's row: `layer` is its type and attributes. */
  add(layer: Posted, inputs: readonly Value[] = [this.input(0)], expected?: number): Value[] {
    const name = layer.name ?? this.name;
    const added = this.#target.draft.add(
      { ...layer, name },
      inputs.map((value) => value.tensor()),
      this.at,
      expected ?? this.outputs,
    );
    return added.map(flowing);
  }

  /** Adds a row that the node needs beside its own, called `<node>/<part>`. */
  addPart(part: string, layer: Posted, inputs: readonly Value[]): Value {
    return this.add({ ...layer, name: `${this.name}/${part}` }, inputs, 1)[0] as Value;
  }

  /**
   * Adds the node's row with `parts` as weights of its own, or as those that another layer has already; undefined, and nothing added, where one of them
   * is no stored tensor or is needed as a row of its own: the caller then passes them as inputs.
   */
  addOwning(layer: Posted, inputs: readonly Value[], parts: readonly Part[]): Value[] | undefined {
    const { draft, weights } = this.#target;
    const roles: Role[] = [];
    for (const { role, value, shape } of parts) {
      const { weight, pieces = [] } = value;
      if (weight !== undefined) roles.push({ role, source: weight, shape });
      else {
        const sources = pieces.length === 0 ? undefined : wholeSources(pieces);
        if (sources === undefined) return undefined;
        roles.push(...sources.map((source, index) => ({ role: `${role} ${index}`, source, shape: source.shape })));
      }
    }
    const claim = weights.claim(roles);
    if (claim === undefined) return undefined;
    const stored = roles[0]?.source.dtype;
    // The output has the type of the first input, whatever the weights are stored as.
    const own = inputs[0]?.dtype;
    const keeps = stored === undefined || own === undefined || !isFloating(own) || promote(own, stored) === own;
    const types = {
      ...(keeps || layer.dtype !== undefined ? {} : { dtype: own }),
      ...(stored === undefined || stored === draft.modelDtype || layer.weight_dtype !== undefined ? {} : { weight_dtype: stored }),
    };
    const bias = roles.find(({ role }) => role === 'bias')?.source.dtype;
    const biases = bias === undefined || bias === (layer.weight_dtype ?? stored) ? {} : { bias_dtype: bias };
    const outputs = this.add({ ...layer, ...types, ...biases, ...claim }, inputs);
    const layerName = outputs[0]?.tensor().text;
    if (claim.shares === undefined && layerName !== undefined) weights.give(roles, layerName);
    const other = roles.find(({ role, source }) => role !== 'bias' && bitsOf(source.dtype) !== bitsOf(stored ?? source.dtype))?.source;
    if (other !== undefined && claim.shares === undefined)
      draft.note(
        'approximated',
        'info',
        layerName,
        this.at,
        `${quote(other.name)} is stored as ${other.dtype}; its bytes are counted as those of the layer's ${stored} weights`,
      );
    return outputs;
  }

  refusal(code: string, detail: string): Refusal {
    return new Refusal([], code, detail);
  }
}
