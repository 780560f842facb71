/**
 * Walks the graph in execution order and asks each operator for the shapes of its outputs and weights. A layer that refuses becomes an issue; the
 * walk goes on with layers that do not depend on it, so that one answer names everything that is wrong.
 */

import type { Graph, Node, Ref } from '../architecture/graph.ts';
import { graphInputOf } from '../architecture/graph.ts';
import type { Limits } from '../architecture/limits.ts';
import { tensorsPerLayer } from '../architecture/limits.ts';
import { quote } from '../architecture/names.ts';
import type { LayerSpec } from '../architecture/read-layer.ts';
import { spelledPath } from '../architecture/spelled-path.ts';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, oncePerPlace, Refusal, throwIfAny, throwIfMany } from '../issue.ts';
import type { LayerContext, Operator, Weight } from '../operators/operator.ts';
import type { DType } from '../tensor/dtype.ts';
import { channelsFirst, channelsLast } from '../tensor/feature-map.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { formatShape } from '../tensor/shape.ts';
import { sizeProblem } from './tensor-limits.ts';

/** A layer with its tensors. Shapes are in the layer's own layout. */
export interface InferredLayer {
  readonly node: number;
  readonly name: string;
  readonly spec: LayerSpec;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly weights: readonly Weight[];
  /** Outputs could not be told: shapes are unknown and what reads them is left out. */
  readonly opaque: boolean;
}

export interface Inference {
  /** By node; undefined for a layer that is left out because something before it is opaque. */
  readonly layers: readonly (InferredLayer | undefined)[];
}

const noWeights: readonly Weight[] = [];

/** Shapes of every layer; throws `InvalidArchitecture` with all refusals. */
export function inferShapes(graph: Graph, limits: Limits): Inference {
  const { nodes } = graph;
  const layers = new Array<InferredLayer | undefined>(nodes.length).fill(undefined);
  const issues: Issue[] = [];
  const fed = graph.inputs.map((input): TensorType | undefined => {
    const problem = sizeProblem([input], limits);
    if (problem === undefined) return input;
    issues.push({ path: input.path, code: problem.code, detail: `input ${quote(input.name)}: ${problem.detail}` });
    return undefined;
  });
  const context = new Context(graph);
  let tensors = 0;
  for (let step = 0; step < graph.order.length; step++) {
    const index = graph.order[step] as number;
    throwIfMany(issues);
    const node = nodes[index] as Node;
    const inputs = tensorsOf(fed, layers, node, issues);
    if (inputs === undefined) continue;
    const spec = node.spec.forRank === undefined ? node.spec : node.spec.forRank((inputs[0]?.shape.length ?? 2) - 2, issues);
    if (spec === undefined) continue;
    context.node = node;
    context.dtype = spec.dtype;
    context.weightDtype = spec.weight_dtype ?? graph.modelDtype;
    try {
      layers[index] = inferLayer(index, node, spec, inputs, context, limits, issues);
      tensors += (layers[index]?.outputs.length ?? 0) + (layers[index]?.weights.length ?? 0);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      issues.push({ path: spelledPath(graph.posted, spec, error.at), code: error.code, detail: `${quote(node.name)}: ${error.message}` });
    }
    if (tensors > limits.maxLayers * tensorsPerLayer) {
      throw new InvalidArchitecture([
        {
          path: spec.path,
          code: 'too_large',
          detail: `the layers have more than ${limits.maxLayers * tensorsPerLayer} outputs and weight tensors in all`,
        },
      ]);
    }
  }
  for (let index = 0; index < nodes.length; index++) if (nodes[index]?.shares !== undefined) checkShared(graph, layers, index, issues);
  checkOutputs(graph, layers, issues);
  throwIfAny(oncePerPlace(issues));
  return { layers };
}

class Context implements LayerContext {
  readonly #graph: Graph;
  readonly modelDtype: DType;
  weightDtype: DType;
  dtype: DType | undefined;
  node: Node | undefined;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.modelDtype = graph.modelDtype;
    this.weightDtype = graph.modelDtype;
  }

  producer(index: number): string {
    const ref = this.node?.inputs[index];
    if (ref === undefined) return `input ${index}`;
    const input = graphInputOf(ref);
    return quote(input === undefined ? this.#graph.nodes[ref.node]?.name : this.#graph.inputs[input]?.name);
  }
}

/** The tensors that a node reads; undefined where one of them is not known. */
function tensorsOf(
  fed: readonly (TensorType | undefined)[],
  layers: readonly (InferredLayer | undefined)[],
  node: Node,
  issues: Issue[],
): readonly TensorType[] | undefined {
  const { inputs } = node;
  if (inputs.length === 1) {
    const tensor = tensorOf(fed, layers, node, 0, issues);
    return tensor && [tensor];
  }
  const tensors = inputs.map((_, position) => tensorOf(fed, layers, node, position, issues));
  return tensors.includes(undefined) ? undefined : (tensors as TensorType[]);
}

