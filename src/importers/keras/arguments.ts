/**
 * What a layer is called with, whatever the version of the file: values, lists, dictionaries, slices, and references to outputs of other layers, which
 * become tensors once these are known.
 */

import type { Path } from '../../issue.ts';

/** Output `tensor` of call `node` of a layer. */
export class Reference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
  readonly path: Path;
  /** Shape and type as the caller states them, null for an unknown extent. */
  readonly shape: readonly (number | null)[] | undefined;
  readonly dtype: string | undefined;

  constructor(layer: string, node: number, tensor: number, path: Path, shape?: readonly (number | null)[], dtype?: string) {
    this.layer = layer;
    this.node = node;
    this.tensor = tensor;
    this.path = path;
    this.shape = shape;
    this.dtype = dtype;
  }
}

export class Dictionary<T> {
  readonly entries: ReadonlyMap<string, T>;

  constructor(entries: ReadonlyMap<string, T>) {
    this.entries = entries;
  }
}

/** A part of an index: `start:stop:step`. */
export class Slice<T> {
  readonly parts: readonly [start: T, stop: T, step: T];

  constructor(parts: readonly [start: T, stop: T, step: T]) {
    this.parts = parts;
  }
}

/** `...` in an index. */
export const ellipsis = '...';

/** A value in arguments, tensors being `T`. */
export type Argument<T> = T | Dictionary<Argument<T>> | Slice<Argument<T>> | Plain | readonly Argument<T>[];
export type Plain = string | number | boolean | null;

export interface Arguments<T> {
  readonly args: readonly Argument<T>[];
  readonly kwargs: ReadonlyMap<string, Argument<T>>;
}

export interface RawCall extends Arguments<Reference> {
  readonly path: Path;
}

/** A value of a configuration as an argument: numbers, texts and lists of them; an object is none. */
export function plainValue(value: unknown, depth = 0): Plain | readonly Argument<never>[] | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return Array.isArray(value) && depth < 8 ? value.map((entry) => plainValue(entry, depth + 1) ?? null) : undefined;
}

/** Every reference in arguments, in order. */
export function referencesIn(argument: Argument<Reference>, into: Reference[] = []): Reference[] {
  if (argument instanceof Reference) into.push(argument);
  else if (argument instanceof Dictionary) for (const entry of argument.entries.values()) referencesIn(entry, into);
  else if (argument instanceof Slice) for (const part of argument.parts) referencesIn(part, into);
  else if (Array.isArray(argument)) for (const entry of argument) referencesIn(entry, into);
  return into;
}

/** Arguments with every reference replaced by what it stands for. */
export function resolve<T>(argument: Argument<Reference>, read: (reference: Reference) => T): Argument<T> {
  if (argument instanceof Reference) return read(argument);
  if (argument instanceof Dictionary)
    return new Dictionary(new Map([...argument.entries].map(([key, entry]) => [key, resolve(entry, read)])));
  if (argument instanceof Slice) {
    const [start, stop, step] = argument.parts;
    return new Slice([resolve(start, read), resolve(stop, read), resolve(step, read)]);
  }
  return Array.isArray(argument) ? argument.map((entry) => resolve(entry, read)) : (argument as Argument<T>);
}

/** The tensors in a structure in TensorFlow's order: lists as they stand, dictionaries by their keys. */
export function leavesOf<T extends object>(argument: Argument<T>): readonly T[] {
  if (Array.isArray(argument)) return argument.flatMap(leavesOf) as T[];
  if (argument instanceof Dictionary)
    return [...argument.entries].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, entry]) => leavesOf<T>(entry));
  if (typeof argument !== 'object' || argument === null || argument instanceof Slice) return [];
  return [argument as T];
}
