/**
 * Walks a graph's nodes in order and has each become rows of the document: by its lowering, or as numbers where all that it reads is known, or as a
 * `custom` row. Subgraphs and local functions are walked in place.
 */

import { didYouMean, quote } from '../../architecture/names.ts';
import type { Posted } from '../../architecture/read-layer.ts';
import type { Path } from '../../issue.ts';
import { Refusal } from '../../issue.ts';
import { isFloating } from '../../tensor/dtype.ts';
import { productOf } from '../../tensor/product.ts';
import type { TensorType } from '../../tensor/shape.ts';
import type { Draft, DraftTensor } from '../draft.ts';
import type { Known, Value } from '../value.ts';
import { constant, isKnown, unknown } from '../value.ts';
import type { WeightSource, Weights } from '../weights.ts';
import { Budget } from './budget.ts';
import { Call } from './call.ts';
import { evaluators, reshapings, shapeEvaluators } from './evaluate/index.ts';
import { piecedOutputs } from './evaluate/pieces.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './model.ts';
import { orderOf } from './node-order.ts';
import { lowerings } from './operators/index.ts';
import { microsoftTwins } from './operators/microsoft.ts';
import { Scope } from './scope.ts';
import { isLearnable } from './shape-rules.ts';
import { storedTensor } from './stored-tensor.ts';

/** How deep functions and subgraphs may call one another. */
const deepest = 64;

/** What only moves a tensor, and is worth a row of its own where that is a weight. */
const movements: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Flatten']);

export class Translation {
  readonly draft: Draft;
  readonly weights: Weights;
  readonly #functions: ReadonlyMap<string, { readonly function: OnnxFunction; readonly at: Path }>;
  readonly #model: OnnxModel;
  readonly budget: Budget;
  /** Walks only to see what comes out: its rows are thrown away. */
  readonly isRehearsal: boolean;

  /** Rows of nodes that only move a weight, by their places. */
  readonly #moved = new Map<number, Posted>();

  /** Names that nodes of a graph with a cycle make: that one is not there yet is the cycle's fault. */
  readonly #entangled = new Set<string>();

  /** What is said once for a file, by its code. */
  readonly #said = new Set<string>();

