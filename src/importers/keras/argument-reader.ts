/**
 * Reads what a layer is called with. Version 3 writes `{ "args": […], "kwargs": {…} }` with tensors as `__keras_tensor__` objects, version 2 a list of
 * `[layer, node, tensor, kwargs]`.
 */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import type { Argument, Plain, RawCall } from './arguments.ts';
import { Dictionary, ellipsis, Reference, Slice } from './arguments.ts';

export class ArgumentReader {
  /** Whether a name is a layer's, so that version 2's `["dense", 0, 0]` among keyword arguments is told from a list. */
  readonly #isLayer: (name: string) => boolean;
  readonly #maxDepth: number;

  constructor(isLayer: (name: string) => boolean, maxDepth: number) {
    this.#isLayer = isLayer;
    this.#maxDepth = maxDepth;
  }

  call(node: unknown, path: Path): RawCall {
    if (isObject(node)) {
      const args = node.args ?? [];
      const kwargs = node.kwargs ?? {};
      if (!Array.isArray(args)) throw new Refusal([...path, 'args'], 'invalid_value', `args must be a list; given ${quote(args)}`);
      if (!isObject(kwargs)) throw new Refusal([...path, 'kwargs'], 'invalid_value', `kwargs must be an object; given ${quote(kwargs)}`);
      return {
        args: args.map((arg, index) => this.#read(arg, [...path, 'args', index], 0)),
        kwargs: this.#map(kwargs, [...path, 'kwargs'], 0),
        path,
      };
    }
    if (!Array.isArray(node))
      throw new Refusal(path, 'invalid_value', `an inbound node is a list, or an object with args and kwargs; given ${quote(node)}`);
    if (typeof node[0] === 'string') return this.#listed([node], path, path);
    return this.#listed(node, path, undefined);
  }

  /** References in `input_layers` and `output_layers`, which may be nested in lists and dictionaries. */
  structure(value: unknown, path: Path, depth = 0): Argument<Reference> {
    this.#bound(path, depth);
    if (isTriple(value)) return new Reference(value[0], value[1], value[2], path);
    if (Array.isArray(value)) return value.map((entry, index) => this.structure(entry, [...path, index], depth + 1));
    if (isObject(value))
      return new Dictionary(new Map(Object.entries(value).map(([key, entry]) => [key, this.structure(entry, [...path, key], depth + 1)])));
    throw new Refusal(path, 'invalid_value', `a tensor is named by [layer, node, tensor]; given ${quote(value)}`);
  }

  /** Version 2: items of one node; `single` is the path of the only one where the node is not a list of them. */
  #listed(items: readonly unknown[], path: Path, single: Path | undefined): RawCall {
    const args: Argument<Reference>[] = [];
    let kwargs: ReadonlyMap<string, Argument<Reference>> = new Map();
    for (let index = 0; index < items.length; index++) {
      const at = single ?? [...path, index];
      const item = items[index];
      if (!Array.isArray(item) || typeof item[0] !== 'string') {
        args.push(this.#read(item, at, 0));
        continue;
      }
      if (item[0] === '_CONSTANT_VALUE') args.push(this.#read(item[2], [...at, 2], 0));
      else if (isTriple(item)) args.push(new Reference(item[0], item[1], item[2], at));
      else throw new Refusal(at, 'invalid_value', `a tensor is named by [layer, node, tensor]; given ${quote(item)}`);
      if (kwargs.size === 0 && isObject(item[3])) kwargs = this.#map(item[3], [...at, 3], 0);
    }
    return { args: args.length === 1 ? args : [args], kwargs, path };
  }

  #map(values: Readonly<Record<string, unknown>>, path: Path, depth: number): ReadonlyMap<string, Argument<Reference>> {
    return new Map(Object.entries(values).map(([key, value]) => [key, this.#read(value, [...path, key], depth)]));
  }

  #read(value: unknown, path: Path, depth: number): Argument<Reference> {
    this.#bound(path, depth);
    if (Array.isArray(value)) {
      if (isTriple(value) && this.#isLayer(value[0])) return new Reference(value[0], value[1], value[2], path);
      return value.map((entry, index) => this.#read(entry, [...path, index], depth + 1));
    }
    if (!isObject(value)) return value as Plain;
    const config = isObject(value.config) ? value.config : {};
    if (value.class_name === '__keras_tensor__') return this.#tensor(config, [...path, 'config']);
    if (value.class_name === '__tuple__' && Array.isArray(value.items)) return this.#read(value.items, [...path, 'items'], depth + 1);
    // A tensor of numbers that was there when the model was built.
    if (value.class_name === '__tensor__' || value.class_name === '__numpy__')
      return this.#read(config.value ?? null, [...path, 'config', 'value'], depth + 1);
    if (value.class_name === '__ellipsis__') return ellipsis;
    if (value.class_name === '__slice__') return this.#slice(config, [...path, 'config'], depth);
    // Version 2 writes a slice without its class.
    if ('start' in value && 'stop' in value && 'step' in value) return this.#slice(value, path, depth);
    return new Dictionary(this.#map(value, path, depth + 1));
  }

  #slice(config: Readonly<Record<string, unknown>>, path: Path, depth: number): Slice<Argument<Reference>> {
    const part = (key: string) => this.#read(config[key] ?? null, [...path, key], depth + 1);
    return new Slice([part('start'), part('stop'), part('step')]);
  }

  #tensor(config: Readonly<Record<string, unknown>>, path: Path): Reference {
    const history = config.keras_history;
    if (!isTriple(history))
      throw new Refusal(
        [...path, 'keras_history'],
        'invalid_value',
        `keras_history must be [layer, node, tensor]; given ${quote(history)}`,
      );
    const { shape, dtype } = config;
    const stated = Array.isArray(shape) && shape.every((extent) => extent === null || Number.isInteger(extent)) ? shape : undefined;
    return new Reference(
      history[0],
      history[1],
      history[2],
      [...path, 'keras_history'],
      stated,
      typeof dtype === 'string' ? dtype : undefined,
    );
  }

  #bound(path: Path, depth: number): void {
    if (depth > this.#maxDepth) throw new Refusal(path.slice(0, 8), 'too_deep', `arguments are nested more than ${this.#maxDepth} deep`);
  }
}

function isTriple(value: unknown): value is readonly [string, number, number] {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return false;
  return typeof value[0] === 'string' && isIndex(value[1]) && isIndex(value[2]) && (value.length === 3 || isObject(value[3]));
}

function isIndex(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
