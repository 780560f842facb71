/**
 * Wires a read document into a graph: puts blocks in place, gives every layer its full name, then has the references resolved (`scopes.ts`) and finds
 * the order.
 */

import type { Issue, Path } from '../issue.ts';
import { oncePerPlace, throwIfAny, throwIfMany } from '../issue.ts';
import { arityOf } from '../operators/operator.ts';
import type { CallSpec, Entry, Instance } from './blocks.ts';
import { isCall, readLayers } from './blocks.ts';
import type { ReadBlock } from './document.ts';
import { readDocument } from './document.ts';
import { executionOrder, nodesThatRun } from './execution-order.ts';
import type { Graph, Node, Ref } from './graph.ts';
import type { InputOptions } from './graph-inputs.ts';
import { graphInputs, modelDtypeOf, theImage } from './graph-inputs.ts';
import type { Limits } from './limits.ts';
import { charactersIn, isLonger, quote } from './names.ts';
import type { LayerSpec } from './read-layer.ts';
import type { Named } from './scopes.ts';
import { Scope } from './scopes.ts';
import type { Sharing } from './shared-weights.ts';
import { resolveShares } from './shared-weights.ts';

export interface GraphOptions extends InputOptions {
  readonly limits: Limits;
}

/** Inputs of a node that wait until every name is known. */
interface Reading {
  readonly node: number;
  readonly scope: Scope;
  readonly texts: readonly string[];
  readonly path: Path;
}

const nothing: readonly Ref[] = [];

