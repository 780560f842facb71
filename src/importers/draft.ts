/**
 * A native document in the making. Importers add layers one by one; each is read and inferred at once by the same rules that a posted document meets, so
 * that an importer knows the shape of every tensor while it translates. What does not hold becomes an issue at its place in the foreign file.
 */

import { outputsOf, relayout } from '../analysis/infer-shapes.ts';
import { sizeProblem } from '../analysis/tensor-limits.ts';
import type { Document, DocumentInput } from '../architecture/document.ts';
import type { Limits } from '../architecture/limits.ts';
import { LargeNetwork } from '../architecture/limits.ts';
import { quote } from '../architecture/names.ts';
import type { LayerSpec, Posted } from '../architecture/read-layer.ts';
import { readLayer } from '../architecture/read-layer.ts';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, Refusal, throwIfAny, throwIfMany } from '../issue.ts';
import type { LayerContext } from '../operators/operator.ts';
import { arityOf } from '../operators/operator.ts';
import type { DType } from '../tensor/dtype.ts';
import { isFloating } from '../tensor/dtype.ts';
import { channelsFirst } from '../tensor/feature-map.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import type { ImportNote } from './imported.ts';
import { Names } from './names.ts';

export interface DraftTensor {
  /** How a layer's `inputs` names it. */
  readonly text: string;
  /** Whole shape; undefined where an opaque or a refused layer makes it. */
  readonly shape: Shape | undefined;
  readonly dtype: DType;
}

export interface DraftOptions {
  readonly name: string | undefined;
  /** The document's floating type; that of its first floating input where absent. */
  readonly dtype?: DType | undefined;
  readonly channelsLast?: boolean;
  readonly limits: Limits;
}

export interface Finished {
  readonly document: Document;
  readonly origin: (path: Path) => Path;
  readonly diagnostics: readonly ImportNote[];
  readonly told: readonly string[];
}

/** Codes of notes, where they are warnings, that a layer's weights and compute are unknown. */
const uncosted: ReadonlySet<string> = new Set(['not_costed', 'custom_layer']);

export class Draft {
  readonly #options: DraftOptions;
  readonly #names: Names;
  readonly #inputs: DocumentInput[] = [];
  readonly #inputPlaces: Path[] = [];
  /** Undefined: a place that is kept, and was not needed. */
  readonly #layers: (Posted | undefined)[] = [];
  readonly #places: Path[] = [];
  readonly #issues: Issue[] = [];
  readonly #notes: ImportNote[] = [];
  readonly #told: string[] = [];
  #modelDtype: DType | undefined;
  /** Name of the entry before, which a layer without `inputs` reads. */
  #previous: string | undefined;

  constructor(options: DraftOptions) {
    this.#options = options;
    this.#names = new Names(options.limits.maxNameLength);
    this.#modelDtype = options.dtype;
  }

  /** Floating type of the model as far as it is known: weights of another type need `weight_dtype` on their layer. */
  get modelDtype(): DType {
    return this.#modelDtype ?? 'float32';
  }

