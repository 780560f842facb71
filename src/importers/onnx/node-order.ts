/** The order that nodes are translated in: that of the file where producers come first, as ONNX asks, else each after what it reads. */

import type { OnnxGraph, OnnxNode } from './model.ts';

/** What of a node its place hangs on. */
type Orderable = Pick<OnnxNode, 'inputs' | 'outputs' | 'attributes'>;

interface NodeOrder {
  /** Indices of the nodes. */
  readonly order: readonly number[];
  /** A node that waits for itself. */
  readonly cycle: number | undefined;
}

/** Found once for each body, however often it is walked. */
const found = new WeakMap<readonly Orderable[], NodeOrder>();

export function orderOf(nodes: readonly Orderable[]): NodeOrder {
  const known = found.get(nodes) ?? findOrder(nodes);
  found.set(nodes, known);
  return known;
}

function findOrder(nodes: readonly Orderable[]): NodeOrder {
  const producer = new Map<string, number>();
  for (const [index, node] of nodes.entries())
    for (const name of node.outputs) if (name !== '' && !producer.has(name)) producer.set(name, index);
  const reads = nodes.map((node) => producersRead(node, producer));
  if (reads.every((indices, index) => indices.every((other) => other < index)))
    return { order: nodes.map((_, index) => index), cycle: undefined };
  const state = new Uint8Array(nodes.length);
  const order: number[] = [];
  let cycle: number | undefined;
  for (let root = 0; root < nodes.length; root++) {
    const stack = [root];
    while (stack.length > 0) {
      const index = stack[stack.length - 1] as number;
      if (state[index] === 2) {
        stack.pop();
        continue;
      }
      if (state[index] === 1) {
        state[index] = 2;
        order.push(index);
        stack.pop();
        continue;
      }
      state[index] = 1;
      for (const other of reads[index] as readonly number[]) {
        if (state[other] === 0) stack.push(other);
        else if (state[other] === 1) cycle ??= other;
      }
    }
  }
  return { order, cycle };
}

function producersRead(node: Orderable, producer: ReadonlyMap<string, number>): readonly number[] {
  const read: number[] = [];
  for (const name of namesRead(node)) {
    const index = producer.get(name);
    if (index !== undefined) read.push(index);
  }
  return read;
}

/** Names that a node reads, its subgraphs included. */
function namesRead(node: Orderable): readonly string[] {
  if (node.attributes.every(({ g, graphs }) => g === undefined && graphs === undefined)) return node.inputs;
  const names = [...node.inputs];
  const waiting: OnnxGraph[] = graphsOf(node);
  for (let graph = waiting.pop(); graph !== undefined; graph = waiting.pop()) {
    names.push(...graph.outputs.map(({ name }) => name));
    for (const inner of graph.nodes) {
      names.push(...inner.inputs);
      waiting.push(...graphsOf(inner));
    }
  }
  // A subgraph may use a name of its own that a later node of this graph makes too: such a name is no dependency.
  return names;
}

function graphsOf(node: Pick<OnnxNode, 'attributes'>): OnnxGraph[] {
  return node.attributes.flatMap(({ g, graphs }) => [...(g === undefined ? [] : [g]), ...(graphs ?? [])]);
}
