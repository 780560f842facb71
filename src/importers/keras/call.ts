/** One call of a layer: its configuration and arguments on one side, the rows that it becomes on the other. */

import { quote } from '../../architecture/names.ts';
import { Refusal } from '../../issue.ts';
import { operatorOf } from '../../operators/index.ts';
import type { DType } from '../../tensor/dtype.ts';
import { isFloating } from '../../tensor/dtype.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { DraftTensor } from '../draft.ts';
import type { ImportNote } from '../imported.ts';
import type { Argument, Arguments } from './arguments.ts';
import { Dictionary, leavesOf, plainValue, Slice } from './arguments.ts';
import type { Config } from './config.ts';
import type { Entry } from './entry.ts';
import type { Network, Occasion } from './network.ts';
import type { Policy } from './policy.ts';
import { readPolicy } from './policy.ts';

/** A rule needs a shape that nobody knows: the layer becomes an opaque row. */
export class UnknownShape extends Error {}

/** As many tensors as a layer of a document may read. */
const mostTensors = 4096;

type Attributes = Readonly<Record<string, unknown>>;

export function isTensor(argument: Argument<DraftTensor> | undefined): argument is DraftTensor {
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return false;
  return !(argument instanceof Dictionary || argument instanceof Slice);
}

export class Call {
  readonly network: Network;
  readonly entry: Entry;
  readonly name: string;
  readonly args: readonly Argument<DraftTensor>[];
  readonly kwargs: ReadonlyMap<string, Argument<DraftTensor>>;
  readonly occasion: Occasion;
  readonly policy: Policy | undefined;
  readonly #frozen: boolean;
  readonly #notes: Pick<ImportNote, 'code' | 'severity' | 'detail'>[] = [];
  /** Name of the layer's own row, once it is there. */
  #rowName: string;

  constructor(network: Network, entry: Entry, name: string, { args, kwargs }: Arguments<DraftTensor>, occasion: Occasion) {
    this.network = network;
    this.entry = entry;
    this.name = name;
    this.#rowName = name;
    this.args = args;
    this.kwargs = kwargs;
    this.occasion = occasion;
    this.policy = readPolicy(entry.config);
    this.#frozen = occasion.frozen || entry.config.raw('trainable') === false;
  }

