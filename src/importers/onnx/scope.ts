/** What the names of a graph stand for while it is translated, and what the file states of its tensors. */

import type { Shape, TensorType } from '../../tensor/shape.ts';
import type { Value } from '../value.ts';
import { rehearsing } from '../value.ts';
import { dtypeOf } from './element-types.ts';
import type { OnnxAttribute, ValueInfo } from './model.ts';

/** Names of one graph, or of one call of a function, on top of those around it. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #stated = new Map<string, ValueInfo>();
  readonly outer: Scope | undefined;
  readonly dims: ReadonlyMap<string, number>;
  /** In front of the names of rows. */
  readonly prefix: string;
  /** What references of a function body stand for. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly opsets: ReadonlyMap<string, number>;
  readonly depth: number;

  constructor(parts: Pick<Scope, 'outer' | 'dims' | 'prefix' | 'attributes' | 'opsets'>, around = parts.outer?.depth ?? 0) {
    this.outer = parts.outer;
    this.dims = parts.dims;
    this.prefix = parts.prefix;
    this.attributes = parts.attributes;
    this.opsets = parts.opsets;
    this.depth = around + 1;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.outer?.get(name);
  }

  /** Whether this scope itself has the name. */
  owns(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  state(infos: readonly ValueInfo[]): void {
    for (const info of infos) this.#stated.set(info.name, info);
  }

  /** What the file states of a tensor: its shape where every extent is a number or a symbol that is bound. */
  stated(name: string): { readonly shape: Shape | undefined; readonly dtype: TensorType['dtype'] | undefined } | undefined {
    const info = this.#stated.get(name);
    // Of a list the file states its elements.
    if (info === undefined || info.kind === 'sequence' || info.kind === 'map') return undefined;
    const shape = info.dims?.map((dim) => (typeof dim === 'string' ? this.dims.get(dim) : dim));
    const whole = shape?.every((extent): extent is number => extent !== undefined && extent > 0) ? (shape as Shape) : undefined;
    return { shape: whole, dtype: dtypeOf(info.elemType) };
  }

  /** The same names for a rehearsal, whose rows must not become rows of the document. */
  rehearsal(): Scope {
    return new RehearsalScope({ outer: this, dims: this.dims, prefix: this.prefix, attributes: this.attributes, opsets: this.opsets });
  }

  /** Names that a message may suggest. */
  names(): Iterable<string> {
    return this.#values.keys();
  }
}

class RehearsalScope extends Scope {
  readonly #seen = new Map<string, Value>();

  override get(name: string): Value | undefined {
    const seen = this.#seen.get(name);
    const value = super.get(name);
    if (seen !== undefined || value === undefined) return seen;
    const rehearsed = rehearsing(value);
    this.#seen.set(name, rehearsed);
    return rehearsed;
  }

  override stated(name: string): ReturnType<Scope['stated']> {
    return this.outer?.stated(name);
  }
}
