/** A layer as the file has it: class, name, configuration. */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { Config } from './config.ts';

export interface Entry {
  readonly className: string;
  /** Module that version 3 names beside the class: `keras.layers`, `keras.src.ops.numpy`. */
  readonly module: string | undefined;
  /** Registered under a package of its own (`Custom>Scale`): not a layer of Keras. */
  readonly registered: boolean;
  readonly name: string;
  readonly config: Config;
  /** What the layer was built on, where version 3 says it. */
  readonly build: Config | undefined;
  readonly path: Path;
  /** What its weights are known by: the same for every call. */
  readonly key: string;
}

/** Keys and indices that lead to a layer in a layer …, each of which takes three. */
const longestPath = 256;

/** Reads `{ "class_name", "config" }` at `path`; refuses what is none. */
export function readEntry(value: unknown, path: Path): Entry {
  if (path.length > longestPath) throw new Refusal(path.slice(0, 8), 'too_deep', 'layers are nested too deep in one another');
  if (!isObject(value)) throw new Refusal(path, 'invalid_value', `a layer is an object with class_name and config; given ${quote(value)}`);
  const outer = new Config(value, path);
  const className = outer.text('class_name');
  const listed = Array.isArray(value.config) && className === 'Sequential';
  // Keras 1 wrote a Sequential's layers straight into config.
  const config = listed ? new Config({ layers: value.config }, path) : outer.inner('config');
  const name = config.raw('name') ?? outer.raw('name');
  const module = outer.raw('module');
  const registered = outer.raw('registered_name');
  const shared = outer.raw('shared_object_id');
  return {
    className: className.includes('>') ? className.slice(className.lastIndexOf('>') + 1) : className,
    registered: `${className}${String(registered)}`.includes('>'),
    module: typeof module === 'string' ? module : undefined,
    name: typeof name === 'string' && name !== '' ? name : className.toLowerCase(),
    config,
    build: isObject(outer.raw('build_config')) ? outer.inner('build_config') : undefined,
    path,
    key: typeof shared === 'number' ? `shared ${shared}` : path.join('\n'),
  };
}

const models = new Set(['Functional', 'Model', 'Sequential', 'Container']);

/** A model in place of a layer: one of Keras's own, or a subclass that is written as a functional one. */
export function isModel(entry: Entry): boolean {
  return Array.isArray(entry.config.raw('layers')) && (models.has(entry.className) || entry.config.has('input_layers'));
}

export function isSequential(entry: Entry): boolean {
  return entry.className === 'Sequential' || !entry.config.has('input_layers');
}
