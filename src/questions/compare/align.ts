/**
 * Which layer of one network is which of another: by name; of those left over by signature, in the longest common order; of those still left over, between the
 * same neighbours, by type, then by the shapes that come out. What is then alone was added or removed.
 *
 * Names that are numbers in disguise (a framework counts its layers, a document leaves names out) put the wrong layers together after an insertion. Where going by
 * signature from the start puts more than twice as many equal layers together, names say nothing and are passed over.
 */

import { commonOrder } from './common-order.ts';

/** A layer as far as alignment looks at it. */
export interface Alignable {
  readonly name: string;
  readonly type: string;
  /** The shapes of its outputs. */
  readonly outputs: string;
  /** What two layers that are the same have in common, names apart. */
  readonly signature: string;
}

/** Place in the base for each layer of the head; undefined where it is new. */
export type Partners = (number | undefined)[];

/** For each layer of `head` its place in `base`; undefined where it is new. */
export function align(base: readonly Alignable[], head: readonly Alignable[]): Readonly<Partners> {
  const named = byName(base, head);
  const equal = equalPairs(base, head, named);
  if (equal < named.filter((place) => place !== undefined).length / 2) {
    const unnamed = completed(base, head, new Array<number | undefined>(head.length).fill(undefined));
    if (equalPairs(base, head, unnamed) > 2 * equal) return unnamed;
  }
  return completed(base, head, named);
}

function byName(base: readonly Alignable[], head: readonly Alignable[]): Partners {
  const places = new Map(base.map(({ name }, index) => [name, index]));
  return head.map(({ name }) => places.get(name));
}

function equalPairs(base: readonly Alignable[], head: readonly Alignable[], partner: Readonly<Partners>): number {
  let equal = 0;
  for (const [index, place] of partner.entries()) if (place !== undefined && base[place]?.signature === head[index]?.signature) equal++;
  return equal;
}

/** Finds partners for those that have none yet. */
function completed(base: readonly Alignable[], head: readonly Alignable[], partner: Partners): Partners {
  const taken = new Set(partner);
  const restBase = base.flatMap((layer, index) => (taken.has(index) ? [] : [{ layer, index }]));
  const restHead = head.flatMap((layer, index) => (partner[index] === undefined ? [{ layer, index }] : []));
  const common = commonOrder(
    restBase.map(({ layer }) => layer.signature),
    restHead.map(({ layer }) => layer.signature),
  );
  let [atBase, atHead] = [0, 0];
  for (const [inBase, inHead] of [...common, [restBase.length, restHead.length] as const]) {
    const [gapBase, gapHead] = [restBase.slice(atBase, inBase), restHead.slice(atHead, inHead)];
    const used = pair(gapBase, gapHead, ({ type }) => type, partner);
    pair(
      gapBase.filter(({ index }) => !used.has(index)),
      gapHead.filter(({ index }) => partner[index] === undefined),
      ({ outputs }) => outputs,
      partner,
    );
    if (inHead < restHead.length) partner[restHead[inHead]?.index as number] = restBase[inBase]?.index;
    [atBase, atHead] = [inBase + 1, inHead + 1];
  }
  return partner;
}

interface Placed {
  readonly layer: Alignable;
  readonly index: number;
}

/** Of what lies between two neighbours on both sides, those that agree in `key`, in order; the places in the base that have found a partner. */
function pair(base: readonly Placed[], head: readonly Placed[], key: (layer: Alignable) => string, partner: Partners): ReadonlySet<number> {
  const places = new Map<string, { readonly at: number[]; next: number }>();
  for (const [at, { layer }] of base.entries()) {
    const known = places.get(key(layer));
    if (known === undefined) places.set(key(layer), { at: [at], next: 0 });
    else known.at.push(at);
  }
  const used = new Set<number>();
  let least = 0;
  for (const { layer, index } of head) {
    const known = places.get(key(layer));
    if (known === undefined) continue;
    while ((known.at[known.next] ?? least) < least) known.next++;
    const found = known.at[known.next];
    if (found === undefined) continue;
    const place = base[found]?.index as number;
    partner[index] = place;
    used.add(place);
    least = found + 1;
  }
  return used;
}