  /** The type that the weights are kept in. */
  get #stored(): DType | undefined {
    const { types } = this.network.stored;
    return types.get(this.name) ?? types.get(this.entry.name) ?? this.policy?.variable;
  }

  get config(): Config {
    return this.entry.config;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** The argument at a position, or by its name. */
  argument(position: number, name: string): Argument<DraftTensor> | undefined {
    return this.args[position] ?? this.kwargs.get(name);
  }

  /** A plain argument, or a value of the configuration, where Keras's operations keep some of theirs. */
  plain(position: number, name: string): Argument<DraftTensor> | undefined {
    return this.argument(position, name) ?? plainValue(this.config.raw(name));
  }

  /** Every tensor of the first argument. */
  get tensors(): readonly DraftTensor[] {
    const tensors = this.#allTensors();
    if (tensors.length > mostTensors) return this.refuse('too_large', `it reads ${tensors.length} tensors; the most is ${mostTensors}`);
    return tensors;
  }

  #allTensors(): readonly DraftTensor[] {
    const found = this.args.length > 0 ? leavesOf<DraftTensor>(this.args[0] as Argument<DraftTensor>) : [];
    return found.length > 0 ? found : [...this.args, ...this.kwargs.values()].flatMap((argument) => leavesOf<DraftTensor>(argument));
  }

  /** The first tensor. */
  get input(): DraftTensor {
    return this.tensors[0] ?? this.refuse('missing_input', `${this.entry.className} is called without a tensor`);
  }

  /** Whole shape of a tensor; where nobody knows it, the layer ends as an opaque row. */
  shapeOf(tensor: DraftTensor): Shape {
    if (tensor.shape === undefined) throw new UnknownShape();
    return tensor.shape;
  }

  /** Shape of the input, which must have from `least` to `most` axes. */
  shape(least = 1, most = 64): Shape {
    const shape = this.shapeOf(this.input);
    if (shape.length >= least && shape.length <= most) return shape;
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    return this.refuse('wrong_rank', `${this.entry.className} reads ${wanted} axes, but is given [${shape.join(', ')}]`);
  }

  refuse(code: string, detail: string): never {
    throw new Refusal(this.entry.path, code, detail);
  }

  /** Adds one row and gives its first output; `part` names a row beside the layer's own. */
  row(type: string, attributes: Attributes = {}, inputs: readonly DraftTensor[] = [this.input], part?: string): DraftTensor {
    return this.rows(type, attributes, inputs, part)[0] as DraftTensor;
  }

  /** Adds one row and gives its outputs. */
  rows(type: string, attributes: Attributes, inputs: readonly DraftTensor[], part?: string, expected = 1): readonly DraftTensor[] {
    const { draft, owners } = this.network;
    this.network.countReads(this.entry, inputs.length);
    const owns = operatorOf(type)?.weights !== undefined;
    const key = `${this.entry.key}|${part ?? ''}`;
    const owner = owns ? owners.get(key) : undefined;
    const layer = {
      name: part === undefined ? this.name : `${this.name}/${part}`,
      type,
      ...('dtype' in attributes || type === 'custom' ? {} : this.#outputType(inputs, owns)),
      ...attributes,
      ...(owns ? this.#weightType(attributes) : {}),
      ...(owner === undefined ? {} : { shares: owner.text }),
    };
    const outputs = draft.add(layer, inputs, this.entry.path, expected);
    if (part === undefined) this.#rowName = outputs[0]?.text ?? this.name;
    if (owns && owner === undefined) owners.set(key, outputs[0] as DraftTensor);
    return outputs;
  }

  /** A learned tensor of the layer that is no native layer's weight; one row however often the layer is called. */
  parameter(part: string, shape: Shape): DraftTensor {
    const known = this.network.owners.get(`${this.entry.key}|${part}`);
    return known ?? this.row('parameter', { shape }, [], part);
  }

  /** A number, or a list of them, that an operation reads. */
  constant(part: string, shape: Shape = [], dtype?: DType): DraftTensor {
    return this.row('constant', { shape, ...(dtype === undefined ? {} : { dtype }) }, [], part);
  }

  /** Shape of a weight, where the file lists its weights. */
  storedShape(weight: string): Shape | undefined {
    const { shapes } = this.network.stored;
    return shapes.get(`${this.name}/${weight}`) ?? shapes.get(`${this.entry.name}/${weight}`);
  }

  /** Layout of the layer's feature maps, where it is not the document's. */
  layout(channelsLast = this.channelsLast): Attributes {
    if (channelsLast === this.network.channelsLast) return {};
    return { data_format: channelsLast ? 'channels_last' : 'channels_first' };
  }

  get channelsLast(): boolean {
    const value = this.config.raw('data_format') ?? undefined;
    if (value === undefined) return true;
    return this.config.word('data_format', ['channels_last', 'channels_first'], 'channels_last') === 'channels_last';
  }

  /** Says something about the layer once, however often it comes up. */
  note(code: string, severity: ImportNote['severity'], detail: string): void {
    if (!this.#notes.some((note) => note.detail === detail)) this.#notes.push({ code, severity, detail });
  }

  /** Hands the notes over, under the name that the layer's own row has got. */
  publishNotes(): void {
    for (const { code, severity, detail } of this.#notes)
      this.network.draft.note(code, severity, this.#rowName, this.entry.path, `${quote(this.#rowName)}: ${detail}`);
  }

  /** A row whose cost is unknown, with the shapes that the file states. */
  opaque(shapes?: readonly Shape[], dtypes?: readonly (DType | undefined)[]): readonly DraftTensor[] {
    const { expected, stated } = this.occasion;
    const outputs = Math.max(expected, shapes?.length ?? 1);
    const known = shapes ?? this.#statedShapes(outputs);
    const types = known?.map((_, output) => dtypes?.[output] ?? stated[output]?.dtype);
    return this.rows(
      'custom',
      {
        operator: this.entry.className.slice(0, 512).replace(/[^\x20-\x7e]/g, '?'),
        ...(known === undefined ? {} : { output_shapes: known }),
        ...(types === undefined || types.includes(undefined) ? {} : { output_dtypes: types }),
      },
      [...new Set([...this.args, ...this.kwargs.values()].flatMap((argument) => leavesOf<DraftTensor>(argument)))],
      undefined,
      outputs,
    );
  }

  #statedShapes(outputs: number): readonly Shape[] | undefined {
    if (this.network.stale) return undefined;
    const shapes = Array.from({ length: outputs }, (_, output) => this.occasion.stated[output]?.shape);
    return shapes.includes(undefined) ? undefined : (shapes as Shape[]);
  }

  /** States the output type where the policy computes in another type than arrives. */
  #outputType(inputs: readonly DraftTensor[], owns: boolean): Attributes {
    const compute = this.policy?.compute ?? (owns && this.#stored !== undefined ? this.network.draft.modelDtype : undefined);
    if (compute === undefined) return {};
    const floating = inputs.filter(({ dtype }) => isFloating(dtype));
    if (inputs.length > 0 && floating.length === 0 && !owns) return {};
    // Weights that are stored in a smaller type are not the type of what comes out.
    if (owns && this.#stored !== undefined && this.#stored !== compute) return { dtype: compute };
    const natural = compute === this.network.draft.modelDtype || (!owns && inputs.length > 0);
    return natural && floating.every(({ dtype }) => dtype === compute) ? {} : { dtype: compute };
  }

  #weightType(attributes: Attributes): Attributes {
    const stored = this.#stored;
    const type =
      stored === undefined || stored === this.network.draft.modelDtype || attributes.weight_dtype !== undefined
        ? {}
        : { weight_dtype: stored };
    return this.#frozen ? { ...type, trainable: false } : type;
  }
}
