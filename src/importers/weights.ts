/**
 * Stored tensors and which layer holds each: a convolution owns its weight, a second one that reads the same tensors shares them, and a tensor that is
 * read in other ways as well becomes a `parameter` row of its own. The last is known only when all is translated, so that a translation that meets such a
 * tensor after it was given to a layer is made again.
 */

import type { Path } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { DraftTensor } from './draft.ts';

/** A tensor stored in the file. */
export interface WeightSource {
  /** Unique in the file. */
  readonly key: string;
  readonly name: string;
  readonly shape: Shape;
  /** As stored. */
  readonly dtype: DType;
  readonly at: Path;
  /** Stands in a node rather than among the initializers, as what an exporter makes up does: an epsilon, a scale of ones. */
  readonly literal: boolean;
}

/** Positions `start` to before `end` on one axis of a stored tensor. */
export interface Piece {
  readonly source: WeightSource;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** A stored tensor in the part that a native layer has for it, e.g. `weight` of shape 64 × 3 × 3 × 3. */
export interface Role {
  readonly role: string;
  readonly source: WeightSource;
  readonly shape: Shape;
}

interface Owner {
  readonly layer: string;
  readonly role: string;
  readonly shape: string;
}

export class Weights {
  /** Keys of tensors that must be rows of their own. */
  readonly #apart: ReadonlySet<string>;
  readonly #owners = new Map<string, Owner>();
  readonly #rows = new Map<string, DraftTensor>();
  /** Keys of tensors that were met again after a layer had them: for the next translation. */
  readonly conflicts = new Set<string>();

  constructor(apart: ReadonlySet<string>) {
    this.#apart = apart;
  }

  /** As at the beginning of this translation. */
  blank(): Weights {
    return new Weights(this.#apart);
  }

  /** Whether a layer may hold these tensors: as its own, as those of the layer that `shares` names, or not at all (undefined). */
  claim(roles: readonly Role[]): { readonly shares?: string } | undefined {
    if (roles.some(({ source }) => this.#apart.has(source.key))) return undefined;
    const owners = roles.map(({ source }) => this.#owners.get(source.key));
    const distinct = new Set(roles.map(({ source }) => source.key)).size === roles.length;
    if (distinct && owners.every((owner) => owner === undefined) && !roles.some(({ source }) => this.#rows.has(source.key))) return {};
    const [first] = owners;
    const same = roles.every(({ role, shape }, index) => {
      const owner = owners[index];
      return owner !== undefined && owner.layer === first?.layer && owner.role === role && owner.shape === shape.join();
    });
    if (distinct && same && first !== undefined) return { shares: first.layer };
    for (const { source } of roles) this.conflicts.add(source.key);
    return undefined;
  }

  /** Notes that `layer` holds what `claim` gave it as its own. */
  give(roles: readonly Role[], layer: string): void {
    for (const { role, source, shape } of roles) this.#owners.set(source.key, { layer, role, shape: shape.join() });
  }

  /** The row of a tensor that is read as it is; made on first use. */
  row(source: WeightSource, make: () => DraftTensor): DraftTensor {
    if (this.#owners.has(source.key)) this.conflicts.add(source.key);
    let row = this.#rows.get(source.key);
    if (row === undefined) {
      row = make();
      this.#rows.set(source.key, row);
    }
    return row;
  }
}

/** The stored tensors that these pieces make up, where no piece is missing or there twice. */
export function wholeSources(pieces: readonly Piece[]): readonly WeightSource[] | undefined {
  const bySource = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const others = bySource.get(piece.source.key);
    if (others === undefined) bySource.set(piece.source.key, [piece]);
    else others.push(piece);
  }
  const sources: WeightSource[] = [];
  for (const parts of bySource.values()) {
    const [{ source, axis }] = parts as [Piece, ...Piece[]];
    if (parts.some((piece) => piece.axis !== axis)) return undefined;
    let reached = 0;
    for (const { start, end } of parts.sort((a, b) => a.start - b.start)) {
      if (start !== reached) return undefined;
      reached = end;
    }
    if (reached !== source.shape[axis]) return undefined;
    sources.push(source);
  }
  return sources;
}

/** Most times a file is translated. */
const mostPasses = 8;

/** Translates until no tensor that a layer holds is wanted apart from it: every time, those that were become rows of their own. */
export function untilSettled<T>(translate: (weights: Weights) => T): T {
  let apart: ReadonlySet<string> = new Set();
  for (let pass = 1; ; pass++) {
    const weights = new Weights(apart);
    const translated = translate(weights);
    if (weights.conflicts.size === 0 || pass === mostPasses) return translated;
    apart = new Set([...apart, ...weights.conflicts]);
  }
}
