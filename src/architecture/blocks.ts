/**
 * Blocks: named groups of layers with parameters (`block-params.ts`), put in place by calls and repeated. A call with certain parameter values is an
 * *instance*; instances are made once each, so a block repeated a thousand times is substituted and checked once. Layers are counted by arithmetic over
 * instances before anything is expanded.
 */

import type * as z from 'zod';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, throwIfAny, throwIfMany, unique } from '../issue.ts';
import { Substitution } from './block-params.ts';
import type { ReadBlock, ReadDocument } from './document.ts';
import { callFields, checkLayer, isObject } from './document.ts';
import { fieldTable, readFields } from './fields.ts';
import type { Limits } from './limits.ts';
import { LargeNetwork, tensorsPerLayer } from './limits.ts';
import { didYouMean, quote } from './names.ts';
import type { LayerSpec, Posted } from './read-layer.ts';
import { readLayer } from './read-layer.ts';

/** Blocks inside blocks. */
const maxBlockDepth = 64;

const callTable = fieldTable([callFields]);

/** A call of a block, read. */
export interface CallSpec {
  readonly name: string | undefined;
  readonly inputs: readonly string[] | undefined;
  readonly repeat: number;
  readonly body: Instance;
  readonly path: Path;
}

export type Entry = LayerSpec | CallSpec;

export function isCall(entry: Entry): entry is CallSpec {
  return 'body' in entry;
}

/** A list of layers with parameters put in: the document itself, or a block for one set of values. */
export interface Instance {
  readonly block: ReadBlock | undefined;
  readonly entries: readonly Entry[];
}

/** The document's own layers, and the names of blocks that no call puts in place. */
export interface ReadLayers extends Instance {
  readonly uncalled: readonly string[];
}

interface Draft {
  readonly layers: readonly unknown[];
  readonly path: Path;
  /** Undefined for the document. */
  readonly block: ReadBlock | undefined;
  /** Drafts of the blocks that its calls name, by layer index. */
  readonly called: Map<number, Draft>;
  layerCount: number;
  /** References in `inputs` lists and in the lists of blocks, after expansion. */
  referenceCount: number;
  /** Levels of calls below it. */
  depth: number;
  instance: Instance | undefined;
}

