/** Models inside out: a functional model's layers in an order in which each is ready, a sequential one's one after the other. */

import { quote } from '../../architecture/names.ts';
import { Refusal } from '../../issue.ts';
import type { DraftTensor } from '../draft.ts';
import type { Argument } from './arguments.ts';
import { Dictionary, leavesOf, type Reference, resolve } from './arguments.ts';
import type { Entry } from './entry.ts';
import { isSequential, readEntry } from './entry.ts';
import type { Network, StatedTensor } from './network.ts';
import { dtypeOf } from './policy.ts';
import type { Structure, WiredCall, WiredLayer } from './structure.ts';
import { callOf, layerOf, readStructure } from './structure.ts';

/** Output of a model, and where the file names it. */
export interface ModelOutput {
  readonly tensor: DraftTensor;
  readonly reference: Reference | undefined;
}

/** Puts a model's layers in place on `given`; rows are called `prefix` and the layer's name. */
export function placeModel(
  network: Network,
  entry: Entry,
  prefix: string,
  given: Argument<DraftTensor>,
  frozen: boolean,
): readonly ModelOutput[] {
  const isFrozen = frozen || entry.config.raw('trainable') === false;
  if (!isSequential(entry)) return new Placement(network, entry, prefix, isFrozen).place(given);
  let tensors = leavesOf<DraftTensor>(given);
  for (const layer of sequentialLayers(entry)) {
    if (layer.className === 'InputLayer') continue;
    const [first, ...others] = tensors;
    if (first === undefined) throw new Refusal(entry.path, 'missing_input', 'the model is called without a tensor');
    const occasion = { expected: 1, stated: [], frozen: isFrozen };
    tensors = network.apply(layer, prefix + layer.name, { args: [others.length === 0 ? first : tensors], kwargs: new Map() }, occasion);
  }
  return tensors.map((tensor) => ({ tensor, reference: undefined }));
}

export function sequentialLayers({ config }: Entry): readonly Entry[] {
  const list = config.raw('layers');
  if (!Array.isArray(list)) return config.refuse('layers', 'a list of layers');
  return list.map((layer, index) => readEntry(layer, [...config.path, 'layers', index]));
}

/** One placing of a functional model. */
class Placement {
  readonly #network: Network;
  readonly #structure: Structure;
  readonly #prefix: string;
  readonly #frozen: boolean;
  readonly #values = new Map<WiredCall, readonly DraftTensor[]>();
  readonly #given = new Map<number, DraftTensor>();

  constructor(network: Network, entry: Entry, prefix: string, frozen: boolean) {
    this.#network = network;
    this.#structure = network.structureOf(entry, () => readStructure(entry, network.limits.maxDepth));
    this.#prefix = prefix;
    this.#frozen = frozen;
  }

  place(given: Argument<DraftTensor>): readonly ModelOutput[] {
    this.#bind(given);
    const { layers, outputs } = this.#structure;
    for (const layer of layers) for (const call of layer.calls) this.#run(layer, call);
    return leavesOf<Reference>(outputs).map((reference) => ({ tensor: this.#valueOf(reference), reference }));
  }

  /** Gives the model's inputs their tensors: in order, or by name where they come in a dictionary. */
  #bind(given: Argument<DraftTensor>): void {
    const inputs = leavesOf<Reference>(this.#structure.inputs);
    const byName = given instanceof Dictionary && !(this.#structure.inputs instanceof Dictionary);
    const tensors = byName
      ? inputs.map(({ layer }) => leavesOf<DraftTensor>(given.entries.get(layer) ?? [])[0])
      : leavesOf<DraftTensor>(given);
    if (tensors.length !== inputs.length || tensors.some((tensor) => tensor === undefined)) {
      const path = inputs[0]?.path.slice(0, -1) ?? [];
      throw new Refusal(path, 'wrong_input_count', `the model has ${inputs.length} inputs, but is given ${tensors.length} tensors`);
    }
    for (let index = 0; index < inputs.length; index++)
      this.#given.set(layerOf(this.#structure, inputs[index] as Reference), tensors[index] as DraftTensor);
  }

  /** Calls a layer after all that it reads; an explicit stack, since a model may be tens of thousands of layers deep. */
  #run(layer: WiredLayer, call: WiredCall): void {
    if (this.#values.has(call)) return;
    const stack = [{ layer, call, next: 0 }];
    const waiting = new Set([call]);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const reference = frame.call.reads[frame.next++];
      if (reference === undefined) {
        this.#values.set(frame.call, this.#apply(frame.layer, frame.call));
        waiting.delete(frame.call);
        stack.pop();
        continue;
      }
      const read = this.#isGiven(reference) ? undefined : callOf(this.#structure, reference);
      if (read === undefined || this.#values.has(read)) continue;
      if (waiting.has(read))
        throw new Refusal(reference.path, 'cycle', `layer ${quote(reference.layer)} reads, through others, its own output`);
      waiting.add(read);
      stack.push({ layer: this.#structure.layers[layerOf(this.#structure, reference)] as WiredLayer, call: read, next: 0 });
    }
  }

  #apply({ entry }: WiredLayer, { raw, readers }: WiredCall): readonly DraftTensor[] {
    const expected = readers.reduce((most, { tensor }) => Math.max(most, Math.min(tensor, 4095) + 1), 1);
    const stated: (StatedTensor | undefined)[] = [];
    for (const { tensor, shape, dtype } of readers) {
      if (shape === undefined || tensor >= expected) continue;
      const whole = shape.map((extent, axis) => (axis === 0 ? (extent ?? this.#network.batch) : extent));
      if (whole.every((extent) => extent !== null && extent > 0)) stated[tensor] = { shape: whole as number[], dtype: dtypeOf(dtype) };
    }
    const args = raw.args.map((argument) => resolve(argument, (reference) => this.#valueOf(reference)));
    const kwargs = new Map([...raw.kwargs].map(([key, argument]) => [key, resolve(argument, (reference) => this.#valueOf(reference))]));
    return this.#network.apply(entry, this.#prefix + entry.name, { args, kwargs }, { expected, stated, frozen: this.#frozen });
  }

  #isGiven(reference: Reference): boolean {
    return this.#given.has(layerOf(this.#structure, reference));
  }

  #valueOf(reference: Reference): DraftTensor {
    const given = this.#given.get(layerOf(this.#structure, reference));
    if (given !== undefined) return given;
    const call = callOf(this.#structure, reference);
    if (call === undefined)
      throw new Refusal(reference.path, 'unknown_reference', `${quote(reference.layer)} is an input that input_layers does not list`);
    const outputs = this.#values.get(call) ?? [];
    const tensor = outputs[reference.tensor];
    if (tensor !== undefined) return tensor;
    const detail = `asks for output ${reference.tensor}, but ${quote(reference.layer)} has ${outputs.length}`;
    throw new Refusal(reference.path, 'unknown_output', detail);
  }
}
