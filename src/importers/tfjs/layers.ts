/**
 * Layers models of TensorFlow.js: Keras's JSON of version 2, and a manifest of weights with names, shapes and the types that they are stored in. The
 * manifest is held against the layers; a quantised weight counts with its stored width.
 */

import { analyze } from '../../analysis/analyze.ts';
import { conventions } from '../../analysis/conventions.ts';
import { buildGraph } from '../../architecture/build-graph.ts';
import { quote } from '../../architecture/names.ts';
import type { DType } from '../../tensor/dtype.ts';
import { productOf } from '../../tensor/product.ts';
import type { Imported, ImportNote, ImportOptions } from '../imported.ts';
import { importKeras } from '../keras/index.ts';
import { levelsOfFile, requireNesting } from '../keras/nesting.ts';
import type { ManifestWeight } from './manifest.ts';
import { readManifest } from './manifest.ts';

/** Reads a parsed `model.json` of format "layers-model"; throws `InvalidArchitecture` with every issue. */
export function importTfjsLayers(json: unknown, options: ImportOptions): Imported {
  requireNesting(json, levelsOfFile * options.limits.maxDepth);
  const weights = readManifest(json);
  const imported = importKeras(json, options, {
    types: storedTypes(weights),
    shapes: new Map(weights.map(({ name, shape }) => [name, shape])),
  });
  const notes = weights.length === 0 ? [] : disagreement(imported, weights, options);
  return { ...imported, format: 'tfjs', diagnostics: [...imported.diagnostics, ...mixedTypes(weights), ...notes] };
}

/** Each prefix of a weight's name up to its last part, as `dense/kernel` is a weight of `dense`. */
function ownersOf(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** The stored type of a layer's largest weight, where it is quantised. */
function storedTypes(weights: readonly ManifestWeight[]): ReadonlyMap<string, DType> {
  const largest = new Map<string, ManifestWeight>();
  for (const weight of weights)
    for (const owner of ownersOf(weight.name)) {
      const known = largest.get(owner);
      if (known === undefined || productOf(known.shape) < productOf(weight.shape)) largest.set(owner, weight);
    }
  return new Map([...largest].flatMap(([owner, { stored }]) => (stored === undefined ? [] : [[owner, stored] as const])));
}

/** A layer has one type for all its weights here: where the file has several, the bytes are not those of its weight files. */
function mixedTypes(weights: readonly ManifestWeight[]): readonly ImportNote[] {
  const types = new Map<string, DType | undefined>();
  const mixed = new Set<string>();
  for (const { name, stored } of weights) {
    const owner = ownersOf(name).at(-1) ?? '';
    if (types.has(owner) && types.get(owner) !== stored) mixed.add(owner);
    types.set(owner, stored);
  }
  if (mixed.size === 0) return [];
  const some = [...mixed].slice(0, 4).map(quote).join(', ');
  const detail = `weights of ${some}${mixed.size > 4 ? `, … (${mixed.size} layers)` : ''} are stored in several types; each layer is accounted in that of its largest`;
  return [{ code: 'mixed_weight_types', severity: 'info', layer: undefined, at: ['weightsManifest'], detail }];
}

/** A warning where the manifest holds another number of weights than the layers have, with the layers that differ. */
function disagreement(
  { document, batch_size }: Imported,
  weights: readonly ManifestWeight[],
  { limits }: ImportOptions,
): readonly ImportNote[] {
  const graph = buildGraph(document, { batch_size, resolution: undefined, limits });
  const counted = new Map<string, number>();
  let total = 0;
  for (const { layer, weights: own } of analyze(graph, undefined, conventions.standard, limits).layers) {
    // A layer of unknown weights cannot be held against anything.
    if (own === undefined) return [];
    const numbers = own.parameters + own.buffers;
    const owner = layer.name.replace(/#\d+(?=\/|$)/g, '');
    for (const name of [owner, ...ownersOf(owner)]) counted.set(name, (counted.get(name) ?? 0) + numbers);
    total += numbers;
  }
  const stored = weights.reduce((sum, { shape }) => sum + productOf(shape), 0);
  if (stored === total) return [];
  const listed = new Map<string, number>();
  for (const { name, shape } of weights) for (const owner of ownersOf(name)) listed.set(owner, (listed.get(owner) ?? 0) + productOf(shape));
  const differing = [...listed].filter(([name, numbers]) => counted.has(name) && counted.get(name) !== numbers);
  const some = differing.slice(0, 4).map(([name, numbers]) => `${quote(name)} has ${counted.get(name)} against ${numbers}`);
  const named = some.length === 0 ? '' : `: ${some.join(', ')}${differing.length > some.length ? ', …' : ''}`;
  const detail = `weightsManifest holds ${stored} numbers, the layers have ${total}${named}`;
  return [{ code: 'weights_mismatch', severity: 'warning', layer: undefined, at: ['weightsManifest'], detail }];
}
