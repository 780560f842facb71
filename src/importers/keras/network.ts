/** What all layers of one file share while they become a document. */

import type { Limits } from '../../architecture/limits.ts';
import { tensorsPerLayer } from '../../architecture/limits.ts';
import { quote } from '../../architecture/names.ts';
import { InvalidArchitecture, Refusal } from '../../issue.ts';
import type { DType } from '../../tensor/dtype.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Draft, DraftTensor } from '../draft.ts';
import type { Arguments } from './arguments.ts';
import { Call, UnknownShape } from './call.ts';
import type { Entry } from './entry.ts';
import type { Structure } from './structure.ts';

/** Adds the native layers of one call and gives its outputs. */
export type Rule = (call: Call) => DraftTensor | readonly DraftTensor[];

/** What a call is told beside its arguments. */
export interface Occasion {
  /** Outputs that are read later, so far as the file says. */
  readonly expected: number;
  /** Whole shapes of the outputs as their readers state them, and their types. */
  readonly stated: readonly (StatedTensor | undefined)[];
  /** Whether what holds the layer is frozen. */
  readonly frozen: boolean;
}

export interface StatedTensor {
  readonly shape: Shape;
  readonly dtype: DType | undefined;
}

export interface NetworkOptions {
  readonly draft: Draft;
  readonly limits: Limits;
  readonly channelsLast: boolean;
  readonly ruleOf: (entry: Entry) => Rule;
  readonly stored: StoredWeights;
}

/** What a file says of its weights apart from the layers. */
export interface StoredWeights {
  /** Types that weights are kept in, by layer name. */
  readonly types: ReadonlyMap<string, DType>;
  /** Shapes, by the weight's name. */
  readonly shapes: ReadonlyMap<string, Shape>;
}

export const nothingStored: StoredWeights = { types: new Map(), shapes: new Map() };

export class Network {
  readonly draft: Draft;
  readonly limits: Limits;
  readonly channelsLast: boolean;
  readonly stored: StoredWeights;
  /** Name of the row that owns the weights of a layer, or the learned tensor itself, by the layer's key and the part. */
  readonly owners = new Map<string, DraftTensor>();
  /** Extent of the batch axis; set with the inputs. */
  batch = 1;
  /** Shapes that the file states hold for other extents than those asked for. */
  stale = false;
  readonly #ruleOf: (entry: Entry) => Rule;
  readonly #structures = new Map<string, Structure>();
  #calls = 0;
  #outputs = 0;
  #reads = 0;
  #depth = 0;

  constructor({ draft, limits, channelsLast, ruleOf, stored }: NetworkOptions) {
    this.draft = draft;
    this.limits = limits;
    this.channelsLast = channelsLast;
    this.stored = stored;
    this.#ruleOf = ruleOf;
  }

  /** How a functional model is wired, read once however often it is called. */
  structureOf(entry: Entry, read: () => Structure): Structure {
    const known = this.#structures.get(entry.key) ?? read();
    this.#structures.set(entry.key, known);
    return known;
  }

  /** Calls a layer; what it refuses becomes an issue, and its outputs are unknown. */
  apply(entry: Entry, name: string, args: Arguments<DraftTensor>, occasion: Occasion): readonly DraftTensor[] {
    // Models of models that only pass on what they read add no rows, so that calls are bounded apart from them.
    this.#bound(++this.#calls, 4, entry, 'calls');
    this.#outputs += occasion.expected;
    this.#bound(this.#outputs, 10, entry, 'outputs');
    this.#depth++;
    try {
      if (this.#depth > this.limits.maxDepth)
        throw new Refusal(entry.path.slice(0, 8), 'too_deep', `layers are nested more than ${this.limits.maxDepth} deep`);
      return this.#run(new Call(this, entry, name, args, occasion));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.draft.refuse(error.at, error.code, `${quote(name)}: ${error.message}`);
      const unknown: DraftTensor = { text: name, shape: undefined, dtype: this.draft.modelDtype };
      return new Array<DraftTensor>(Math.max(occasion.expected, 1)).fill(unknown);
    } finally {
      this.#depth--;
    }
  }

  /** Bounds what all rows read together: a model of a large merge may be called very often. */
  countReads(entry: Entry, reads: number): void {
    this.#reads += reads;
    this.#bound(this.#reads, tensorsPerLayer, entry, 'inputs');
  }

  #bound(count: number, perLayer: number, { path }: Entry, what: string): void {
    const most = perLayer * this.limits.maxLayers;
    if (count > most)
      throw new InvalidArchitecture([{ path, code: 'too_large', detail: `the layers have more than ${most} ${what} in all` }]);
  }

  #run(call: Call): readonly DraftTensor[] {
    try {
      const outputs = this.#ruleOf(call.entry)(call);
      return Array.isArray(outputs) ? outputs : [outputs as DraftTensor];
    } catch (error) {
      if (!(error instanceof UnknownShape)) throw error;
      return call.opaque();
    } finally {
      call.publishNotes();
    }
  }
}