  /** Another draft under the same limits, for what is tried and thrown away. */
  blank(): Draft {
    return new Draft({ name: undefined, dtype: this.modelDtype, limits: this.#options.limits });
  }

  /** Layers so far. */
  get size(): number {
    return this.#layers.length;
  }

  /** A graph input of this whole shape; with `batch` its first extent is the batch axis, which the document leaves out. */
  input(name: string, tensor: TensorType, batch: boolean, at: Path): DraftTensor {
    const text = this.#names.take(name, 'input', 1);
    if (this.#modelDtype === undefined && isFloating(tensor.dtype)) this.#modelDtype = tensor.dtype;
    const problem = sizeProblem([tensor], this.#options.limits);
    if (problem !== undefined) this.refuse(at, problem.code, `input ${quote(name)}: ${problem.detail}`);
    const shape = batch ? tensor.shape.slice(1) : tensor.shape;
    // Safe: an importer maps foreign types to those that an input may have; the document is read again before it is measured.
    const dtype = tensor.dtype as NonNullable<DocumentInput['dtype']>;
    this.#inputs.push({ name: text, shape, dtype, ...(batch ? {} : { batch: false }) });
    this.#inputPlaces.push(at);
    this.#previous ??= text;
    return { text, shape: problem === undefined ? tensor.shape : undefined, dtype: tensor.dtype };
  }

  /**
   * Adds a native layer (`name`, `type` and attributes) that reads `inputs`, and gives its outputs, `expected` of them where they are not known. The name is
   * made unique and printable; that of the first output is how `shares` names the layer.
   */
  add(layer: Posted, inputs: readonly DraftTensor[], at: Path, expected = 1): readonly DraftTensor[] {
    throwIfMany(this.#issues);
    const { limits, channelsLast = false } = this.#options;
    const index = this.#layers.length;
    if (index === limits.inlineLayers) throw new LargeNetwork();
    if (index === limits.maxLayers)
      throw new InvalidArchitecture([{ path: at, code: 'too_large', detail: `the network has more than ${limits.maxLayers} layers` }]);
    const { name: wanted, ...rest } = layer;
    const subject = quote(wanted === undefined || wanted === '' ? layer.type : wanted);
    const found: Issue[] = [];
    const spec = readLayer(rest, ['layers', index], channelsLast, found);
    for (const { code, detail } of found) this.#issues.push({ path: at, code, detail: `${subject}: ${detail}` });
    const outputs = spec === undefined ? undefined : this.#infer(spec, subject, inputs, at);
    const name = this.#names.take(wanted, String(layer.type), outputs?.length ?? expected, layer.activation !== undefined);
    const texts = inputs.map(({ text }) => text);
    const reads = texts.length === 1 && texts[0] === this.#previous && spec?.operator.inputs.max !== 0 ? {} : { inputs: texts };
    this.#layers.push({ name, ...rest, ...(texts.length === 0 && spec?.operator.inputs.max === 0 ? {} : reads) });
    this.#places.push(at);
    this.#previous = name;
    const text = (output: number): string => (output === 0 ? name : `${name}:${output}`);
    if (outputs !== undefined) return outputs.map(({ shape, dtype }, output) => ({ text: text(output), shape, dtype }));
    return Array.from({ length: expected }, (_, output) => ({ text: text(output), shape: undefined, dtype: this.modelDtype }));
  }

  /** Keeps a place among the layers for one that may turn out to be there. */
  slot(at: Path): number {
    this.#layers.push(undefined);
    this.#places.push(at);
    // The next layer says what it reads: the layer before it may yet be another.
    this.#previous = undefined;
    return this.#layers.length - 1;
  }

  /** The place in the foreign file that an entry of the layers comes from. */
  placeOf(index: number): Path {
    return this.#places[index] as Path;
  }

  /** Puts a layer without inputs into a place that was kept; nothing reads it, which is for the importer to say. */
  fill(slot: number, layer: Posted): string {
    const name = this.#names.take(layer.name, String(layer.type), 1);
    this.#layers[slot] = { ...layer, name };
    this.#told.push(name);
    return name;
  }

  /** Adds an issue; `finish` throws all of them. */
  refuse(at: Path, code: string, detail: string): void {
    this.#issues.push({ path: at, code, detail });
    throwIfMany(this.#issues);
  }

  /** Adds a diagnostic to the report. */
  note(code: string, severity: ImportNote['severity'], layer: string | undefined, at: Path, detail: string): void {
    this.#notes.push({ code, severity, layer, at, detail });
    if (layer !== undefined && severity === 'warning' && uncosted.has(code)) this.#told.push(layer);
  }

  /** The document, or `InvalidArchitecture` with every issue. */
  finish(outputs: readonly { readonly tensor: DraftTensor; readonly at: Path }[]): Finished {
    if (this.#layers.length === 0 && this.#issues.length === 0) this.refuse([], 'empty', 'the file has no layer that can be measured');
    throwIfAny(this.#issues);
    const { name, dtype, channelsLast } = this.#options;
    const read = new Map(outputs.map(({ tensor, at }) => [tensor.text, at]));
    const places = [...read.values()];
    const kept = this.#layers.flatMap((layer, index) => (layer === undefined ? [] : [{ layer, at: this.#places[index] as Path }]));
    const printable = name === undefined ? undefined : new Names(this.#options.limits.maxNameLength).take(name, '', 1);
    const document: Document = {
      ...(printable === undefined || printable === '_1' ? {} : { name: printable }),
      ...(dtype === undefined ? {} : { dtype }),
      ...(channelsLast ? { data_format: 'channels_last' as const } : {}),
      inputs: this.#inputs,
      layers: kept.map(({ layer }) => layer),
      ...(read.size === 0 ? {} : { outputs: [...read.keys()] }),
    };
    const sources: Readonly<Record<string, readonly Path[]>> = {
      layers: kept.map(({ at }) => at),
      inputs: this.#inputPlaces,
      outputs: places,
    };
    return {
      document,
      origin: ([list, index]) => sources[String(list)]?.[Number(index)] ?? [],
      diagnostics: this.#notes,
      told: this.#told,
    };
  }

  /** Outputs of a layer that reads these tensors; undefined where they cannot be told, with an issue where that is somebody's fault. */
  #infer(spec: LayerSpec, subject: string, inputs: readonly DraftTensor[], at: Path): readonly TensorType[] | undefined {
    const { operator } = spec;
    const { min, max } = arityOf(operator, spec.attributes);
    const { names } = operator.inputs;
    if (inputs.length < min || inputs.length > max) {
      const wanted = min === max ? `${min}` : `${min} to ${max}`;
      this.refuse(at, 'wrong_input_count', `${subject}: ${operator.type} reads ${wanted} (${names.join(', ')}); given ${inputs.length}`);
      return undefined;
    }
    if (operator.isOpaque?.(spec.attributes) || inputs.some(({ shape }) => shape === undefined)) return undefined;
    const context: LayerContext = {
      dtype: spec.dtype,
      modelDtype: this.modelDtype,
      weightDtype: spec.weight_dtype ?? this.modelDtype,
      producer: (index) => quote(inputs[index]?.text ?? `input ${index}`),
    };
    try {
      const first = relayout(operator, spec, inputs as readonly TensorType[], channelsFirst);
      const outputs = outputsOf(spec, first, context);
      const problem = sizeProblem(outputs, this.#options.limits);
      if (problem === undefined) return outputs;
      this.refuse(at, problem.code, `${subject}: ${problem.detail}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(at, error.code, `${subject}: ${error.message}`);
    }
    return undefined;
  }
}
