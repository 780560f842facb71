/** From an analysis to the answer: rows, totals, shares, diagnostics, in a fixed key order. */

import type { Analysis, AnalyzedLayer } from '../analysis/analyze.ts';
import { noOperations } from '../analysis/compute.ts';
import type { Convention } from '../analysis/conventions.ts';
import type { InferredLayer } from '../analysis/infer-shapes.ts';
import type { Graph, GraphInput, Node, Ref } from '../architecture/graph.ts';
import type { Path } from '../issue.ts';
import { pointerOf } from '../issue.ts';
import type { Weight } from '../operators/operator.ts';
import { bytesOf } from '../tensor/dtype.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import { diagnose } from './diagnose.ts';
import { formulasOf, memoryFormulas } from './formulas.ts';
import { fraction } from './fraction.ts';
import type { Diagnostic, Report, Row, Totals } from './schema.ts';
import { totalsOf, typeTotals } from './totals.ts';
import { generator } from './version.ts';

/** What the document was made of, and the way back to it. */
export interface ReportSource {
  readonly format: Report['model']['format'];
  /** The pointer, in what was posted, of a path in the document. */
  readonly pointer: (path: Path) => string;
  /** What is to be known about the translation. */
  readonly diagnostics: readonly Diagnostic[];
  /** Rows of which that says already that they do not run, or cannot be costed. */
  readonly told?: ReadonlySet<string>;
}

/** A document that was posted as it is. */
export const nativeSource: ReportSource = { format: 'native', pointer: pointerOf, diagnostics: [] };

export interface ReportOptions {
  readonly source: ReportSource;
  readonly batch_size: number;
  readonly resolution: string | undefined;
  readonly include: readonly string[];
  /** SHA-256 of the canonical document, in hexadecimal. */
  readonly hash: string;
}

export function buildReport(analysis: Analysis, options: ReportOptions): Report {
  const { graph, convention } = analysis;
  const { source } = options;
  const withFormulas = options.include.includes('formulas');
  const rows: Row[] = [];
  const { hasRow } = convention;
  if (hasRow !== undefined) for (const input of graph.inputs) rows.push(inputRow(analysis, input, source, withFormulas));
  for (let index = 0; index < analysis.layers.length; index++) {
    const layer = analysis.layers[index] as AnalyzedLayer;
    if (hasRow === undefined || hasRow(layer.layer.spec.operator)) rows.push(layerRow(analysis, layer, source, withFormulas));
  }
  const totals = totalsOf(analysis);
  shareOut(rows, totals);
  return {
    schema_version: 1,
    generator,
    model: { name: graph.name ?? null, format: source.format, hash: `sha256:${options.hash}` },
    assumptions: {
      batch_size: options.batch_size,
      dtype: analysis.dtype,
      mode: 'inference',
      convention: convention.name,
      ...(options.resolution === undefined ? {} : { resolution: options.resolution }),
    },
    totals,
    ...(options.include.includes('by_type') ? { by_type: typeTotals(rows) } : {}),
    layers: rows,
    diagnostics: [...source.diagnostics, ...diagnose(analysis, source)],
  };
}

function layerRow(analysis: Analysis, analyzed: AnalyzedLayer, source: ReportSource, withFormulas: boolean): Row {
  const { layer, weights, operations } = analyzed;
  const { spec } = layer;
  const { graph, convention } = analysis;
  const macs = operations === undefined ? null : operations.mac;
  const row: Row = {
    name: layer.name,
    type: spec.operator.type,
    pointer: source.pointer(spec.path),
    inputs: inputNames(graph, layer.node),
    input_shapes: shapesOf(layer.inputs),
    output_shapes: layer.opaque ? null : shapesOf(layer.outputs),
    weights:
      weights === undefined
        ? { parameters: null, trainable_parameters: null, buffers: null, parameter_bytes: null, buffer_bytes: null, tensors: [] }
        : {
            parameters: weights.parameters,
            trainable_parameters: spec.trainable ? weights.parameters : 0,
            buffers: weights.buffers,
            parameter_bytes: weights.parameter_bytes,
            buffer_bytes: weights.buffer_bytes,
            tensors: analyzed.shares === undefined ? tensorsOf(countedWeights(layer, convention), spec.trainable) : [],
          },
    memory: {
      output_elements: analyzed.output_elements ?? null,
      activation_elements: analyzed.activation_elements ?? null,
      activation_bytes: analyzed.activation_bytes ?? null,
      view: spec.operator.aliasesInput === true,
    },
    compute: { macs, flops: operations === undefined ? null : convention.flops(operations), operations: operations ?? null },
    share: unknownShare,
  };
  if (spec.channelsLast && spec.operator.featureMap !== undefined) row.data_format = 'channels_last';
  if (!analyzed.runs) row.runs = false;
  if (analyzed.shares !== undefined) row.shares = analyzed.shares;
  if (withFormulas) row.formulas = formulasOf(analyzed, row, analysis);
  return row;
}

