/**
 * Parameters of blocks: values are bound for a call and put in place of "$name". How much that makes is bounded while it is made, since lists may be
 * put into lists, and a block may be called with ever other values.
 */

import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, throwIfMany } from '../issue.ts';
import type { ReadBlock } from './document.ts';
import { isObject, maxParameterSize } from './document.ts';
import { tensorsPerLayer } from './limits.ts';
import { didYouMean, quote } from './names.ts';

/** Characters of text that count as one value. */
const charactersPerValue = 64;

export type Values = ReadonlyMap<string, unknown>;

/** Substitution in one document; what is wrong is added to its issues. */
export class Substitution {
  readonly #issues: Issue[];
  /** Values that may be looked at in all. */
  readonly #most: number;
  #seen = 0;

  constructor(issues: Issue[], maxLayers: number) {
    this.#issues = issues;
    this.#most = maxLayers * tensorsPerLayer;
  }

  /** Values of a block's parameters for the call at `path`, in the order the block declares them. */
  bind(block: ReadBlock, given: unknown, path: Path): Values | undefined {
    const issues = this.#issues;
    const sent = isObject(given) ? given : {};
    const before = issues.length;
    for (const key of Object.keys(sent)) {
      if (!Object.hasOwn(block.params, key)) {
        issues.push({
          path: [...path, 'params', key],
          code: 'unknown_parameter',
          detail: `block ${quote(block.name)} has no parameter ${quote(key)}${didYouMean(key, Object.keys(block.params))}`,
        });
        throwIfMany(issues);
      }
    }
    const values = new Map<string, unknown>();
    let size = 0;
    for (const [key, fallback] of Object.entries(block.params)) {
      const value = Object.hasOwn(sent, key) ? sent[key] : fallback;
      if (value === null)
        issues.push({
          path: [...path, 'params'],
          code: 'missing_parameter',
          detail: `block ${quote(block.name)} needs a value for parameter ${quote(key)}`,
        });
      size += sizeOf(value, maxParameterSize - size);
      values.set(key, value);
    }
    if (size > maxParameterSize)
      issues.push({
        path: [...path, 'params'],
        code: 'too_large',
        detail: `the parameters of a call may hold ${maxParameterSize} values, lists counted entry by entry and text by ${charactersPerValue} characters`,
      });
    this.#count(size, path);
    throwIfMany(issues);
    return issues.length > before ? undefined : values;
  }

  /** The layers of a block that stand at `path`, with `values` put in. */
  layersOf(block: ReadBlock, values: Values, path: Path): readonly unknown[] {
    return block.layers.map((layer, index) => this.#substitute(layer, values, [...path, index], true));
  }

  #substitute(value: unknown, values: Values, path: Path, isLayer: boolean): unknown {
    this.#count(typeof value === 'string' ? sizeOfText(value) : 1, path);
    if (typeof value === 'string') {
      if (!value.startsWith('$')) return value;
      const name = value.slice(1);
      if (values.has(name)) return values.get(name);
      this.#issues.push({
        path,
        code: 'unknown_parameter',
        detail: `the block has no parameter ${quote(name)}${didYouMean(name, values.keys())}`,
      });
      throwIfMany(this.#issues);
      return value;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, index) => this.#substitute(item, values, [...path, index], false));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        isLayer && isIgnored(key) ? item : this.#substitute(item, values, [...path, key], isLayer && key === 'activation'),
      ]),
    );
  }

  #count(size: number, path: Path): void {
    this.#seen += size;
    if (this.#seen > this.#most) {
      const detail = `the blocks, each as often as it is called with other parameters, hold at least ${this.#seen} values; at most ${this.#most} are analysed`;
      throw new InvalidArchitecture([{ path, code: 'too_large', detail }]);
    }
  }
}

function isIgnored(key: string): boolean {
  return key === 'description' || key === 'metadata';
}

function sizeOfText(text: string): number {
  return 1 + Math.floor(text.length / charactersPerValue);
}

/** Values in `value`, counted up to just above `limit`. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return sizeOfText(value);
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const item of Object.values(value)) {
    size += sizeOf(item, limit - size);
    if (size > limit) break;
  }
  return size;
}
