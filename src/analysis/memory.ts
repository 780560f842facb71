/**
 * Which tensors are alive together. Tensors that share memory (views) are one storage; a storage lives from the step that makes it to the last step
 * that reads it or one of its views, outputs to the end, graph inputs from the start.
 */

import type { Graph, Ref } from '../architecture/graph.ts';
import { graphInputOf } from '../architecture/graph.ts';
import type { DType } from '../tensor/dtype.ts';
import { bytesOf } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Inference } from './infer-shapes.ts';

/** Bytes of the largest sum of tensors alive at one step, weights apart. `accounted` is the type that a tensor's own type is stored as. */
export function peakActivationBytes(graph: Graph, inference: Inference, accounted: (dtype: DType) => DType): number {
  const inputs = graph.inputs.length;
  const bytes: number[] = graph.inputs.map((input) => bytesOf(elementsOf(input.shape), accounted(input.dtype)));
  // Storages of each node's outputs; those of graph input k are k.
  const storages: (readonly number[] | undefined)[] = new Array(graph.nodes.length).fill(undefined);
  const storageOf = (ref: Ref | undefined): number | undefined => ref && (graphInputOf(ref) ?? storages[ref.node]?.[ref.output]);

  const lastUse: number[] = new Array(inputs).fill(-1);
  graph.order.forEach((index, step) => {
    const layer = inference.layers[index];
    const node = graph.nodes[index];
    if (layer === undefined || node === undefined || !graph.runs[index]) return;
    for (const ref of node.inputs) {
      const storage = storageOf(ref);
      if (storage !== undefined) lastUse[storage] = step;
    }
    const { operator } = layer.spec;
    const shared = operator.aliasesInput ? storageOf(node.inputs[0]) : undefined;
    storages[index] = layer.outputs.map((output) => {
      if (shared !== undefined) return shared;
      lastUse.push(step);
      return bytes.push(operator.outputsWeight ? 0 : bytesOf(elementsOf(output.shape), accounted(output.dtype))) - 1;
    });
  });
  const last = graph.order.length;
  for (const ref of graph.outputs) {
    const storage = storageOf(ref);
    if (storage !== undefined) lastUse[storage] = last;
  }
  return sweep(graph, storages, bytes, lastUse, inputs);
}

function sweep(
  graph: Graph,
  storages: readonly (readonly number[] | undefined)[],
  bytes: readonly number[],
  lastUse: readonly number[],
  inputs: number,
): number {
  const freed: number[][] = [];
  lastUse.forEach((step, storage) => {
    if (step < 0) return;
    const list = freed[step];
    if (list === undefined) freed[step] = [storage];
    else list.push(storage);
  });
  let alive = 0;
  for (let input = 0; input < inputs; input++) if ((lastUse[input] as number) >= 0) alive += bytes[input] as number;
  let peak = alive;
  // Storages are numbered in the order they are made, so a step makes those above the highest seen.
  let made = inputs;
  graph.order.forEach((index, step) => {
    for (const storage of storages[index] ?? []) {
      if (storage < made) continue;
      alive += bytes[storage] as number;
      made = storage + 1;
    }
    peak = Math.max(peak, alive);
    for (const storage of freed[step] ?? []) alive -= bytes[storage] as number;
  });
  return peak;
}
