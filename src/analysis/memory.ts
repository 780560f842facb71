/**
 * Which tensors are alive together. Tensors that share memory (views) are one storage; a storage lives from the step that makes it to the last step
 * that reads it or one of its views, outputs to the end, graph inputs from the start.
 */

import type { Graph, Node, Ref } from '../architecture/graph.ts';
import type { DType } from '../tensor/dtype.ts';
import { bytesOf } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import type { Inference } from './infer-shapes.ts';

/** Bytes of the largest sum of tensors alive at one step, weights apart. `accounted` is the type that a tensor's own type is stored as. */
export function peakActivationBytes(graph: Graph, inference: Inference, accounted: (dtype: DType) => DType): number {
  const inputs = graph.inputs.length;
  // Storages are numbered as they come to be: graph input k is storage k, then a step's outputs in order.
  const tensors = tensorsOf(inference);
  const bytes = new Float64Array(inputs + tensors);
  const lastUse = new Int32Array(inputs + tensors).fill(-1);
  graph.inputs.forEach((input, index) => {
    bytes[index] = bytesOf(elementsOf(input.shape), accounted(input.dtype));
  });
  let made = inputs;
  /** Where each node's outputs begin in `storages`. */
  const begins = new Int32Array(graph.nodes.length).fill(-1);
  const storages = new Int32Array(tensors);
  let placed = 0;

  const storageOf = (ref: Ref): number | undefined => {
    if (ref.node < 0) return -1 - ref.node;
    const begin = begins[ref.node] as number;
    return begin < 0 ? undefined : storages[begin + ref.output];
  };

  for (let step = 0; step < graph.order.length; step++) {
    const index = graph.order[step] as number;
    const layer = inference.layers[index];
    const node = graph.nodes[index] as Node;
    if (layer === undefined || !graph.runs[index]) continue;
    for (let position = 0; position < node.inputs.length; position++) {
      const ref = node.inputs[position] as Ref;
      const storage = storageOf(ref);
      if (storage !== undefined) lastUse[storage] = step;
    }
    const { operator } = layer.spec;
    const shared = operator.aliasesInput && node.inputs.length > 0 ? storageOf(node.inputs[0] as Ref) : undefined;
    // An opaque layer begins nowhere: what follows its place are the tensors of others.
    if (!layer.opaque) begins[index] = placed;
    for (let position = 0; position < layer.outputs.length; position++) {
      const output = layer.outputs[position] as TensorType;
      storages[placed++] = shared ?? made;
      if (shared !== undefined) continue;
      bytes[made] = operator.outputsWeight ? 0 : bytesOf(elementsOf(output.shape), accounted(output.dtype));
      lastUse[made++] = step;
    }
  }
  const last = graph.order.length;
  for (const ref of graph.outputs) {
    const storage = storageOf(ref);
    if (storage !== undefined) lastUse[storage] = last;
  }
  return sweep(graph, inference, begins, storages, bytes, lastUse);
}

function tensorsOf({ layers }: Inference): number {
  let tensors = 0;
  for (let index = 0; index < layers.length; index++) tensors += layers[index]?.outputs.length ?? 0;
  return tensors;
}

/** Goes through the steps: makes what a step makes, takes the sum, frees what was used for the last time. */
function sweep(
  graph: Graph,
  inference: Inference,
  begins: Int32Array,
  storages: Int32Array,
  bytes: Float64Array,
  lastUse: Int32Array,
): number {
  const freed = new Float64Array(graph.order.length + 1);
  for (let storage = 0; storage < bytes.length; storage++) {
    const step = lastUse[storage] as number;
    if (step >= 0) freed[step] = (freed[step] as number) + (bytes[storage] as number);
  }
  let alive = 0;
  const inputs = graph.inputs.length;
  for (let input = 0; input < inputs; input++) if ((lastUse[input] as number) >= 0) alive += bytes[input] as number;
  let peak = alive;
  let made = inputs;
  for (let step = 0; step < graph.order.length; step++) {
    const index = graph.order[step] as number;
    const begin = begins[index] as number;
    const outputs = begin < 0 ? 0 : (inference.layers[index]?.outputs.length ?? 0);
    for (let output = 0; output < outputs; output++) {
      const storage = storages[begin + output] as number;
      // A view's storage was made before.
      if (storage < made) continue;
      alive += bytes[storage] as number;
      made = storage + 1;
    }
    peak = Math.max(peak, alive);
    alive -= freed[step] as number;
  }
  return peak;
}
