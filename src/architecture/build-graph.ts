/**
 * Wires a read document into a graph: puts blocks in place, gives every layer its full name, resolves references, finds the order. Names live in
 * scopes: the document's, and one for each repetition of a block, which sees only its own layers and what its inputs are bound to.
 */

import type { Issue, Path } from '../issue.ts';
import { oncePerPlace, throwIfAny, throwIfMany } from '../issue.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { CallSpec, Entry, Instance } from './blocks.ts';
import { isCall, readLayers } from './blocks.ts';
import type { ReadBlock, ReadDocument } from './document.ts';
import { readDocument } from './document.ts';
import { executionOrder, nodesThatRun } from './execution-order.ts';
import type { Graph, GraphInput, Node, Ref } from './graph.ts';
import type { Limits } from './limits.ts';
import { didYouMean, quote } from './names.ts';
import type { LayerSpec } from './read-layer.ts';

export interface GraphOptions {
  readonly batch_size: number;
  /** Height and width that replace those of the one image input. */
  readonly resolution: readonly [height: number, width: number] | undefined;
  readonly limits: Limits;
}

/** What a name stands for inside one scope. */
type Named =
  | { readonly kind: 'input'; readonly position: number }
  | { readonly kind: 'layer'; readonly name: string; readonly node: number; readonly activation: number | undefined }
  /** A call that cannot be placed has no scope; what reads it is not at fault. */
  | { readonly kind: 'call'; readonly last: Scope | undefined };

interface Scope {
  readonly block: ReadBlock | undefined;
  readonly names: Map<string, Named>;
  /** Names that something in this scope reads. */
  readonly read: Set<string>;
  /** Names of the layers and calls, in order. */
  readonly sequence: string[];
  /** What input `position` is bound to, outside. */
  bound(position: number, depth: number): Ref | undefined;
  outputs: readonly (Ref | undefined)[] | 'being found' | undefined;
}

interface Reading {
  readonly node: number;
  readonly scope: Scope;
  readonly texts: readonly string[];
  readonly path: Path;
}

/** A forward reference through that many calls is refused rather than followed. */
const maxReferenceDepth = 500;

