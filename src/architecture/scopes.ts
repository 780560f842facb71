/**
 * Names and what they stand for. They live in scopes: the document's, and one for each repetition of a block, which sees only its own layers and what
 * its inputs are bound to. A scope follows its references when every name is known; what does not resolve becomes an issue.
 */

import type { Issue, Path } from '../issue.ts';
import type { CallSpec } from './blocks.ts';
import type { ReadBlock } from './document.ts';
import type { Ref } from './graph.ts';
import { didYouMean, quote } from './names.ts';

/** What a name stands for inside one scope. */
export type Named =
  | { readonly kind: 'input'; readonly position: number }
  | { readonly kind: 'layer'; readonly name: string; readonly node: number; readonly activation: number | undefined }
  /** A call that cannot be placed has no scope; what reads it is not at fault. */
  | { readonly kind: 'call'; readonly last: Scope | undefined };

/** Where a block is put in place, and what its inputs are bound to. */
export interface Placing {
  readonly block: ReadBlock;
  readonly call: CallSpec;
  /** The scope that the call stands in, and what the call reads there. */
  readonly outside: Scope;
  readonly texts: readonly string[];
  /** The repetition before, which this one reads instead. */
  readonly before: Scope | undefined;
}

/** A forward reference through that many calls is refused rather than followed. */
const maxReferenceDepth = 500;

export class Scope {
  readonly names = new Map<string, Named>();
  /** Names of the layers and calls, in order. */
  readonly sequence: string[] = [];
  /** Names that something in this scope reads; kept where a block's outputs depend on it. */
  readonly #read = new Set<string>();
  readonly #issues: Issue[];
  /** Undefined for the document's scope. */
  readonly #placing: Placing | undefined;
  /** What its inputs are bound to, outside, as far as that was asked. */
  readonly #bound: (Ref | undefined)[] = [];
  #outputs: readonly (Ref | undefined)[] | 'being found' | undefined;

  /** What is wrong with its names and references is added to `issues`. */
  constructor(issues: Issue[], placing?: Placing) {
    this.#issues = issues;
    this.#placing = placing;
  }

  /** The name at `key` of what stands at `path` stands for `named`. */
  declare(name: string, named: Named, path: Path, key: string | number): void {
    if (this.names.has(name)) this.#refuse([...path, key], 'duplicate_name', `the name ${quote(name)} is used twice`);
    else this.names.set(name, named);
  }

  /** A block without `outputs` stands for what nothing in it reads. */
  get asksWhatIsRead(): boolean {
    return this.#placing !== undefined && this.#placing.block.outputs === undefined;
  }

  noteRead(text: string): void {
    this.#read.add(this.#nameIn(text));
  }