function tensorOf(
  fed: readonly (TensorType | undefined)[],
  layers: readonly (InferredLayer | undefined)[],
  node: Node,
  position: number,
  issues: Issue[],
): TensorType | undefined {
  const ref = node.inputs[position] as Ref;
  const input = graphInputOf(ref);
  if (input !== undefined) return fed[input];
  const layer = layers[ref.node];
  const tensor = layer?.outputs[ref.output];
  if (tensor === undefined && layer !== undefined && !layer.opaque)
    issues.push(unknownOutput([...node.spec.path, 'inputs', position], ref, layer));
  return tensor;
}

function unknownOutput(path: Path, ref: Ref, layer: InferredLayer): Issue {
  const count = layer.outputs.length;
  return {
    path,
    code: 'unknown_output',
    detail: `${quote(ref.text)} asks for output ${ref.output}, but ${quote(layer.name)} has ${count} output${count === 1 ? '' : 's'}`,
  };
}

function checkOutputs(graph: Graph, layers: readonly (InferredLayer | undefined)[], issues: Issue[]): void {
  graph.outputs.forEach((ref, index) => {
    const layer = layers[ref.node];
    if (layer !== undefined && !layer.opaque && ref.output >= layer.outputs.length)
      issues.push(unknownOutput(['outputs', index], ref, layer));
  });
}

function inferLayer(
  index: number,
  node: Node,
  spec: LayerSpec,
  inputs: readonly TensorType[],
  context: Context,
  limits: Limits,
  issues: Issue[],
): InferredLayer | undefined {
  const { operator, attributes } = spec;
  if (operator.isOpaque?.(attributes)) return { node: index, name: node.name, spec, inputs, outputs: [], weights: noWeights, opaque: true };
  const first = relayout(operator, spec, inputs, channelsFirst);
  const outputs = outputsOf(spec, first, context);
  const problem = sizeProblem(outputs, limits);
  const weights = operator.weights === undefined || problem !== undefined ? noWeights : operator.weights(attributes, first);
  const refused = problem ?? sizeProblem(weights, limits);
  if (refused !== undefined) {
    const subject = problem === undefined ? ' weights' : '';
    issues.push({ path: spec.path, code: refused.code, detail: `${quote(node.name)}${subject}: ${refused.detail}` });
    return undefined;
  }
  return { node: index, name: node.name, spec, inputs, outputs, weights, opaque: false };
}

/** Outputs of a layer that is not opaque, in its own layout; `first` are its inputs, feature maps channels first. Throws a `Refusal`. */
export function outputsOf(spec: LayerSpec, first: readonly TensorType[], layer: LayerContext): readonly TensorType[] {
  const inferred = spec.operator.infer(spec.attributes, first, layer);
  return relayout(spec.operator, spec, spec.dtype === undefined ? inferred : withDtype(inferred, spec.dtype), channelsLast);
}

/** Feature maps of a channels-last layer, turned for or after the operator's rule; everything else as it is. */
export function relayout(
  operator: Operator,
  spec: LayerSpec,
  tensors: readonly TensorType[],
  turn: (shape: readonly number[]) => readonly number[],
): readonly TensorType[] {
  if (!spec.channelsLast || operator.featureMap === undefined) return tensors;
  return tensors.map((tensor) => ({ shape: turn(tensor.shape), dtype: tensor.dtype }));
}

/** A stated dtype is that of the first output and of those that were of its type. */
function withDtype(tensors: readonly TensorType[], dtype: DType): readonly TensorType[] {
  const first = tensors[0]?.dtype;
  return tensors.map((tensor) => (tensor.dtype === first ? { shape: tensor.shape, dtype } : tensor));
}

function checkShared(graph: Graph, layers: readonly (InferredLayer | undefined)[], index: number, issues: Issue[]): void {
  const target = graph.nodes[index]?.shares;
  if (target === undefined) return;
  const own = layers[index];
  const shared = layers[target];
  if (own === undefined || shared === undefined) return;
  for (const weight of own.weights) {
    const other = shared.weights.find((candidate) => candidate.name === weight.name);
    if (other !== undefined && formatShape(other.shape) === formatShape(weight.shape)) continue;
    const found = other === undefined ? `has no ${weight.name}` : `has ${weight.name} ${formatShape(other.shape)}`;
    issues.push({
      path: [...own.spec.path, 'shares'],
      code: 'cannot_share',
      detail: `${quote(own.name)} needs ${weight.name} ${formatShape(weight.shape)} (${elementsOf(weight.shape)} numbers), but ${quote(shared.name)} ${found}`,
    });
  }
}