/** Reads, expands and wires `posted`; throws `InvalidArchitecture` with every problem of the first stage that has any. */
export function buildGraph(posted: unknown, options: GraphOptions): Graph {
  const document = readDocument(posted);
  const body = readLayers(document, options.limits);
  const issues: Issue[] = [];
  const image = options.resolution === undefined ? undefined : theImage(document, issues);

  const nodes: Node[] = [];
  const readings: Reading[] = [];
  const sharing: Sharing[] = [];
  const lastScopes: Scope[] = [];
  const root = new Scope(issues);
  for (const [position, input] of document.inputs.entries())
    declare(root, input.name, { kind: 'input', position }, ['inputs', position], 'name');
  place(body, root, '', document.inputs[0]?.name);

  if (lastScopes.length > 0) checkFullNames();

  for (const { node, scope, texts, path } of readings) {
    throwIfMany(issues);
    // What does not resolve is an issue, and ends the stage below.
    (nodes[node] as Node).inputs = scope.resolveInputs(texts, path);
  }
  for (const scope of lastScopes) scope.outputs(0);
  resolveShares(nodes, sharing, issues);
  const outputs =
    document.outputs === undefined
      ? unread(nodes)
      : document.outputs.map((text, index) => root.resolve(text, [], 'outputs', index, 0)).filter((ref) => ref !== undefined);
  const modelDtype = modelDtypeOf(document);
  const inputs = graphInputs(document, modelDtype, options, image, nodes, issues);
  throwIfAny(oncePerPlace(issues));

  const order = executionOrder(nodes);
  return {
    posted: document.posted,
    name: document.name,
    modelDtype,
    inputs,
    nodes,
    outputs,
    order,
    runs: nodesThatRun(nodes, order, outputs),
    uncalledBlocks: body.uncalled,
  };

  /** `key` of what stands at `path` gives the name. */
  function declare(scope: Scope, name: string, named: Named, path: Path, key: string | number): void {
    if (isLonger(name, options.limits.maxNameLength)) issues.push(nameTooLong(name, [...path, key]));
    scope.declare(name, named, path, key);
  }

  function nameTooLong(name: string, path: Path): Issue {
    return {
      path,
      code: 'name_too_long',
      detail: `the name ${quote(name)} has ${charactersIn(name)} characters; at most ${options.limits.maxNameLength} are allowed`,
    };
  }

  /** Adds the entries of an instance to `scope`; full names start with `prefix`. */
  function place(instance: Instance, scope: Scope, prefix: string, firstInput: string | undefined): void {
    const counts = new Map<string, number>();
    let previous = firstInput;
    for (let index = 0; index < instance.entries.length; index++) {
      const entry = instance.entries[index] as Entry;
      throwIfMany(issues);
      const type = isCall(entry) ? 'block' : entry.operator.type;
      let name = entry.name;
      if (name === undefined) {
        const number = (counts.get(type) ?? 0) + 1;
        counts.set(type, number);
        name = `${type}_${number}`;
      }
      const texts = textsOf(entry, previous);
      if (scope.asksWhatIsRead) for (const text of texts) scope.noteRead(text);
      scope.sequence.push(name);
      if (isCall(entry)) placeCall(entry, scope, name, prefix + name, texts);
      else placeLayer(entry, scope, name, prefix + name, texts);
      previous = name;
    }
    scope.settleRead();
  }

  /** The rows of a document have one name each: `s1/conv` may be a layer, or the layer of a block. */
  function checkFullNames(): void {
    const taken = new Set(document.inputs.map((input) => input.name));
    for (const { name, spec } of nodes) {
      if (taken.has(name))
        issues.push({
          path: [...spec.path, 'name'],
          code: 'duplicate_name',
          detail: `two rows would be called ${quote(name)}: rename a layer or a call`,
        });
      taken.add(name);
    }
  }

  function placeLayer(spec: LayerSpec, scope: Scope, name: string, fullName: string, texts: readonly string[]): void {
    const node = nodes.length;
    if (fullName !== name && isLonger(fullName, options.limits.maxNameLength)) issues.push(nameTooLong(fullName, spec.path));
    const early = texts.length === 1 ? scope.backward(texts[0] as string) : undefined;
    nodes.push({ name: fullName, spec, inputs: early ?? nothing, shares: undefined });
    if (early === undefined) readings.push({ node, scope, texts, path: spec.path });
    checkArity(spec, texts);
    if (spec.shares !== undefined) sharing.push({ node, scope, name: spec.shares, path: [...spec.path, 'shares'] });
    let activation: number | undefined;
    if (spec.activation !== undefined) {
      activation = nodes.length;
      const rowName = `${fullName}.activation`;
      if (fullName !== name && isLonger(rowName, options.limits.maxNameLength)) issues.push(nameTooLong(rowName, spec.activation.path));
      nodes.push({ name: rowName, spec: spec.activation, inputs: [{ node, output: 0, text: name }], shares: undefined });
      declare(scope, `${name}.activation`, { kind: 'layer', name, node: activation, activation: undefined }, spec.path, 'activation');
    }
    declare(scope, name, { kind: 'layer', name, node, activation }, spec.path, 'name');
  }

  function checkArity(spec: LayerSpec, texts: readonly string[]): void {
    const { min, max } = arityOf(spec.operator, spec.attributes);
    const { names } = spec.operator.inputs;
    if (texts.length >= min && texts.length <= max) return;
    const wanted = min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
    const roles = names.length > 0 ? ` (${names.join(', ')})` : '';
    issues.push({
      path: [...spec.path, 'inputs'],
      code: 'wrong_input_count',
      detail: `${spec.operator.type} reads ${wanted} input${wanted === '1' ? '' : 's'}${roles}; given ${texts.length}`,
    });
  }

  function placeCall(call: CallSpec, scope: Scope, name: string, fullName: string, texts: readonly string[]): void {
    const block = call.body.block as ReadBlock;
    const width = block.inputs.length;
    if (texts.length !== width) {
      issues.push({
        path: [...call.path, 'inputs'],
        code: 'wrong_input_count',
        detail: `block ${quote(block.name)} has ${width} input${width === 1 ? '' : 's'} (${firstFew(block.inputs)}); given ${texts.length}`,
      });
      declare(scope, name, { kind: 'call', last: undefined }, call.path, 'name');
      return;
    }
    let last: Scope | undefined;
    for (let repetition = 0; repetition < call.repeat; repetition++) {
      const inner = new Scope(issues, { block, call, outside: scope, texts, before: last });
      for (const [position, input] of block.inputs.entries())
        declare(inner, input, { kind: 'input', position }, ['blocks', block.name, 'inputs'], position);
      place(call.body, inner, call.repeat > 1 ? `${fullName}/${repetition}/` : `${fullName}/`, block.inputs[0]);
      last = inner;
    }
    if (last !== undefined) lastScopes.push(last);
    declare(scope, name, { kind: 'call', last }, call.path, 'name');
  }
}

function textsOf(entry: Entry, previous: string | undefined): readonly string[] {
  if (entry.inputs !== undefined) return entry.inputs;
  if (!isCall(entry) && entry.operator.inputs.max === 0) return [];
  return previous === undefined ? [] : [previous];
}

/** First outputs of the nodes that nothing reads. */
function unread(nodes: readonly Node[]): Ref[] {
  const read = new Uint8Array(nodes.length);
  for (const node of nodes) for (const ref of node.inputs) if (ref.node >= 0) read[ref.node] = 1;
  return nodes.flatMap((node, index) => (read[index] === 0 ? [{ node: index, output: 0, text: node.name }] : []));
}

/** Names in a message: a block may have thousands. */
function firstFew(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ');
}