  /** A name may be read before it is declared, so `a:1` is looked at again once all are known; who reads `a.activation` reads `a`. */
  settleRead(): void {
    for (const text of [...this.#read]) {
      const name = this.#nameIn(text);
      const named = this.names.get(name);
      this.#read.add(named?.kind === 'layer' ? named.name : name);
    }
  }

  /** A plain name of a layer that is already known, which most references are; all others wait until every name is. */
  backward(text: string): readonly Ref[] | undefined {
    const named = this.names.get(text);
    return named?.kind === 'layer' ? [{ node: named.activation ?? named.node, output: 0, text }] : undefined;
  }

  /** What the `inputs` of the layer at `path` stand for. */
  resolveInputs(texts: readonly string[], path: Path): readonly Ref[] {
    if (texts.length === 1) {
      const ref = this.resolve(texts[0] as string, path, 'inputs', 0, 0);
      return ref === undefined ? [] : [ref];
    }
    return texts.map((text, index) => this.resolve(text, path, 'inputs', index, 0)).filter((ref) => ref !== undefined);
  }

  /** Follows entry `position` of the list `key` at `at`; the path is made only for an issue, since references are many. */
  resolve(text: string, at: Path, key: 'inputs' | 'outputs', position: number, depth: number): Ref | undefined {
    if (depth > maxReferenceDepth)
      return this.#refuse([...at, key, position], 'too_deep', `${quote(text)} leads through more than ${maxReferenceDepth} blocks`);
    const name = this.#nameIn(text);
    const named = this.names.get(name);
    if (named === undefined) {
      const where = this.#placing === undefined ? '' : ` in block ${quote(this.#placing.block.name)}`;
      const detail = `nothing is called ${quote(text)}${where}${didYouMean(text, this.names.keys())}`;
      return this.#refuse([...at, key, position], 'unknown_reference', detail);
    }
    const output = name.length === text.length ? 0 : Number(text.slice(name.length + 1));
    if (named.kind === 'layer') return { node: output === 0 ? (named.activation ?? named.node) : named.node, output, text };
    if (named.kind === 'call') {
      if (named.last === undefined) return undefined;
      const outputs = named.last.outputs(depth);
      if (outputs === undefined) return this.#refuse([...at, key, position], 'cycle', feedsItself(name));
      const found = outputs[output];
      if (output >= outputs.length) {
        const detail = `${quote(name)} has ${outputs.length} output${outputs.length === 1 ? '' : 's'}; there is no ${quote(text)}`;
        this.#refuse([...at, key, position], 'unknown_output', detail);
      }
      return found && { ...found, text };
    }
    if (output > 0)
      return this.#refuse([...at, key, position], 'unknown_output', `${quote(name)} is one tensor; there is no ${quote(text)}`);
    if (this.#placing === undefined) return { node: -1 - named.position, output: 0, text };
    const bound = this.#boundTo(named.position, depth);
    return bound && { ...bound, text };
  }

  /** What a repetition's outputs stand for; undefined while that is being found, which is where an output leads back to itself. */
  outputs(depth: number): readonly (Ref | undefined)[] | undefined {
    if (this.#outputs === 'being found') return undefined;
    if (this.#outputs === undefined) {
      this.#outputs = 'being found';
      const block = this.#placing?.block;
      const texts = block?.outputs ?? this.sequence.filter((name) => !this.#read.has(name));
      this.#outputs = texts.map((text, index) => this.resolve(text, ['blocks', block?.name ?? ''], 'outputs', index, depth + 1));
    }
    return this.#outputs;
  }

  #boundTo(position: number, depth: number): Ref | undefined {
    if (!(position in this.#bound)) {
      const { outside, texts, call, before } = this.#placing as Placing;
      this.#bound[position] =
        before === undefined
          ? outside.resolve(texts[position] as string, call.path, 'inputs', position, depth + 1)
          : this.#chained(before, position, depth);
    }
    return this.#bound[position];
  }

  /** Input `position` of a repetition: the same output of the one before. */
  #chained(before: Scope, position: number, depth: number): Ref | undefined {
    const { block, call } = this.#placing as Placing;
    const outputs = before.outputs(depth);
    if (outputs === undefined) return this.#refuse([...call.path, 'inputs', position], 'cycle', feedsItself(call.name ?? block.name));
    if (position < outputs.length) return outputs[position];
    const detail = `block ${quote(block.name)} has ${block.inputs.length} inputs but ${outputs.length} output${outputs.length === 1 ? '' : 's'}, so its repetitions cannot follow each other`;
    return this.#refuse([...call.path, 'repeat'], 'cannot_repeat', detail);
  }

  /** The name that a reference starts with: the whole text where something is called so, else what stands before `:k`. */
  #nameIn(text: string): string {
    if (this.names.has(text)) return text;
    const colon = text.lastIndexOf(':');
    return colon > 0 && /^\d{1,6}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : text;
  }

  #refuse(path: Path, code: string, detail: string): undefined {
    this.#issues.push({ path, code, detail });
  }
}

function feedsItself(name: string): string {
  return `${quote(name)} hands on its own input, which is its own output`;
}
