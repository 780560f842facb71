/**
 * The contract's peak memory by its words, one step at a time over sets of tensors: "graph inputs until last read, outputs to the end, every tensor still
 * to be read, the step's own inputs and outputs". A view holds the memory of what it views.
 */

import { naiveOrder } from './naive-order.ts';

export interface NaiveLayer {
  /** Tensors that it reads, by name. */
  readonly reads: readonly string[];
  /** Tensors that it makes, with their bytes; `viewOf` another tensor they have none of their own. */
  readonly makes: readonly { readonly name: string; readonly bytes: number; readonly viewOf?: string }[];
}

export interface NaiveGraph {
  readonly inputs: readonly { readonly name: string; readonly bytes: number }[];
  readonly layers: readonly NaiveLayer[];
  /** Tensors that are wanted. */
  readonly outputs: readonly string[];
}

export function naivePeak({ inputs, layers, outputs }: NaiveGraph): number {
  const makers = new Map(layers.flatMap((layer, index) => layer.makes.map(({ name }) => [name, index] as const)));
  const needed = new Set<number>();
  const need = (tensor: string): void => {
    const maker = makers.get(tensor);
    if (maker === undefined || needed.has(maker)) return;
    needed.add(maker);
    for (const read of layers[maker]?.reads ?? []) need(read);
  };
  outputs.forEach(need);

  const reads = layers.map((layer) => layer.reads.flatMap((tensor) => makers.get(tensor) ?? []));
  const steps = (naiveOrder(reads) ?? []).filter((layer) => needed.has(layer)).map((layer) => layers[layer] as NaiveLayer);

  const made = new Map([...inputs, ...layers.flatMap(({ makes }) => makes)].map((tensor) => [tensor.name, tensor]));
  /** The tensor whose memory `name` lies in. */
  const viewed = new Map(layers.flatMap(({ makes }) => makes.map(({ name, viewOf }) => [name, viewOf] as const)));
  const holder = (name: string): string => {
    const base = viewed.get(name);
    return base === undefined ? name : holder(base);
  };
  const bytesOf = (names: ReadonlySet<string>): number => [...names].reduce((sum, name) => sum + (made.get(name)?.bytes ?? 0), 0);

  const readFrom = (step: number) => steps.slice(step).flatMap((layer) => layer.reads);
  const wantedFrom = (step: number) => new Set([...readFrom(step), ...outputs].map(holder));
  const given = inputs.map(({ name }) => name);
  let peak = bytesOf(new Set(given.filter((name) => wantedFrom(0).has(name))));
  const exist = new Set(given);
  for (const [step, layer] of steps.entries()) {
    for (const { name } of layer.makes) exist.add(name);
    const alive = new Set([...exist].map(holder).filter((name) => wantedFrom(step).has(name)));
    for (const name of [...layer.reads, ...layer.makes.map((tensor) => tensor.name)]) alive.add(holder(name));
    peak = Math.max(peak, bytesOf(alive));
  }
  return peak;
}
