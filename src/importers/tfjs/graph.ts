/**
 * A TensorFlow.js graph model to a native document. Feature maps are channels last. The numbers of constants lie in weight files that are not sent, so that a
 * shape which hangs on them is stated by the graph, taken to be the usual one with a diagnostic, or unknown.
 */

import { isObject } from '../../architecture/document.ts';
import { didYouMean, quote } from '../../architecture/names.ts';
import type { Posted } from '../../architecture/read-layer.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { isFloating } from '../../tensor/dtype.ts';
import { productOf } from '../../tensor/product.ts';
import type { Shape, TensorType } from '../../tensor/shape.ts';
import type { DraftTensor } from '../draft.ts';
import { Draft } from '../draft.ts';
import type { Bound, FedInput, GraphKind } from '../graph-inputs.ts';
import { bindInputs } from '../graph-inputs.ts';
import type { Imported, ImportOptions } from '../imported.ts';
import { orderOf } from '../onnx/node-order.ts';
import type { Value } from '../value.ts';
import { constant, flowing, unknown } from '../value.ts';
import type { WeightSource, Weights } from '../weights.ts';
import { untilSettled } from '../weights.ts';
import type { GraphNode } from './graph-def.ts';
import { dtypeNamed, readNodes } from './graph-def.ts';
import type { ManifestWeight } from './manifest.ts';
import { readManifest } from './manifest.ts';
import type { Surroundings } from './operation.ts';
import { Operation } from './operation.ts';
import { lowerings } from './operations/index.ts';

/** Feature maps are channels last: height and width stand between batch and channels. */
const kind: GraphKind = { place: ['modelTopology', 'node'], imageAxes: '4', height: () => 1, remedy: '?resolution=224 or ' };

/** Translates the model; throws `InvalidArchitecture` with places of the sent JSON. */
export function importGraph(model: Posted, options: ImportOptions): Imported {
  const topology = model.modelTopology as Posted;
  const nodes = readNodes(topology.node as readonly unknown[], ['modelTopology', 'node']);
  const manifest = new Map(readManifest(model).map((weight) => [weight.name, weight]));
  return untilSettled((weights) => new GraphTranslation(nodes, manifest, options, weights).run(signatureOutputs(model)));
}

/** A placeholder; an extent of −1 is open, also where it is written as 0. */
function fedInput({ name, attributes, at }: GraphNode): FedInput {
  const shape = isObject(attributes.shape) && isObject(attributes.shape.shape) ? attributes.shape.shape : undefined;
  const list = Array.isArray(shape?.dim) ? shape.dim : [];
  const extents = list.map((dim: unknown) => Number(isObject(dim) ? (dim.size ?? 0) : Number.NaN));
  const isStated = shape !== undefined && shape.unknownRank !== true && extents.every((extent) => Number.isSafeInteger(extent));
  const dims = isStated ? extents.map((extent) => (extent > 0 ? extent : undefined)) : undefined;
  return { name, dims, isImage: dims?.length === 4, at };
}

/** Names of outputs that the signature lists, if it does. */
function signatureOutputs(model: Posted): readonly string[] | undefined {
  const metadata = isObject(model.userDefinedMetadata) ? model.userDefinedMetadata : {};
  const signature = isObject(model.signature) ? model.signature : metadata.signature;
  const outputs = isObject(signature) && isObject(signature.outputs) ? Object.values(signature.outputs) : [];
  const names = outputs.flatMap((output) => (isObject(output) && typeof output.name === 'string' ? [output.name] : []));
  return names.length === 0 ? undefined : names;
}

class GraphTranslation implements Surroundings {
  readonly draft: Draft;
  readonly weights: Weights;
  readonly readers: ReadonlyMap<string, readonly GraphNode[]>;
  readonly #nodes: readonly GraphNode[];
  readonly #manifest: ReadonlyMap<string, ManifestWeight>;
  readonly #options: ImportOptions;
  readonly #values = new Map<string, readonly Value[]>();

  constructor(nodes: readonly GraphNode[], manifest: ReadonlyMap<string, ManifestWeight>, options: ImportOptions, weights: Weights) {
    this.#nodes = nodes;
    this.#manifest = manifest;
    this.#options = options;
    this.draft = new Draft({ name: undefined, dtype: 'float32', channelsLast: true, limits: options.limits });
    this.weights = weights;
    this.readers = readersOf(nodes);
  }

  shapeOf(name: string, output: number): Shape | undefined {
    return this.#values.get(name)?.[output]?.shape;
  }