// Most lists of a row have one entry. They are written as literals or mapped, never pushed to: an array that grows reserves room for seventeen.

function shapesOf(tensors: readonly TensorType[]): number[][] {
  return tensors.length === 1 ? [(tensors[0] as TensorType).shape as number[]] : tensors.map((tensor) => tensor.shape as number[]);
}

type Tensor = Row['weights']['tensors'][number];

function tensorsOf(weights: readonly Weight[], trainable: boolean): Tensor[] {
  return weights.length === 1 ? [tensorOf(weights[0] as Weight, trainable)] : weights.map((weight) => tensorOf(weight, trainable));
}

/** Tensors that the convention counts; buffers are no matter of a convention. */
function countedWeights({ weights, spec }: InferredLayer, convention: Convention): readonly Weight[] {
  if (convention.hasRow === undefined) return weights;
  return weights.filter((weight) => weight.kind === 'buffer' || convention.countsParameter(spec.operator, weight));
}

function tensorOf({ name, shape, kind }: Weight, trainable: boolean): Tensor {
  return { name, shape: shape as number[], kind, trainable: trainable && kind === 'parameter' };
}

/** Names of what a node reads. */
function inputNames(graph: Graph, node: number): string[] {
  const { inputs } = graph.nodes[node] as Node;
  return inputs.length === 1 ? [nameOf(graph, inputs[0] as Ref)] : inputs.map((ref) => nameOf(graph, ref));
}

/** Output k > 0 of a layer as `name:k`. */
function nameOf(graph: Graph, ref: Ref): string {
  const { name } = (ref.node < 0 ? graph.inputs[-1 - ref.node] : graph.nodes[ref.node]) as Node | GraphInput;
  return ref.output === 0 ? name : `${name}:${ref.output}`;
}

/** The first row of a classic table: the image itself. */
function inputRow(analysis: Analysis, input: GraphInput, source: ReportSource, withFormulas: boolean): Row {
  const elements = elementsOf(input.shape);
  const row: Row = {
    name: input.name,
    type: 'input',
    pointer: source.pointer(input.path),
    inputs: [],
    input_shapes: [],
    output_shapes: [input.shape as number[]],
    weights: { parameters: 0, trainable_parameters: 0, buffers: 0, parameter_bytes: 0, buffer_bytes: 0, tensors: [] },
    memory: {
      output_elements: elements,
      activation_elements: elements,
      activation_bytes: bytesOf(elements, analysis.accounted(input.dtype)),
      view: false,
    },
    compute: { macs: 0, flops: 0, operations: noOperations },
    share: unknownShare,
  };
  if (withFormulas) row.formulas = memoryFormulas([input], row, analysis);
  return row;
}

/** Stands in a row until the totals are known; replaced whole, since a field that turns from a small integer to a fraction makes V8 rebuild every row. */
const unknownShare: Row['share'] = { parameters: 0, activation_bytes: 0, macs: 0, flops: 0 };

function shareOut(rows: readonly Row[], totals: Totals): void {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    row.share = {
      parameters: shareOf(row.weights.parameters, totals.parameters),
      activation_bytes: shareOf(row.memory.activation_bytes, totals.activation_bytes),
      macs: shareOf(row.compute.macs, totals.macs),
      flops: shareOf(row.compute.flops, totals.flops),
    };
  }
}

function shareOf(part: number | null, whole: number): number | null {
  return part === null ? null : fraction(part, whole);
}
