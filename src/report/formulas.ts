/** `include=formulas`: each number of a row with its formula and this layer's values. */

import type { Analysis, AnalyzedLayer } from '../analysis/analyze.ts';
import { symbolsOf } from '../analysis/compute.ts';
import { relayout } from '../analysis/infer-shapes.ts';
import type { LayerSpec } from '../architecture/read-layer.ts';
import type { CountRule, Extent, Operator } from '../operators/operator.ts';
import { bitsOf } from '../tensor/dtype.ts';
import { channelsFirst } from '../tensor/feature-map.ts';
import type { Formula, Symbols } from '../tensor/formula.ts';
import { formula } from '../tensor/formula.ts';
import { elementsOf } from '../tensor/product.ts';
import type { TensorType } from '../tensor/shape.ts';
import type { FormulaLine, Row } from './schema.ts';

const compiled = new Map<string, Formula>();

/** Compiled once per text; texts come from the operator table, so there are few. */
function formulaOf(text: string): Formula {
  let known = compiled.get(text);
  if (known === undefined) {
    known = formula(text);
    compiled.set(text, known);
  }
  return known;
}

export function formulasOf(analyzed: AnalyzedLayer, row: Row, analysis: Analysis): FormulaLine[] {
  const lines: FormulaLine[] = [];
  const add = (of: string, text: string | Formula, symbols: Symbols): void => {
    const rule = typeof text === 'string' ? formulaOf(text) : text;
    lines.push({ of, formula: rule.text, values: rule.withValues(symbols) });
  };
  const { layer } = analyzed;
  const { operator, attributes } = layer.spec;
  if (layer.opaque) return lines;
  const symbols = symbolsOf(layer);

  for (const extent of extentsOf(analyzed)) add(`/output_shapes/${extent.output}/${extent.axis}`, extent.formula, extent.symbols);

  const terms = (operator.parameters ?? []).filter(
    (term) => (term.applies?.(attributes) ?? true) && countsTerm(operator, term.bias === true, analysis),
  );
  const { parameters, buffers } = row.weights;
  const bytes = bitsOf(analyzed.weightDtype) / 8;
  // Tensors of half bytes are rounded up one by one, which no one formula says.
  const wholeBytes = analyzed.weightDtype !== 'int4';
  if (parameters !== null && analyzed.shares === undefined && terms.length > 0) {
    add('/weights/parameters', terms.map((term) => term.text).join(' + '), symbols);
    if (layer.spec.trainable) add('/weights/trainable_parameters', 'parameters', { parameters });
    const biases = layer.spec.bias_dtype === undefined ? 0 : biasesCounted(layer, analysis);
    if (wholeBytes && biases === 0) add('/weights/parameter_bytes', 'parameters·bytes', { parameters, bytes });
    if (wholeBytes && biases > 0)
      add('/weights/parameter_bytes', '(parameters − biases)·bytes + biases·bias_bytes', {
        parameters,
        biases,
        bytes,
        bias_bytes: bitsOf(analysis.accounted(layer.spec.bias_dtype ?? analyzed.weightDtype)) / 8,
      });
  }
  const running = layer.weights.filter(({ kind }) => kind === 'buffer');
  if (buffers !== null && analyzed.shares === undefined && running.length > 0) {
    const sizes = Object.fromEntries(running.map(({ name, shape }) => [name, elementsOf(shape)]));
    add('/weights/buffers', Object.keys(sizes).join(' + '), sizes);
    if (wholeBytes) add('/weights/buffer_bytes', 'buffers·bytes', { buffers, bytes });
  }

  lines.push(...memoryFormulas(layer.outputs, row, analysis, axisNames(layer.spec, layer.outputs[0]?.shape.length ?? 0)));

  if (row.compute.operations === null || !analyzed.runs) return lines;
  const counted = new Set<string>();
  for (const rule of operator.counts as readonly CountRule<unknown>[]) {
    if (counted.has(rule.of) || !(rule.applies?.(attributes) ?? true)) continue;
    counted.add(rule.of);
    add(rule.of === 'mac' ? '/compute/macs' : `/compute/operations/${rule.of}`, rule.formula, symbols);
  }
  const { operations } = row.compute;
  const present = analysis.convention.flopsTerms.filter(({ of }) => operations[of] > 0);
  if (present.length > 0) add('/compute/flops', present.map(({ text }) => text).join(' + '), operations);
  return lines;
}