  constructor(draft: Draft, model: OnnxModel, weights: Weights, budget = new Budget(), isRehearsal = false) {
    this.draft = draft;
    this.weights = weights;
    this.#model = model;
    this.budget = budget;
    this.isRehearsal = isRehearsal;
    this.#functions = new Map(
      model.functions.map((body, index) => [
        functionKey(body.domain, body.name, body.overload),
        { function: body, at: ['functions', index] },
      ]),
    );
  }

  /** A translation whose rows go nowhere, for what must be known before the first row is added. */
  rehearsal(): Translation {
    return new Translation(this.draft.blank(), this.#model, this.weights.blank(), this.budget, true);
  }

  opsetOf(domain: string, scope: Scope): number {
    return scope.opsets.get(domain === 'ai.onnx' ? '' : domain) ?? 1;
  }

  /** Adds a diagnostic that holds for the whole file, the first time. */
  noteOnce(code: string, severity: 'info' | 'warning', at: Path, detail: string): void {
    if (this.#said.has(code)) return;
    this.#said.add(code);
    this.draft.note(code, severity, undefined, at, detail);
  }

  /** Declares the initializers of a graph. */
  declareStored(graph: OnnxGraph, scope: Scope, at: Path): void {
    for (const [index, tensor] of graph.initializers.entries()) {
      const place = [...at, 'initializer', index];
      if (scope.owns(tensor.name)) this.draft.refuse(place, 'duplicate_name', `two initializers are called ${quote(tensor.name)}`);
      scope.set(tensor.name, this.store(tensor, tensor.name, place));
    }
    for (const [index, { values, dims }] of graph.sparse.entries()) {
      const place = [...at, 'sparse_initializer', index];
      scope.set(
        values.name,
        this.store(
          { name: values.name, dims, dataType: values.dataType, storedBytes: 0, storedElements: 0, external: false },
          values.name,
          place,
        ),
      );
    }
  }

  /** A tensor of the file as a value; what is wrong with it becomes an issue. */
  store(tensor: OnnxTensor, name: string, at: Path, literal = false): Value {
    // Initializers of the graph itself are stored but once.
    if (at.length > 3) this.budget.spendOn(tensor.values?.length ?? 0, at);
    try {
      const { type, known } = storedTensor(tensor, name);
      // A scalar is no weight, and an empty tensor no tensor at all.
      if (known !== undefined && (type.shape.length === 0 || known.values.length === 0)) return this.numbers(known, name, at);
      return this.weight(type, name, at, known?.values, literal);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.draft.refuse(at, error.code, error.message);
      return unknown('float32');
    }
  }

  /** A stored tensor that a layer may hold; where something reads it as it is, a floating one is a `parameter` row, another a `constant`. */
  weight(type: TensorType, name: string, at: Path, values?: readonly number[], literal = false): Value {
    const { shape, dtype } = type;
    const source: WeightSource = { key: at.join('/'), name, shape, dtype, at, literal };
    const row = (): DraftTensor => {
      const stated = dtype === this.draft.modelDtype ? {} : { weight_dtype: dtype };
      // A single number in a node is a factor, not a parameter.
      const learned = isFloating(dtype) && !(literal && productOf(shape) === 1);
      const layer = learned ? { type: 'parameter', shape, ...stated } : { type: 'constant', shape, dtype };
      return this.draft.add({ name, ...layer }, [], at)[0] as DraftTensor;
    };
    return constant({ shape, dtype, values, weight: source }, () => this.weights.row(source, row));
  }

  /** Numbers that are no learned tensor; a `constant` row where something reads them as a tensor. */
  numbers(known: Known, name: string, at: Path): Value {
    const make = (): DraftTensor =>
      this.draft.add({ name, type: 'constant', shape: known.shape, dtype: known.dtype }, [], at)[0] as DraftTensor;
    return constant(known, make);
  }

  /** Walks the nodes of a graph, a subgraph or a function's body. */
  walk(nodes: readonly OnnxNode[], scope: Scope, at: Path): void {
    this.budget.spend(1, at);
    if (scope.depth > deepest) throw new Refusal([], 'too_deep', `functions and subgraphs call one another more than ${deepest} deep`);
    const { order, cycle } = orderOf(nodes);
    if (cycle !== undefined) {
      for (const { outputs } of nodes) for (const name of outputs) this.#entangled.add(name);
      this.draft.refuse(
        [...at, 'node', cycle],
        'cycle',
        `${quote(nodeLabel(nodes[cycle] as OnnxNode))} reads, by way of others, what it makes itself`,
      );
    }
    for (const index of order) this.#node(nodes[index] as OnnxNode, scope, [...at, 'node', index]);
  }

  #node(node: OnnxNode, scope: Scope, at: Path): void {
    if (scope.depth > 1) {
      this.budget.spend(1, at);
      this.budget.spendOn(node.inputs.length + node.outputs.length + node.attributes.length, at);
    }
    let missing = false;
    const inputs = node.inputs.map((name) => {
      if (name === '') return undefined;
      const value = scope.get(name);
      if (value !== undefined) return value;
      missing = true;
      if (!this.#entangled.has(name))
        this.draft.refuse(
          at,
          'unknown_reference',
          `${quote(nodeLabel(node))} reads ${quote(name)}, which nothing makes${didYouMean(name, scope.names())}`,
        );
      return unknown('float32');
    });
    const isOwn = node.domain === '' || node.domain === 'ai.onnx' || (node.domain === 'com.microsoft' && microsoftTwins.has(node.opType));
    const type = isOwn ? node.opType : `${node.domain}.${node.opType}`;
    const call = new Call(this, isOwn && node.domain !== '' ? { ...node, domain: '' } : node, type, at, scope, inputs);
    let outputs: readonly (Value | undefined)[] = [];
    let done = false;
    if (!missing) {
      try {
        outputs = this.#outputsOf(call);
        done = true;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const reason = `${quote(nodeLabel(node))}: ${error.message}`;
        // That data decides a shape is no fault of the file: what hangs on it cannot be told, all else can.
        if (error.code === 'unknown_values') outputs = call.addCustom(reason);
        else this.draft.refuse(at, error.code, reason);
      }
    }
    for (const [index, name] of node.outputs.entries()) {
      if (name === '') continue;
      if (done && outputs[index] === undefined)
        this.draft.refuse(at, 'unknown_output', `${quote(nodeLabel(node))} names ${index + 1} outputs; ${type} gives ${outputs.length}`);
      if (scope.owns(name)) this.draft.refuse(at, 'duplicate_name', `${quote(name)} is made twice; a tensor has one producer`);
      scope.set(name, outputs[index] ?? unknown('float32'));
    }
  }

  #outputsOf(call: Call): readonly (Value | undefined)[] {
    const { node, scope } = call;
    const local = this.#functions.get(functionKey(node.domain, node.opType, node.overload));
    if (local !== undefined) return this.#inline(call, local.function, local.at);
    const numbers = this.#evaluate(call);
    if (numbers !== undefined) return numbers;
    const lowering = lowerings.get(call.type);
    if (lowering?.reads !== 'anything' && call.inputs.some((value) => value !== undefined && value.shape === undefined))
      return call.addCustom();
    if (lowering === undefined) {
      const stated = node.outputs.every((name) => scope.stated(name)?.shape !== undefined);
      return call.addCustom(
        `${quote(nodeLabel(node))} is ${call.type}, which is not known here: its weights and compute are unknown${stated ? '' : ', and so is the shape of what it gives'}`,
      );
    }
    return this.#reshaped(call, lowering.lower) ?? this.#pieced(call, lowering.lower) ?? lowering.lower(call);
  }

  /** Outputs of a node whose inputs are numbers that are known. */
  #evaluate(call: Call): readonly Value[] | undefined {
    const shapes = shapeEvaluators.get(call.type);
    if (shapes !== undefined) {
      const found = shapes(call);
      if (found !== undefined) return found.map((known, index) => this.numbers(known, this.#outputName(call, index), call.at));
    }
    const evaluator = evaluators.get(call.type);
    if (evaluator === undefined || !call.inputs.every((value) => value === undefined || isKnown(value))) return undefined;
    const given = call.inputs.reduce((sum, value) => sum + (value?.values?.length ?? 0), 0);
    if (!call.inputs.every((value) => call.mayWorkOut(value?.shape ?? []))) return undefined;
    this.budget.work(given);
    const results = evaluator(call, call.inputs as readonly (Known | undefined)[]);
    if (results === undefined || !results.every(({ shape }) => call.mayWorkOut(shape))) return undefined;
    for (const { values } of results) this.budget.work(values.length);
    const learned = call.inputs.some((value) => value?.learned === true || (value?.weight !== undefined && isLearnable(value.dtype)));
    const pieced = piecedOutputs(call);
    let computed: readonly (Value | undefined)[] | undefined;
    return results.map((known, index) => {
      if (!learned) return this.numbers(known, this.#outputName(call, index), call.at);
      return constant({ ...known, weight: this.#soleWeight(call, known), pieces: pieced[index]?.pieces, learned }, () => {
        // Shapes may be told from it; where it flows, the rows that compute it from the learned tensor say so.
        computed ??= this.#computed(call);
        return (computed[index] ?? unknown('float32')).tensor();
      });
    });
  }

  /** A stored tensor of unknown numbers, moved but neither dropped nor repeated: it is still that tensor. */
  #reshaped(call: Call, lower: (call: Call) => readonly (Value | undefined)[]): readonly Value[] | undefined {
    const shapeOf = reshapings.get(call.type);
    const [first] = call.inputs;
    if (shapeOf === undefined || first?.weight === undefined || first.shape === undefined) return undefined;
    if (!call.inputs.every((value) => value === undefined || value.constant)) return undefined;
    const type = shapeOf(call);
    if (type === undefined) return undefined;
    const slot = movements.has(call.type) ? this.draft.slot(call.at) : undefined;
    if (slot !== undefined) this.#moved.set(slot, { type: 'constant', name: call.name, shape: type.shape, dtype: type.dtype });
    let made: readonly (Value | undefined)[] | undefined;
    return [
      constant({ ...type, weight: first.weight }, () => {
        if (slot !== undefined) this.#moved.delete(slot);
        made ??= lower(call);
        return (made[0] as Value).tensor();
      }),
    ];
  }

  /** Gives a row to each node that only moves a weight which its layer holds: it is there, and runs no more. */
  showMoved(): void {
    const names = [...this.#moved].map(([slot, layer]) => this.draft.fill(slot, layer));
    const [slot] = this.#moved.keys();
    if (slot === undefined) return;
    const what =
      names.length === 1
        ? `${quote(names[0])} only moves a weight`
        : `${names.length} nodes, ${quote(names[0])} the first, only move a weight`;
    this.draft.note(
      'moves_weight',
      'info',
      names[0],
      this.draft.placeOf(slot),
      `${what} that a layer holds: it is as if done before, and does not run`,
    );
  }

  /** Stored tensors cut up or put together; rows are made where something reads the result as it is. */
  #pieced(call: Call, lower: (call: Call) => readonly (Value | undefined)[]): readonly Value[] | undefined {
    const outputs = piecedOutputs(call);
    if (outputs.length === 0) return undefined;
    let made: readonly (Value | undefined)[] | undefined;
    return outputs.map((output, index) =>
      constant(output, () => {
        made ??= lower(call);
        return (made[index] ?? unknown('float32')).tensor();
      }),
    );
  }

  #soleWeight(call: Call, known: Known): WeightSource | undefined {
    const source = call.inputs[0]?.weight;
    return reshapings.has(call.type) && source !== undefined && productOf(source.shape) === productOf(known.shape) ? source : undefined;
  }

  #computed(call: Call): readonly (Value | undefined)[] {
    return lowerings.get(call.type)?.lower(call) ?? call.addCustom(`${call.type} of learned tensors is not known here`);
  }

  #outputName(call: Call, index: number): string {
    return call.scope.prefix + (call.node.outputs[index] ?? call.name);
  }

  /** Walks a local function in the place of its call; its rows are called `<call>/<node>`. */
  #inline(call: Call, body: OnnxFunction, at: Path): readonly (Value | undefined)[] {
    const attributes = new Map(body.attributeProtos.map((attribute) => [attribute.name, attribute]));
    for (const [name, attribute] of call.attributes) attributes.set(name, attribute);
    const parts = { outer: undefined, dims: call.scope.dims, prefix: `${call.name}/`, attributes, opsets: body.opsets };
    const inner = new Scope(parts, call.scope.depth);
    this.budget.spendOn(body.inputs.length + body.valueInfo.length + body.attributeProtos.length, at);
    for (const [index, name] of body.inputs.entries()) {
      const value = call.inputs[index];
      if (value !== undefined) inner.set(name, value);
    }
    inner.state(body.valueInfo);
    this.walk(body.nodes, inner, at);
    return body.outputs.map((name) => inner.get(name));
  }

  /** Walks a subgraph that a node holds; `bind` gives values to its inputs. Returns the values of its outputs. */
  subgraph(call: Call, graph: OnnxGraph, at: Path, prefix: string, bind: readonly (Value | undefined)[]): readonly (Value | undefined)[] {
    const { scope } = call;
    this.budget.spend(1 + graph.initializers.length, at);
    this.budget.spendOn(graph.inputs.length + graph.outputs.length + graph.valueInfo.length, at);
    const inner = new Scope({ outer: scope, dims: scope.dims, prefix, attributes: scope.attributes, opsets: scope.opsets });
    this.declareStored(graph, inner, at);
    for (const [index, { name }] of graph.inputs.entries()) {
      const value = bind[index];
      if (value !== undefined) inner.set(name, value);
    }
    inner.state(graph.valueInfo);
    inner.state(graph.outputs);
    this.walk(graph.nodes, inner, at);
    return graph.outputs.map(({ name }) => inner.get(name));
  }
}

function functionKey(domain: string, name: string, overload: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}\u0000${name}\u0000${overload}`;
}

/** What a message calls a node. */
export function nodeLabel(node: OnnxNode): string {
  return node.name !== '' ? node.name : (node.outputs[0] ?? node.opType);
}
