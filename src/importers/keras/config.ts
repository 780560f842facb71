/**
 * A layer's configuration as Keras writes it, read key by key. What is not as it should be is a `Refusal` whose `at` is the whole path in the sent JSON.
 */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Posted } from '../../architecture/read-layer.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { maxExtent } from '../../tensor/shape.ts';

function isWhole(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= maxExtent;
}

const whole = (least: number): string => (least === 1 ? 'a whole number of at least 1' : `a whole number of at least ${least}`);

export class Config {
  readonly path: Path;
  readonly #values: Posted;

  constructor(values: Posted, path: Path) {
    this.#values = values;
    this.path = path;
  }

  /** The value of a key; undefined where it is absent. */
  raw(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  /** Whether a key has a value other than null. */
  has(key: string): boolean {
    return (this.raw(key) ?? undefined) !== undefined;
  }

  /** Refuses the value of a key, or its absence. */
  refuse(key: string, wanted: string): never {
    const value = this.raw(key);
    if (value === undefined) throw new Refusal(this.path, 'missing_key', `${key} is missing; it must be ${wanted}`);
    throw new Refusal([...this.path, key], 'invalid_value', `${key} must be ${wanted}; given ${quote(value)}`);
  }

  /** A whole number of at least `least`. */
  count(key: string, fallback?: number, least = 1): number {
    const value = this.raw(key) ?? fallback;
    return isWhole(value, least) ? value : this.refuse(key, whole(least));
  }

  /** Any whole number, as an axis is. */
  integer(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    return isWhole(value, -maxExtent) ? value : this.refuse(key, 'a whole number');
  }

  number(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.refuse(key, 'a number');
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback;
    return typeof value === 'boolean' ? value : this.refuse(key, 'true or false');
  }

  text(key: string, fallback?: string): string {
    const value = this.raw(key) ?? fallback;
    return typeof value === 'string' ? value : this.refuse(key, 'text');
  }

  /** One of several words; Keras reads them without regard to case. */
  word<W extends string>(key: string, words: readonly W[], fallback: W): W {
    const value = this.raw(key) ?? fallback;
    const found = words.find((word) => typeof value === 'string' && word === value.toLowerCase());
    return found ?? this.refuse(key, words.map((word) => `"${word}"`).join(' or '));
  }

  /** One number for each of `rank` axes, written as a list or as one number. */
  spread(key: string, rank: number, fallback?: number): readonly number[] {
    const value = this.raw(key) ?? fallback;
    if (isWhole(value, 1)) return new Array<number>(rank).fill(value);
    if (Array.isArray(value) && value.length === rank && value.every((entry) => isWhole(entry, 1))) return value;
    return this.refuse(key, rank === 1 ? whole(1) : `${whole(1)}, or a list of ${rank}`);
  }

  /** A list of whole numbers, or one. */
  integers(key: string, fallback?: readonly number[]): readonly number[] {
    const value = this.raw(key) ?? fallback;
    if (isWhole(value, -maxExtent)) return [value];
    if (Array.isArray(value) && value.length <= 64 && value.every((entry) => isWhole(entry, -maxExtent))) return value;
    return this.refuse(key, 'a list of whole numbers');
  }

  /** [before, after] for each of `rank` axes: one number, one per axis, or a pair per axis. */
  pairs(key: string, rank: number): readonly (readonly [number, number])[] {
    const value = this.raw(key);
    if (isWhole(value, 0)) return Array.from({ length: rank }, () => [value, value] as const);
    if (Array.isArray(value)) {
      if (rank === 1 && value.length === 2 && value.every((entry) => isWhole(entry, 0))) return [[value[0] as number, value[1] as number]];
      const pairs = value.flatMap((entry): (readonly [number, number])[] => {
        if (isWhole(entry, 0)) return [[entry, entry]];
        return Array.isArray(entry) && entry.length === 2 && entry.every((side) => isWhole(side, 0))
          ? [[entry[0] as number, entry[1] as number]]
          : [];
      });
      if (pairs.length === rank && value.length === rank) return pairs;
    }
    return this.refuse(key, `[before, after] for each of ${rank} axes`);
  }

  /** An object inside. */
  inner(key: string): Config {
    const value = this.raw(key);
    return isObject(value) ? new Config(value, [...this.path, key]) : this.refuse(key, 'an object');
  }
}