/** Numbers in the layer's biases, as far as the convention counts them. */
function biasesCounted({ spec, weights }: AnalyzedLayer['layer'], { convention }: Analysis): number {
  const counted = weights.filter((weight) => weight.bias === true && convention.countsParameter(spec.operator, weight));
  return counted.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}

/** Symbols of a tensor's axes: those of a feature map where it is one, else output extents alike. */
function axisNames({ operator, channelsLast }: LayerSpec, rank: number): readonly string[] | undefined {
  if (operator.featureMap === undefined || rank < 3 || rank > 5) return undefined;
  const spatial = ['t', 'h', 'w'].slice(5 - rank);
  const extents = rank === 3 ? ['l'] : spatial;
  return channelsLast ? ['n', ...extents, 'c'] : ['n', 'c', ...extents];
}

/** Elements and bytes of a row's tensors, one summand each; the axes of a single one are called `names`. */
export function memoryFormulas(tensors: readonly TensorType[], row: Row, analysis: Analysis, names?: readonly string[]): FormulaLine[] {
  // A hundred summands explain nothing.
  if (tensors.length === 0 || tensors.length > 8) return [];
  const line = (of: string, text: string, symbols: Symbols): FormulaLine => {
    const rule = formulaOf(text);
    return { of, formula: rule.text, values: rule.withValues(symbols) };
  };
  const symbols: Record<string, number> = {};
  const products = tensors.map(({ shape }, tensor) => {
    const axes = shape.map((extent, axis) => {
      const symbol = tensors.length === 1 ? (names?.[axis] ?? `o${axis}`) : `o_${tensor}_${axis}`;
      symbols[symbol] = extent;
      return `{${symbol}}`;
    });
    return axes.length === 0 ? '1' : axes.join('·');
  });
  const lines = [line('/memory/output_elements', products.join(' + '), symbols)];
  const elements = row.memory.activation_elements;
  if (elements === null || elements === 0) return lines;
  lines.push(line('/memory/activation_elements', 'output_elements', { output_elements: elements }));
  const sizes: Record<string, number> = {};
  const terms = tensors.map(({ shape, dtype }, tensor) => {
    const stored = analysis.accounted(dtype);
    sizes[`elements${tensor}`] = elementsOf(shape);
    sizes[`bytes${tensor}`] = bitsOf(stored) / 8;
    return stored === 'int4' ? `⌈elements${tensor}·0.5⌉` : `elements${tensor}·bytes${tensor}`;
  });
  return [...lines, line('/memory/activation_bytes', terms.join(' + '), sizes)];
}

function countsTerm(operator: Operator, bias: boolean, analysis: Analysis): boolean {
  return analysis.convention.countsParameter(operator, {
    name: '',
    shape: [],
    kind: 'parameter',
    ...(bias ? { bias: true as const } : {}),
  });
}

const kept = formula('i');

/** Axes of the first output that no rule of the operator makes, and that are as long as those of the first input. */
function keptExtents(input: TensorType | undefined, output: TensorType | undefined, ruled: readonly Extent[]): readonly Extent[] {
  if (input === undefined || output === undefined || input.shape.length !== output.shape.length) return [];
  const made = new Set(ruled.filter((extent) => extent.output === 0).map((extent) => extent.axis));
  return output.shape.flatMap((i, axis) =>
    made.has(axis) || input.shape[axis] !== i ? [] : [{ output: 0, axis, formula: kept, symbols: { i } }],
  );
}

/** The operator's extents; for a channels-last layer, axes as they stand in its own layout. */
function extentsOf({ layer }: AnalyzedLayer): readonly Extent[] {
  const { operator, attributes, channelsLast } = layer.spec;
  const inputs = relayout(operator, layer.spec, layer.inputs, channelsFirst);
  const outputs = relayout(operator, layer.spec, layer.outputs, channelsFirst);
  const ruled = operator.extents?.(attributes, inputs, outputs) ?? [];
  const extents = [...keptExtents(inputs[0], outputs[0], ruled), ...ruled];
  if (!channelsLast || operator.featureMap === undefined) return extents;
  return extents.map((extent) => {
    const rank = outputs[extent.output]?.shape.length ?? 0;
    if (rank < 3 || extent.axis === 0) return extent;
    return { ...extent, axis: extent.axis === 1 ? rank - 1 : extent.axis - 1 };
  });
}