/** All layers of a document, read; throws `InvalidArchitecture` where one does not hold or there are more than `maxLayers`, `LargeNetwork` above `inlineLayers`. */
export function readLayers(document: ReadDocument, { maxLayers, inlineLayers = maxLayers }: Limits): ReadLayers {
  const issues: Issue[] = [];
  const drafts = new Map<string, Draft>();
  let entries = 0;
  const substitution = new Substitution(issues, maxLayers);

  const root = draft(undefined, document.layers, ['layers']);
  countLayers(root, []);
  throwIfAny(unique(issues));
  if (root.layerCount > inlineLayers) throw new LargeNetwork();
  const instance = read(root);
  throwIfAny(unique(issues));
  const called = new Set([...drafts.values()].map(({ block }) => block?.name));
  return { ...instance, uncalled: [...document.blocks.keys()].filter((name) => !called.has(name)) };

  function draft(block: ReadBlock | undefined, layers: readonly unknown[], path: Path): Draft {
    return { block, layers, path, called: new Map(), layerCount: 0, referenceCount: 0, depth: 0, instance: undefined };
  }

  /** Sets `layerCount`; every distinct instance is visited once, and each of its entries stands for one layer or more. */
  function countLayers(draft: Draft, stack: readonly string[]): void {
    entries += draft.layers.length;
    if (entries > maxLayers) refuseCount(draft.path, entries);
    let layers = 0;
    let references = (draft.block?.inputs.length ?? 0) + (draft.block?.outputs?.length ?? 0);
    for (let index = 0; index < draft.layers.length; index++) {
      const layer = draft.layers[index];
      if (!isObject(layer)) continue;
      throwIfMany(issues);
      if (layer.type === 'block') {
        const callee = draftOf(layer, [...draft.path, index], stack);
        if (callee === undefined) continue;
        draft.called.set(index, callee);
        draft.depth = Math.max(draft.depth, callee.depth + 1);
        if (draft.depth > maxBlockDepth) refuseDepth([...draft.path, index]);
        const repeat = Number.isInteger(layer.repeat) && (layer.repeat as number) > 0 ? (layer.repeat as number) : 1;
        layers += callee.layerCount * repeat;
        references += callee.referenceCount * repeat;
      } else layers += layer.activation === undefined ? 1 : 2;
      references += Array.isArray(layer.inputs) ? layer.inputs.length : 1;
      if (layers > maxLayers) refuseCount([...draft.path, index], layers);
      if (references > maxLayers * tensorsPerLayer) refuseReferences([...draft.path, index], references);
    }
    draft.layerCount = layers;
    draft.referenceCount = references;
  }

  function refuseCount(path: Path, total: number): never {
    throw new InvalidArchitecture([
      { path, code: 'too_many_layers', detail: `the document expands to at least ${total} layers; at most ${maxLayers} are analysed` },
    ]);
  }

  function refuseDepth(path: Path): never {
    throw new InvalidArchitecture([
      { path: [...path, 'block'], code: 'too_deep', detail: `blocks nest deeper than ${maxBlockDepth} levels` },
    ]);
  }

  function refuseReferences(path: Path, total: number): never {
    const detail = `the layers read at least ${total} inputs in all; at most ${maxLayers * tensorsPerLayer} are analysed`;
    throw new InvalidArchitecture([{ path, code: 'too_large', detail }]);
  }

  function draftOf(call: Posted, path: Path, stack: readonly string[]): Draft | undefined {
    const name = call.block;
    // What is no text or has no block is reported when the call is read.
    if (typeof name !== 'string') return undefined;
    const block = document.blocks.get(name);
    if (block === undefined) return undefined;
    if (stack.includes(name)) {
      issues.push({
        path: [...path, 'block'],
        code: 'recursive_block',
        detail: `block ${quote(name)} contains itself: ${[...stack.slice(stack.indexOf(name)), name].join(' → ')}`,
      });
      return undefined;
    }
    // Before the descent, and again on the way back for what is known already.
    if (stack.length >= maxBlockDepth) refuseDepth(path);
    const values = substitution.bind(block, call.params, path);
    if (values === undefined) return undefined;
    const key = JSON.stringify([name, ...values.values()]);
    const known = drafts.get(key);
    if (known !== undefined) return known;
    const layersPath = ['blocks', name, 'layers'];
    const made = draft(block, substitution.layersOf(block, values, layersPath), layersPath);
    drafts.set(key, made);
    countLayers(made, [...stack, name]);
    return made;
  }

  function read(draft: Draft): Instance {
    if (draft.instance !== undefined) return draft.instance;
    const entriesRead: Entry[] = [];
    const instance: Instance = { block: draft.block, entries: entriesRead };
    draft.instance = instance;
    for (let index = 0; index < draft.layers.length; index++) {
      const layer = draft.layers[index];
      const path = [...draft.path, index];
      throwIfMany(issues);
      if (!checkLayer(layer, path, issues)) continue;
      const entry =
        layer.type === 'block' ? readCall(layer, path, draft.called.get(index)) : readLayer(layer, path, document.channelsLast, issues);
      if (entry !== undefined) entriesRead.push(entry);
    }
    return instance;
  }

  function readCall(layer: Posted, path: Path, callee: Draft | undefined): CallSpec | undefined {
    const before = issues.length;
    const [call] = readFields(callTable, layer, path, issues, 'a block call') as unknown as [z.output<z.ZodObject<typeof callFields>>];
    if (issues.length > before) return undefined;
    if (callee === undefined) {
      issues.push({
        path: [...path, 'block'],
        code: 'unknown_block',
        detail: `there is no block ${quote(call.block)}${didYouMean(call.block, document.blocks.keys())}`,
      });
      return undefined;
    }
    return { name: call.name, inputs: call.inputs, repeat: call.repeat, body: read(callee), path };
  }
}
