/** A functional model as the file wires it: its layers, the calls of each, its inputs and outputs. */

import { didYouMean, quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { ArgumentReader } from './argument-reader.ts';
import type { Argument, RawCall, Reference } from './arguments.ts';
import { leavesOf, referencesIn } from './arguments.ts';
import type { Entry } from './entry.ts';
import { isModel, readEntry } from './entry.ts';

export interface WiredLayer {
  readonly entry: Entry;
  readonly calls: readonly WiredCall[];
}

export interface WiredCall {
  readonly raw: RawCall;
  readonly reads: readonly Reference[];
  /** Who reads its outputs, with what they state of them. */
  readonly readers: Reference[];
}

export interface Structure {
  readonly layers: readonly WiredLayer[];
  readonly byName: ReadonlyMap<string, number>;
  readonly inputs: Argument<Reference>;
  readonly outputs: Argument<Reference>;
  /** First number of a layer's calls: 1 for a nested functional model, whose call 0 is its own making. */
  readonly first: readonly number[];
}

/** Reads the layers of a functional model; refuses names that repeat or are missing. */
export function readStructure(entry: Entry, maxDepth: number): Structure {
  const { config } = entry;
  const list = config.raw('layers');
  if (!Array.isArray(list)) return config.refuse('layers', 'a list of layers');
  const path = [...config.path, 'layers'];
  const byName = new Map<string, number>();
  const entries = list.map((value, index) => {
    const read = readEntry(value, [...path, index]);
    if (byName.has(read.name))
      throw new Refusal([...path, index, 'name'], 'duplicate_name', `two layers of one model are called ${quote(read.name)}`);
    byName.set(read.name, index);
    return read;
  });
  const reader = new ArgumentReader((name) => byName.has(name), maxDepth);
  const layers = entries.map((read, index) => ({ entry: read, calls: readCalls(reader, list[index], read.path) }));
  const inputs = reader.structure(config.raw('input_layers') ?? [], [...config.path, 'input_layers']);
  const outputs = reader.structure(config.raw('output_layers') ?? [], [...config.path, 'output_layers']);
  if (leavesOf<Reference>(outputs).length === 0) config.refuse('output_layers', 'a list of [layer, node, tensor]');
  const references = [...layers.flatMap(({ calls }) => calls.flatMap(({ reads }) => reads)), ...leavesOf<Reference>(outputs)];
  const structure = { layers, byName, inputs, outputs, first: firstCalls(layers, references, byName) };
  for (const reference of references) callOf(structure, reference)?.readers.push(reference);
  for (const reference of leavesOf<Reference>(inputs)) layerOf(structure, reference);
  return structure;
}

function readCalls(reader: ArgumentReader, value: unknown, path: Path): readonly WiredCall[] {
  const nodes = (value as { inbound_nodes?: unknown }).inbound_nodes ?? [];
  const at = [...path, 'inbound_nodes'];
  if (!Array.isArray(nodes)) throw new Refusal(at, 'invalid_value', `inbound_nodes must be a list; given ${quote(nodes)}`);
  return nodes.map((node, index) => {
    const raw = reader.call(node, [...at, index]);
    const reads: Reference[] = [];
    for (const argument of [...raw.args, ...raw.kwargs.values()]) referencesIn(argument, reads);
    return { raw, reads, readers: [] };
  });
}

function firstCalls(
  layers: readonly WiredLayer[],
  references: readonly Reference[],
  byName: ReadonlyMap<string, number>,
): readonly number[] {
  const first = new Array<number>(layers.length).fill(0);
  for (const { layer, node } of references) {
    const index = byName.get(layer);
    const wired = index === undefined ? undefined : layers[index];
    if (index !== undefined && wired !== undefined && isModel(wired.entry) && node > 0 && node === wired.calls.length) first[index] = 1;
  }
  return first;
}

/** The layer that a reference names; refuses a name of nothing. */
export function layerOf({ byName }: Structure, { layer, path }: Reference): number {
  const index = byName.get(layer);
  if (index !== undefined) return index;
  throw new Refusal(path, 'unknown_reference', `there is no layer ${quote(layer)} in this model${didYouMean(layer, byName.keys())}`);
}

/** The call that a reference names; undefined for an input, which is not called. Refuses a call that there is none of. */
export function callOf(structure: Structure, reference: Reference): WiredCall | undefined {
  const index = layerOf(structure, reference);
  const { entry, calls } = structure.layers[index] as WiredLayer;
  if (entry.className === 'InputLayer') return undefined;
  const call = calls[reference.node - (structure.first[index] as number)];
  if (call !== undefined) return call;
  const detail =
    calls.length === 0 ? 'has no inbound nodes: nothing calls it' : `is called ${calls.length} times; there is no call ${reference.node}`;
  throw new Refusal(reference.path, 'missing_node', `layer ${quote(reference.layer)} ${detail}`);
}
