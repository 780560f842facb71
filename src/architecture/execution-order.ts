/** The order in which layers run, and which of them run at all. */

import type { Issue } from '../issue.ts';
import { InvalidArchitecture } from '../issue.ts';
import type { Node, Ref } from './graph.ts';
import { quote } from './names.ts';

/** At each step the earliest node whose inputs are ready. Throws `InvalidArchitecture` that names a cycle where there is one. */
export function executionOrder(nodes: readonly Node[]): readonly number[] {
  // A document mostly lists its layers in an order that can run, and is then its own answer.
  if (isInOrder(nodes)) return nodes.map((_, index) => index);
  const readers: number[][] = nodes.map(() => []);
  const waiting = new Int32Array(nodes.length);
  const ready: number[] = [];
  nodes.forEach((node, index) => {
    for (const ref of node.inputs) {
      if (ref.node < 0) continue;
      (readers[ref.node] as number[]).push(index);
      waiting[index] = (waiting[index] as number) + 1;
    }
    if (waiting[index] === 0) ready.push(index);
  });
  const order: number[] = [];
  // `ready` is a binary heap: ascending input is one already.
  for (let next = pop(ready); next !== undefined; next = pop(ready)) {
    order.push(next);
    for (const reader of readers[next] as number[]) {
      waiting[reader] = (waiting[reader] as number) - 1;
      if (waiting[reader] === 0) push(ready, reader);
    }
  }
  if (order.length < nodes.length) throw new InvalidArchitecture(cycleIssues(nodes, waiting));
  return order;
}

function isInOrder(nodes: readonly Node[]): boolean {
  for (let index = 0; index < nodes.length; index++) {
    for (const ref of (nodes[index] as Node).inputs) if (ref.node >= index) return false;
  }
  return true;
}

function push(heap: number[], value: number): void {
  let at = heap.length;
  heap.push(value);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as number) <= value) break;
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = value;
}

function pop(heap: number[]): number | undefined {
  const top = heap[0];
  const value = heap.pop();
  if (top === undefined || value === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= value) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = value;
  return top;
}

/** Walks back from each node that never got ready, always to an input that did not either, until a node comes up again: a circle closes. */
function cycleIssues(nodes: readonly Node[], waiting: Int32Array): readonly Issue[] {
  const issues: Issue[] = [];
  // The walk that came by first, counted from 1.
  const walkOf = new Int32Array(nodes.length);
  for (let first = 0; first < nodes.length; first++) {
    const walk: number[] = [];
    let at = first;
    while (walkOf[at] === 0 && (waiting[at] as number) > 0) {
      walkOf[at] = first + 1;
      walk.push(at);
      at = (nodes[at] as Node).inputs.find((ref) => ref.node >= 0 && (waiting[ref.node] as number) > 0)?.node ?? at;
    }
    if (walk.length > 0 && walkOf[at] === first + 1) issues.push(cycleIssue(nodes, walk.slice(walk.indexOf(at)).reverse()));
  }
  return issues;
}

/** One circle, in the direction that tensors flow, told from its earliest layer. */
function cycleIssue(nodes: readonly Node[], cycle: readonly number[]): Issue {
  const start = cycle.indexOf(cycle.reduce((earliest, index) => Math.min(earliest, index)));
  const named = [...cycle.slice(start), ...cycle.slice(0, start)];
  const shown = named.length > 8 ? [...named.slice(0, 4), ...named.slice(-3)] : named;
  const text = [...shown, named[0] as number].map((index) => quote((nodes[index] as Node).name)).join(' → ');
  return {
    path: [...(nodes[named[0] as number] as Node).spec.path, 'inputs'],
    code: 'cycle',
    detail: `layers feed each other in a circle: ${text}${named.length > 8 ? ` (${named.length} layers)` : ''}`,
  };
}

/** Which nodes an output depends on. */
export function nodesThatRun(nodes: readonly Node[], order: readonly number[], outputs: readonly Ref[]): readonly boolean[] {
  const runs = new Array<boolean>(nodes.length).fill(false);
  for (const ref of outputs) if (ref.node >= 0) runs[ref.node] = true;
  for (let step = order.length - 1; step >= 0; step--) {
    const index = order[step] as number;
    if (!runs[index]) continue;
    for (const ref of (nodes[index] as Node).inputs) if (ref.node >= 0) runs[ref.node] = true;
  }
  return runs;
}