/** Reads, expands and wires `posted`; throws `InvalidArchitecture` with every problem of the first stage that has any. */
export function buildGraph(posted: unknown, options: GraphOptions): Graph {
  const document = readDocument(posted);
  const modelDtype = modelDtypeOf(document);
  const body = readLayers(document, options.limits);
  const issues: Issue[] = [];
  const inputs = graphInputs(document, modelDtype, options, issues);

  const nodes: Node[] = [];
  const readings: Reading[] = [];
  const sharing: { node: number; scope: Scope; name: string; path: Path }[] = [];
  const lastScopes: Scope[] = [];
  const root: Scope = { block: undefined, names: new Map(), read: new Set(), sequence: [], bound: () => undefined, outputs: undefined };
  for (const [position, input] of inputs.entries()) declare(root, input.name, { kind: 'input', position }, ['inputs', position], 'name');
  place(body, root, '', inputs[0]?.name);

  if (lastScopes.length > 0) checkFullNames();

  for (const { node, scope, texts, path } of readings) {
    throwIfMany(issues);
    // What does not resolve is an issue, and ends the stage below.
    (nodes[node] as Node).inputs =
      texts.length === 1 ? only(resolve(scope, texts[0] as string, path, 'inputs', 0, 0)) : resolveAll(scope, texts, path);
  }
  for (const scope of lastScopes) outputsOf(scope, 0);
  resolveShares();
  const outputs =
    document.outputs === undefined
      ? unread()
      : document.outputs.map((text, index) => resolve(root, text, [], 'outputs', index, 0)).filter((ref) => ref !== undefined);
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
  };

  /** `key` of what stands at `path` gives the name. */
  function declare(scope: Scope, name: string, named: Named, path: Path, key: string | number): void {
    if (name.length > options.limits.maxNameLength) issues.push(nameTooLong(name, [...path, key]));
    if (scope.names.has(name))
      issues.push({ path: [...path, key], code: 'duplicate_name', detail: `the name ${quote(name)} is used twice` });
    else scope.names.set(name, named);
  }

  function nameTooLong(name: string, path: Path): Issue {
    return {
      path,
      code: 'name_too_long',
      detail: `the name ${quote(name)} has ${name.length} characters; at most ${options.limits.maxNameLength} are allowed`,
    };
  }

  /** Adds the entries of an instance to `scope`; full names start with `prefix`. */
  function place(instance: Instance, scope: Scope, prefix: string, firstInput: string | undefined): void {
    const counts = new Map<string, number>();
    let previous = firstInput;
    // A block without `outputs` stands for what nothing in it reads.
    const asksWhatIsRead = scope.block !== undefined && scope.block.outputs === undefined;
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
      if (asksWhatIsRead) for (const text of texts) scope.read.add(localName(scope, text));
      scope.sequence.push(name);
      if (isCall(entry)) placeCall(entry, scope, name, prefix + name, texts);
      else placeLayer(entry, scope, name, prefix + name, texts);
      previous = name;
    }
    // A name may be read before it is declared, so `a:1` is looked at again once all are known; who reads `a.activation` reads `a`.
    for (const text of [...scope.read]) {
      const name = localName(scope, text);
      const named = scope.names.get(name);
      scope.read.add(named?.kind === 'layer' ? named.name : name);
    }
  }

  /** The rows of a document have one name each: `s1/conv` may be a layer, or the layer of a block. */
  function checkFullNames(): void {
    const taken = new Set(inputs.map((input) => input.name));
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

  function textsOf(entry: Entry, previous: string | undefined): readonly string[] {
    if (entry.inputs !== undefined) return entry.inputs;
    if (!isCall(entry) && entry.operator.inputs.max === 0) return [];
    return previous === undefined ? [] : [previous];
  }

  function placeLayer(spec: LayerSpec, scope: Scope, name: string, fullName: string, texts: readonly string[]): void {
    const node = nodes.length;
    if (fullName.length > options.limits.maxNameLength && fullName !== name) issues.push(nameTooLong(fullName, spec.path));
    const early = texts.length === 1 ? backward(scope, texts[0] as string) : undefined;
    nodes.push({ name: fullName, spec, inputs: early ?? nothing, shares: undefined });
    if (early === undefined) readings.push({ node, scope, texts, path: spec.path });
    checkArity(spec, texts);
    if (spec.shares !== undefined) sharing.push({ node, scope, name: spec.shares, path: [...spec.path, 'shares'] });
    let activation: number | undefined;
    if (spec.activation !== undefined) {
      activation = nodes.length;
      const rowName = `${fullName}.activation`;
      if (rowName.length > options.limits.maxNameLength && fullName !== name) issues.push(nameTooLong(rowName, spec.activation.path));
      nodes.push({ name: rowName, spec: spec.activation, inputs: [{ node, output: 0, text: name }], shares: undefined });
      declare(scope, `${name}.activation`, { kind: 'layer', name, node: activation, activation: undefined }, spec.path, 'activation');
    }
    declare(scope, name, { kind: 'layer', name, node, activation }, spec.path, 'name');
  }

  /** A plain name of a layer that is already known, which most references are; all others wait until every name is. */
  function backward(scope: Scope, text: string): readonly Ref[] | undefined {
    const named = scope.names.get(text);
    return named?.kind === 'layer' ? [{ node: named.activation ?? named.node, output: 0, text }] : undefined;
  }

  function checkArity(spec: LayerSpec, texts: readonly string[]): void {
    const { min, max, names } = spec.operator.inputs;
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
      const before = last;
      const memo: (Ref | undefined)[] = [];
      const bind = (position: number, depth: number): Ref | undefined =>
        before === undefined
          ? resolve(scope, texts[position] as string, call.path, 'inputs', position, depth + 1)
          : chained(before, position, call, depth);
      const inner: Scope = {
        block,
        names: new Map(),
        read: new Set(),
        sequence: [],
        bound: (position, depth) => {
          if (!(position in memo)) memo[position] = bind(position, depth);
          return memo[position];
        },
        outputs: undefined,
      };
      for (const [position, input] of block.inputs.entries())
        declare(inner, input, { kind: 'input', position }, ['blocks', block.name, 'inputs'], position);
      place(call.body, inner, call.repeat > 1 ? `${fullName}/${repetition}/` : `${fullName}/`, block.inputs[0]);
      last = inner;
    }
    if (last !== undefined) lastScopes.push(last);
    declare(scope, name, { kind: 'call', last }, call.path, 'name');
  }

  /** Input `position` of a repetition: the same output of the one before. */
  function chained(before: Scope, position: number, call: CallSpec, depth: number): Ref | undefined {
    const outputs = outputsOf(before, depth);
    if (outputs === undefined) issues.push(feedsItself(call.name ?? before.block?.name ?? '', [...call.path, 'inputs', position]));
    else if (position < outputs.length) return outputs[position];
    else
      issues.push({
        path: [...call.path, 'repeat'],
        code: 'cannot_repeat',
        detail: `block ${quote(before.block?.name)} has ${before.block?.inputs.length} inputs but ${outputs.length} output${outputs.length === 1 ? '' : 's'}, so its repetitions cannot follow each other`,
      });
    return undefined;
  }

  /** What a repetition's outputs stand for; undefined while that is being found, which is where an output leads back to itself. */
  function outputsOf(scope: Scope, depth: number): readonly (Ref | undefined)[] | undefined {
    if (scope.outputs === 'being found') return undefined;
    if (scope.outputs === undefined) {
      scope.outputs = 'being found';
      const texts = scope.block?.outputs ?? scope.sequence.filter((name) => !scope.read.has(name));
      scope.outputs = texts.map((text, index) => resolve(scope, text, ['blocks', scope.block?.name ?? ''], 'outputs', index, depth + 1));
    }
    return scope.outputs;
  }

  function feedsItself(name: string, path: Path): Issue {
    return { path, code: 'cycle', detail: `${quote(name)} hands on its own input, which is its own output` };
  }

  function resolveAll(scope: Scope, texts: readonly string[], path: Path): readonly Ref[] {
    return texts.map((text, index) => resolve(scope, text, path, 'inputs', index, 0)).filter((ref) => ref !== undefined);
  }

  /** Follows entry `position` of the list `key` at `at`; the path is made only for an issue, since references are many. */
  function resolve(scope: Scope, text: string, at: Path, key: 'inputs' | 'outputs', position: number, depth: number): Ref | undefined {
    if (depth > maxReferenceDepth) {
      issues.push({
        path: [...at, key, position],
        code: 'too_deep',
        detail: `${quote(text)} leads through more than ${maxReferenceDepth} blocks`,
      });
      return undefined;
    }
    const name = localName(scope, text);
    const named = scope.names.get(name);
    if (named === undefined) {
      issues.push({
        path: [...at, key, position],
        code: 'unknown_reference',
        detail: `nothing is called ${quote(text)}${scope === root ? '' : ` in block ${quote(scope.block?.name)}`}${didYouMean(text, scope.names.keys())}`,
      });
      return undefined;
    }
    const output = name.length === text.length ? 0 : Number(text.slice(name.length + 1));
    if (named.kind === 'layer') return { node: output === 0 ? (named.activation ?? named.node) : named.node, output, text };
    if (named.kind === 'call') {
      if (named.last === undefined) return undefined;
      const outputs = outputsOf(named.last, depth);
      if (outputs === undefined) {
        issues.push(feedsItself(name, [...at, key, position]));
        return undefined;
      }
      const found = outputs[output];
      if (output >= outputs.length)
        issues.push({
          path: [...at, key, position],
          code: 'unknown_output',
          detail: `${quote(name)} has ${outputs.length} output${outputs.length === 1 ? '' : 's'}; there is no ${quote(text)}`,
        });
      return found && { ...found, text };
    }
    if (output > 0) {
      issues.push({
        path: [...at, key, position],
        code: 'unknown_output',
        detail: `${quote(name)} is one tensor; there is no ${quote(text)}`,
      });
      return undefined;
    }
    if (scope === root) return { node: -1 - named.position, output: 0, text };
    const bound = scope.bound(named.position, depth);
    return bound && { ...bound, text };
  }

  function resolveShares(): void {
    if (sharing.length === 0) return;
    const byFullName = new Map(nodes.map((node, index) => [node.name, index]));
    for (const { node, scope, name, path } of sharing) {
      const named = scope.names.get(name);
      const target = named?.kind === 'layer' ? named.node : byFullName.get(name);
      if (target === undefined)
        issues.push({
          path,
          code: 'unknown_reference',
          detail: `there is no layer ${quote(name)} to share weights with${didYouMean(name, layerNames(scope))}`,
        });
      else (nodes[node] as Node).shares = target;
      throwIfMany(issues);
    }
    // Every layer of a chain is led to the one at its end, so that no chain is walked twice.
    for (const { node } of sharing) {
      const chain = new Set<number>();
      let end = node;
      for (let next: number | undefined = node; next !== undefined && !chain.has(next); next = (nodes[next] as Node).shares) {
        chain.add(next);
        end = next;
      }
      const { name, shares, spec } = nodes[end] as Node;
      if (shares !== undefined)
        issues.push({ path: [...spec.path, 'shares'], code: 'cycle', detail: `${quote(name)} shares its weights with itself` });
      for (const sharer of chain) (nodes[sharer] as Node).shares = sharer === end ? undefined : end;
    }
  }

  /** First outputs of the nodes that nothing reads. */
  function unread(): Ref[] {
    const read = new Uint8Array(nodes.length);
    for (const node of nodes) for (const ref of node.inputs) if (ref.node >= 0) read[ref.node] = 1;
    return nodes.flatMap((node, index) => (read[index] === 0 ? [{ node: index, output: 0, text: node.name }] : []));
  }
}

