/** From a graph to numbers: shapes, weights, memory, compute of every layer, each by its own rule. */

import type { Graph } from '../architecture/graph.ts';
import type { Limits } from '../architecture/limits.ts';
import type { DType } from '../tensor/dtype.ts';
import { bytesOf, isFloating } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { countOperations, noOperations } from './compute.ts';
import type { Convention, Operations } from './conventions.ts';
import type { WeightCounts } from './count-weights.ts';
import { countWeights, noWeights } from './count-weights.ts';
import type { InferredLayer } from './infer-shapes.ts';
import { inferShapes } from './infer-shapes.ts';
import { peakActivationBytes } from './memory.ts';

export interface AnalyzedLayer {
  readonly layer: InferredLayer;
  readonly runs: boolean;
  /** Name of the layer whose weights it reuses. */
  readonly shares: string | undefined;
  readonly weightDtype: DType;
  /** Undefined where the operator cannot be costed. */
  readonly weights: WeightCounts | undefined;
  /** Elements of all outputs; undefined where shapes are unknown. */
  readonly output_elements: number | undefined;
  readonly activation_elements: number | undefined;
  readonly activation_bytes: number | undefined;
  /** Undefined where the operator cannot be costed. */
  readonly operations: Operations | undefined;
}

export interface Analysis {
  readonly graph: Graph;
  /** The model's floating type, or what replaces it. */
  readonly dtype: DType;
  /** The type that a tensor's own type is stored as. */
  readonly accounted: (own: DType) => DType;
  readonly convention: Convention;
  /** In execution order; layers that are left out are absent. */
  readonly layers: readonly AnalyzedLayer[];
  /** Names of the layers that are left out, since they follow a layer whose output is unknown. */
  readonly leftOut: readonly number[];
  /** Bytes of the largest sum of tensors alive at one step, weights apart. */
  readonly peakActivationBytes: number;
}

/** Analyses `graph`; `dtype`, where given, replaces the floating types. Throws `InvalidArchitecture` where shapes do not hold together. */
export function analyze(graph: Graph, dtype: DType | undefined, convention: Convention, limits: Limits): Analysis {
  const accounted = (own: DType): DType => (dtype !== undefined && isFloating(own) ? dtype : own);
  const inference = inferShapes(graph, limits);
  const layers: AnalyzedLayer[] = [];
  const leftOut: number[] = [];
  for (let step = 0; step < graph.order.length; step++) {
    const index = graph.order[step] as number;
    const layer = inference.layers[index];
    if (layer === undefined) leftOut.push(index);
    else layers.push(analyzeLayer(graph, layer, accounted, convention));
  }
  return {
    graph,
    dtype: dtype ?? graph.modelDtype,
    accounted,
    convention,
    layers,
    leftOut,
    peakActivationBytes: peakActivationBytes(graph, inference, accounted),
  };
}

function analyzeLayer(graph: Graph, layer: InferredLayer, accounted: (own: DType) => DType, convention: Convention): AnalyzedLayer {
  const { operator, weight_dtype, bias_dtype } = layer.spec;
  const runs = graph.runs[layer.node] as boolean;
  const sharedNode = graph.nodes[layer.node]?.shares;
  const weightDtype = accounted(weight_dtype ?? graph.modelDtype);
  const biasDtype = bias_dtype === undefined ? weightDtype : accounted(bias_dtype);
  let output_elements = 0;
  let activation_bytes = 0;
  for (let index = 0; index < layer.outputs.length; index++) {
    const output = layer.outputs[index] as TensorType;
    const elements = elementsOf(output.shape);
    output_elements += elements;
    activation_bytes += bytesOf(elements, accounted(output.dtype));
  }
  const allocates = runs && !operator.aliasesInput && !operator.outputsWeight;
  return {
    layer,
    runs,
    shares: sharedNode === undefined ? undefined : graph.nodes[sharedNode]?.name,
    weightDtype,
    weights: operator.uncosted ? undefined : sharedNode === undefined ? countWeights(layer, weightDtype, biasDtype, convention) : noWeights,
    output_elements: layer.opaque ? undefined : output_elements,
    activation_elements: layer.opaque && runs ? undefined : allocates ? output_elements : 0,
    activation_bytes: layer.opaque && runs ? undefined : allocates ? activation_bytes : 0,
    operations: runs ? countOperations(layer) : noOperations,
  };
}
