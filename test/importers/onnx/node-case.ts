/**
 * Cases of single nodes from `test/golden/onnx-nodes/` (made by the Python scripts there, which say how) and what the importer makes of them. The document
 * that comes out is read, inferred and measured as a posted one would be.
 */

import { readFileSync } from 'node:fs';
import { inferShapes } from '../../../src/analysis/infer-shapes.ts';
import { buildGraph } from '../../../src/architecture/build-graph.ts';
import type { Imported } from '../../../src/importers/imported.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from '../../../src/importers/onnx/model.ts';
import type { Report } from '../../../src/report/schema.ts';
import { limits, measureDocument } from '../../measure-document.ts';

export interface CaseTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Numbers that stand in the file; infinities as text. */
  readonly values?: readonly (number | string)[];
  /** In the file, its numbers of no interest. */
  readonly stored?: boolean;
}

export interface NodeCase {
  readonly op: string;
  readonly domain?: string;
  readonly opset: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (CaseTensor | null)[];
  readonly outputs: readonly (CaseTensor | null)[];
  readonly parameters: number;
  readonly buffers: number;
  readonly macs: number;
}

export function casesOf(family: string): readonly NodeCase[] {
  return JSON.parse(readFileSync(new URL(`../../golden/onnx-nodes/${family}.json`, import.meta.url), 'utf8')) as NodeCase[];
}

/** What a case is called: its operator, its version, and whatever tells it from others. */
export function titleOf({ op, opset, attributes = {}, inputs, outputs }: NodeCase): string {
  const shapes = inputs.map((input) => (input === null ? '-' : `${input.stored === true ? 'w' : ''}${input.shape.join('x') || 'scalar'}`));
  return `${op}-${opset} ${shapes.join(' ')} ${JSON.stringify(attributes)} ${outputs.length}`;
}

export const elementTypes: Readonly<Record<string, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

export function attributeOf(name: string, value: unknown): OnnxAttribute {
  if (typeof value === 'string') return { name, type: 3, s: value };
  if (typeof value === 'number') return fractional.has(name) ? { name, type: 1, f: Math.fround(value) } : { name, type: 2, i: value };
  const list = value as readonly (number | string)[];
  if (list.some((entry) => typeof entry === 'string')) return { name, type: 8, strings: list as string[] };
  const numbers = list as readonly number[];
  return fractionalLists.has(name) ? { name, type: 6, floats: numbers.map(Math.fround) } : { name, type: 7, ints: [...numbers] };
}

/** Attributes of ONNX that are of a floating type, whole numbers among their values or not. */
const fractional = new Set(
  'alpha beta bias clip epsilon gamma high lambd low max mean min scale seed softcap spatial_scale activation_alpha activation_beta activation_gamma'.split(
    ' ',
  ),
);
const fractionalLists = new Set(['scales', 'activation_params', 'value_floats', 'weights']);

export interface CaseNode {
  readonly op: string;
  readonly domain?: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A model of these nodes. What has numbers or is stored is an initializer, every other tensor a graph input. */
export function modelOfNodes(
  nodes: readonly CaseNode[],
  tensors: Readonly<Record<string, CaseTensor>>,
  outputs: readonly string[],
  opset = 17,
): OnnxModel {
  const named = Object.entries(tensors);
  const isStored = ({ stored, values }: CaseTensor): boolean => stored === true || values !== undefined;
  return {
    irVersion: 8,
    producer: 'test',
    opsets: new Map([
      ['', opset],
      ['com.microsoft', 1],
    ]),
    functions: [],
    graph: {
      name: 'case',
      nodes: nodes.map(
        (node): OnnxNode => ({
          name: node.name ?? '',
          opType: node.op,
          domain: node.domain ?? '',
          overload: '',
          inputs: [...node.inputs],
          outputs: [...node.outputs],
          attributes: Object.entries(node.attributes ?? {}).map(([name, value]) => attributeOf(name, value)),
        }),
      ),
      initializers: named.filter(([, tensor]) => isStored(tensor)).map(([name, tensor]) => tensorOf(name, tensor)),
      sparse: [],
      inputs: named
        .filter(([, tensor]) => !isStored(tensor))
        .map(
          ([name, tensor]): ValueInfo => ({
            name,
            kind: 'tensor',
            elemType: elementTypes[tensor.dtype] as number,
            dims: [...tensor.shape],
          }),
        ),
      outputs: outputs.map((name): ValueInfo => ({ name, kind: 'tensor', elemType: 1, dims: undefined })),
      valueInfo: [],
    },
  };
}

/** The model of one node, a graph input for everything that flows. */
export function modelOfCase({ op, domain = '', opset, attributes = {}, inputs, outputs }: NodeCase): OnnxModel {
  const names = inputs.map((input, index) => (input === null ? '' : `i${index}`));
  const results = outputs.map((output, index) => (output === null ? '' : `o${index}`));
  const tensors = Object.fromEntries(inputs.flatMap((input, index) => (input === null ? [] : [[`i${index}`, input] as const])));
  const node = { op, domain, name: 'node', inputs: names, outputs: results, attributes };
  return modelOfNodes(
    [node],
    tensors,
    results.filter((name) => name !== ''),
    opset,
  );
}

function tensorOf(name: string, { shape, dtype, values }: CaseTensor): OnnxTensor {
  const elements = shape.reduce((product, extent) => product * extent, 1);
  return {
    name,
    dims: [...shape],
    dataType: elementTypes[dtype] as number,
    ...(values === undefined ? {} : { values: values.map(Number) }),
    storedBytes: 0,
    storedElements: elements,
    external: false,
  };
}

export interface Measured {
  readonly imported: Imported;
  readonly report: Report;
  /** Of the document, in order. */
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: string }[];
}

/** Translates a model and measures the document. */
export function measured(model: OnnxModel): Measured {
  const imported = importOnnx(model, { batch_size: undefined, resolution: undefined, dims: new Map(), limits });
  const report = measureDocument(imported.document, { batch_size: imported.batch_size });
  const graph = buildGraph(imported.document, { batch_size: imported.batch_size, resolution: undefined, limits });
  const { layers } = inferShapes(graph, limits);
  const outputs = graph.outputs.map(({ node, output }) => {
    const type = layers[node]?.outputs[output];
    return { shape: type?.shape ?? [], dtype: type?.dtype ?? 'unknown' };
  });
  return { imported, report, outputs };
}