function layerNames(scope: Scope): readonly string[] {
  return [...scope.names].filter(([, named]) => named.kind === 'layer').map(([name]) => name);
}

/** Names in a message: a block may have thousands. */
function firstFew(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ');
}

const nothing: readonly Ref[] = [];

function only(ref: Ref | undefined): readonly Ref[] {
  return ref === undefined ? nothing : [ref];
}

/** The name that a reference starts with: the whole text where something is called so, else what stands before `:k`. */
function localName(scope: Scope, text: string): string {
  if (scope.names.has(text)) return text;
  const colon = text.lastIndexOf(':');
  return colon > 0 && /^\d{1,6}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : text;
}

/** The document's floating type: its own statement, else that of its first floating input, else float32. */
function modelDtypeOf(document: ReadDocument): DType {
  if (document.dtype !== undefined && isFloating(document.dtype)) return document.dtype;
  return document.inputs.find((input) => input.dtype !== undefined && isFloating(input.dtype))?.dtype ?? 'float32';
}

function graphInputs(document: ReadDocument, modelDtype: DType, options: GraphOptions, issues: Issue[]): readonly GraphInput[] {
  const images = document.inputs.filter((input) => isImage(input.shape, input.batch));
  if (options.resolution !== undefined && images.length !== 1) {
    issues.push({
      path: document.posted.input === undefined ? ['inputs'] : ['input'],
      code: 'no_single_image',
      detail: `resolution replaces the spatial axes of the one image input; this document has ${images.length} inputs of 3 or 4 axes`,
    });
  }
  return document.inputs.map((input, index) => {
    const resized =
      options.resolution !== undefined && isImage(input.shape, input.batch)
        ? withResolution(input.shape, options.resolution, document.channelsLast)
        : input.shape;
    const path = document.posted.inputs === undefined ? ['input'] : ['inputs', index];
    return { name: input.name, shape: input.batch ? [options.batch_size, ...resized] : resized, dtype: input.dtype ?? modelDtype, path };
  });
}

/** Channels and two or three spatial axes, the batch axis apart. */
function isImage(shape: readonly number[], batch: boolean): boolean {
  return batch && (shape.length === 3 || shape.length === 4);
}

function withResolution(shape: readonly number[], [height, width]: readonly [number, number], channelsLast: boolean): readonly number[] {
  const first = shape.length - (channelsLast ? 3 : 2);
  return shape.map((extent, axis) => (axis === first ? height : axis === first + 1 ? width : extent));
}