  weightShape(name: string): Shape | undefined {
    return this.#manifest.get(name)?.shape ?? this.#values.get(name)?.[0]?.shape;
  }

  run(outputs: readonly string[] | undefined): Imported {
    const placeholders = this.#nodes.filter(({ op }) => op === 'Placeholder' || op === 'PlaceholderV2');
    const { inputs, batch_size } = bindInputs(placeholders.map(fedInput), kind, this.#options, this.draft);
    for (const [index, node] of placeholders.entries()) this.#feed(node, inputs[index]);
    // What a loop hands back to its beginning is no reason to wait: the loop itself is not followed.
    const returning = new Set(this.#nodes.filter(({ op }) => op === 'NextIteration').map(({ name }) => name));
    const { order, cycle } = orderOf(
      this.#nodes.map((node) => ({
        inputs: node.inputs.map(({ name }) => name).filter((name) => !returning.has(name)),
        outputs: [node.name],
        attributes: [],
      })),
    );
    if (cycle !== undefined) {
      const node = this.#nodes[cycle] as GraphNode;
      this.draft.refuse(node.at, 'cycle', `${quote(node.name)} reads, by way of others, what it makes itself`);
      this.draft.finish([]);
    }
    for (const index of order) this.#translate(this.#nodes[index] as GraphNode);
    const finished = this.draft.finish(this.#outputs(outputs));
    return { format: 'tfjs', batch_size, ...finished };
  }

  #feed(node: GraphNode, bound: Bound['inputs'][number]): void {
    const dtype = dtypeNamed(isObject(node.attributes.dtype) ? node.attributes.dtype.type : undefined) ?? 'float32';
    const value = bound && flowing(this.draft.input(node.name, { shape: bound.shape, dtype }, bound.batched, node.at));
    this.#values.set(node.name, [value ?? unknown(dtype)]);
  }

  #outputs(names: readonly string[] | undefined): readonly { readonly tensor: DraftTensor; readonly at: Path }[] {
    const found = (names ?? []).flatMap((text) => {
      const [, name = text, output = '0'] = /^(.*):(\d+)$/s.exec(text) ?? [];
      const value = this.#values.get(name)?.[Number(output)];
      const node = this.#nodes.find((candidate) => candidate.name === name);
      return value === undefined || node === undefined ? [] : [{ tensor: value.tensor(), at: node.at }];
    });
    if (found.length > 0) return found;
    return this.#nodes
      .filter(({ name, op }) => !this.readers.has(name) && op !== 'Const' && op !== 'NoOp' && op !== 'Placeholder')
      .flatMap(({ name, at }) => (this.#values.get(name) ?? []).slice(0, 1).map((value) => ({ tensor: value.tensor(), at })));
  }

  #translate(node: GraphNode): void {
    if (this.#values.has(node.name) || node.op === 'NoOp') return;
    if (node.op === 'Const') {
      this.#values.set(node.name, [this.#stored(node)]);
      return;
    }
    let missing = false;
    // Of what a loop joins, only what enters it is there yet.
    const readable = node.op === 'Merge' ? node.inputs.filter(({ name }) => this.#values.has(name)) : node.inputs;
    const inputs = readable.map(({ name, output }, index) => {
      const value = this.#values.get(name)?.[output];
      if (value !== undefined) return value;
      missing = true;
      const made = this.#values.has(name)
        ? `output ${output} of ${quote(name)}`
        : `${quote(name)}, which is no node${didYouMean(name, this.#values.keys())}`;
      this.draft.refuse([...node.at, 'input', index], 'unknown_reference', `${quote(node.name)} reads ${made}`);
      return unknown('float32');
    });
    let outputs: readonly Value[] = [unknown('float32')];
    if (!missing) {
      try {
        outputs = this.#lower(new Operation(this, node, inputs));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        this.draft.refuse(node.at, error.code, `${quote(node.name)}: ${error.message}`);
      }
    }
    this.#values.set(node.name, outputs);
  }

  #lower(operation: Operation): readonly Value[] {
    const { node, inputs } = operation;
    const lowering = lowerings.get(node.op);
    if (lowering === undefined)
      return operation.addCustom(`"${node.name}" is ${node.op}, which is not known here: its weights and compute are unknown`);
    if (inputs.some(({ shape }) => shape === undefined))
      return operation.add(
        { type: 'custom', operator: node.op },
        inputs.filter((value) => !value.constant),
        8,
      );
    // What only moves a stored tensor is that tensor.
    if (node.op === 'Identity' && inputs[0]?.constant === true) return [inputs[0]];
    if (node.op === 'Shape' || node.op === 'Size') return this.#measured(operation);
    const numbers = this.#arithmetic(operation);
    if (numbers !== undefined) return numbers;
    return lowering(operation);
  }

  /** The shape of a tensor as numbers. */
  #measured({ node, inputs }: Operation): readonly Value[] {
    const shape = inputs[0]?.shape ?? [];
    const known = node.op === 'Shape' ? { shape: [shape.length], values: shape } : { shape: [], values: [productOf(shape)] };
    return [this.#numbers({ ...known, dtype: 'int32' }, node, known.values)];
  }

  /** Arithmetic of shapes: numbers that no row makes, of a shape that is known where theirs are not. */
  #arithmetic(operation: Operation): readonly Value[] | undefined {
    const { node, inputs } = operation;
    if (inputs.length === 0 || !inputs.every((value) => value.constant && value.weight === undefined)) return undefined;
    const lengths = inputs.map(({ shape }) => shape?.[0] ?? 0);
    const shape = {
      Pack: [inputs.length],
      ConcatV2: [lengths.slice(0, -1).reduce((sum, length) => sum + length, 0)],
      Prod: [],
      StridedSlice: [] as number[],
    }[node.op];
    if (node.op === 'StridedSlice' && operation.int('shrink_axis_mask', 0) === 0) return undefined;
    if (shape !== undefined) return [this.#numbers({ shape, dtype: 'int32' }, node, undefined)];
    if (node.op !== 'Cast' && !['Mul', 'Add', 'AddV2', 'Sub', 'FloorDiv', 'Maximum', 'Minimum'].includes(node.op)) return undefined;
    const longest = inputs.reduce((found, { shape: own = [] }) => (own.length > found.length ? own : found), [] as Shape);
    return [this.#numbers({ shape: longest, dtype: 'int32' }, node, undefined)];
  }

  /** A constant: a weight where it is floating and no scalar, else numbers, known where the file has them. */
  #stored(node: GraphNode): Value {
    const held = isObject(node.attributes.value) && isObject(node.attributes.value.tensor) ? node.attributes.value.tensor : {};
    const listed = this.#manifest.get(node.name);
    const dims = isObject(held.tensorShape) && Array.isArray(held.tensorShape.dim) ? held.tensorShape.dim : [];
    const shape = listed?.shape ?? dims.map((dim: unknown) => Number(isObject(dim) ? dim.size : Number.NaN));
    if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
      this.draft.refuse(node.at, 'invalid_value', `${quote(node.name)}: its shape is no list of extents`);
      return unknown('float32');
    }
    const dtype = listed?.dtype ?? dtypeNamed(held.dtype) ?? 'float32';
    const values = numbersOf(held, productOf(shape));
    if (!isFloating(dtype) || shape.length === 0) return this.#numbers({ shape, dtype }, node, values);
    const source: WeightSource = { key: node.name, name: node.name, shape, dtype: listed?.stored ?? dtype, at: node.at, literal: false };
    const weight_dtype = source.dtype === this.draft.modelDtype ? {} : { weight_dtype: source.dtype };
    const row = (): DraftTensor =>
      this.draft.add({ name: node.name, type: 'parameter', shape, ...weight_dtype, dtype }, [], node.at)[0] as DraftTensor;
    return constant({ shape, dtype, values, weight: source }, () => this.weights.row(source, row));
  }

  #numbers({ shape, dtype }: TensorType, node: GraphNode, values: readonly number[] | undefined): Value {
    return constant(
      { shape, dtype, values },
      () => this.draft.add({ name: node.name, type: 'constant', shape, dtype }, [], node.at)[0] as DraftTensor,
    );
  }
}

/** Numbers that a tensor holds in the file itself, which converters rarely leave there. */
function numbersOf(held: Posted, elements: number): readonly number[] | undefined {
  const list = held.intVal ?? held.int64Val ?? held.floatVal;
  if (!Array.isArray(list) || elements > 4096) return undefined;
  const values = list.map(Number);
  if (values.length === elements) return values;
  return values.length === 1 ? new Array<number>(elements).fill(values[0] as number) : undefined;
}

function readersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const { name } of node.inputs) {
      const list = readers.get(name);
      if (list === undefined) readers.set(name, [node]);
      else list.push(node);
    }
  }
  return readers;
}
