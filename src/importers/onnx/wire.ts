/**
 * From a skeleton (see `createSkimmer`) to the model it tells. As protobuf has it: fields come in any order; of a field that comes twice the last counts, a
 * repeated one goes on, and a message is merged. The skeleton's structure is sound and bounded by then; what may still be wrong is what it holds.
 */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { BrokenFile } from '../broken-file.ts';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from './model.ts';
import type { SparseParts, TensorParts } from './read-tensor.ts';
import { emptySparse, emptyTensor, readSparse, readSparseInto, readTensor, readTensorInto, sparseOf, tensorOf } from './read-tensor.ts';
import { readValueInfo } from './read-value-info.ts';
import { eachField, floats, integer, integers, text } from './wire-fields.ts';

/** Throws `BrokenFile` for text that is not UTF-8, for a list of numbers that is cut off, and for a file without a graph. */
export function readModel(skeleton: Uint8Array): OnnxModel {
  const reader = new BinaryReader(skeleton);
  const opsets = new Map<string, number>();
  const functions: OnnxFunction[] = [];
  let graph: OnnxGraph | undefined;
  let irVersion = 0;
  let producer = '';
  let producerVersion = '';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) irVersion = integer(reader);
    else if (field === 2) producer = text(reader);
    else if (field === 3) producerVersion = text(reader);
    else if (field === 7) {
      graph ??= emptyGraph();
      readGraph(reader, graph);
    } else if (field === 8) readOpset(reader, opsets);
    else if (field === 25) functions.push(readFunction(reader));
    else reader.skip(wireType, field);
  }
  if (graph === undefined) throw new BrokenFile('no ONNX model: the file is in the same wire format (protobuf), but has no graph');
  return { irVersion, producer: `${producer} ${producerVersion}`.trim(), opsets, graph, functions };
}

function readOpset(reader: BinaryReader, opsets: Map<string, number>): void {
  let domain = '';
  let version = 0;
  eachField(reader, (field) => {
    if (field === 1) domain = text(reader);
    else version = integer(reader);
  });
  opsets.set(domain === 'ai.onnx' ? '' : domain, version);
}

function emptyGraph(): OnnxGraph {
  return { name: '', nodes: [], initializers: [], sparse: [], inputs: [], outputs: [], valueInfo: [] };
}

function readGraph(reader: BinaryReader, graph: OnnxGraph): void {
  eachField(reader, (field, wireType) => {
    if (field === 1) graph.nodes.push(readNode(reader));
    else if (field === 2) graph.name = text(reader);
    else if (field === 5) graph.initializers.push(readTensor(reader));
    else if (field === 11) graph.inputs.push(readValueInfo(reader));
    else if (field === 12) graph.outputs.push(readValueInfo(reader));
    else if (field === 13) graph.valueInfo.push(readValueInfo(reader));
    else if (field === 15) graph.sparse.push(readSparse(reader));
    else reader.skip(wireType, field);
  });
}

function readFunction(reader: BinaryReader): OnnxFunction {
  const opsets = new Map<string, number>();
  const of: OnnxFunction = {
    name: '',
    domain: '',
    overload: '',
    inputs: [],
    outputs: [],
    attributes: [],
    attributeProtos: [],
    nodes: [],
    opsets,
    valueInfo: [],
  };
  eachField(reader, (field, wireType) => {
    if (field === 1) of.name = text(reader);
    else if (field === 4) of.inputs.push(text(reader));
    else if (field === 5) of.outputs.push(text(reader));
    else if (field === 6) of.attributes.push(text(reader));
    else if (field === 7) of.nodes.push(readNode(reader));
    else if (field === 9) readOpset(reader, opsets);
    else if (field === 10) of.domain = text(reader);
    else if (field === 11) of.attributeProtos.push(readAttribute(reader));
    else if (field === 12) of.valueInfo.push(readValueInfo(reader));
    else if (field === 13) of.overload = text(reader);
    else reader.skip(wireType, field);
  });
  return of;
}

function readNode(reader: BinaryReader): OnnxNode {
  const node: OnnxNode = { name: '', opType: '', domain: '', overload: '', inputs: [], outputs: [], attributes: [] };
  eachField(reader, (field, wireType) => {
    if (field === 1) node.inputs.push(text(reader));
    else if (field === 2) node.outputs.push(text(reader));
    else if (field === 3) node.name = text(reader);
    else if (field === 4) node.opType = text(reader);
    else if (field === 5) node.attributes.push(readAttribute(reader));
    else if (field === 7) node.domain = text(reader);
    else if (field === 8) node.overload = text(reader);
    else reader.skip(wireType, field);
  });
  return node;
}

/** `AttributeProto.AttributeType` by number. */
const attributeTypes = { FLOAT: 1, INT: 2, STRING: 3, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;

function readAttribute(reader: BinaryReader): OnnxAttribute {
  const attribute: OnnxAttribute = { name: '', type: 0 };
  let tensor: TensorParts | undefined;
  let sparse: SparseParts | undefined;
  const passed = { s: 0, floats: 0, ints: 0, strings: 0 };
  eachField(reader, (field, wireType) => {
    const isPassed = wireType === WireType.Varint;
    switch (field) {
      case 1:
        attribute.name = text(reader);
        break;
      case 2:
        attribute.f = reader.float();
        break;
      case 3:
        attribute.i = integer(reader);
        break;
      case 4:
        passed.s = isPassed ? integer(reader) : 0;
        if (isPassed) delete attribute.s;
        else attribute.s = reader.string();
        break;
      case 5:
        tensor ??= emptyTensor();
        readTensorInto(reader, tensor);
        break;
      case 6:
        attribute.g ??= emptyGraph();
        readGraph(reader, attribute.g);
        break;
      case 7:
        attribute.floats ??= [];
        if (isPassed) passed.floats += integer(reader);
        else floats(reader, attribute.floats);
        break;
      case 8:
        attribute.ints ??= [];
        if (isPassed) passed.ints += integer(reader);
        else integers(reader, attribute.ints);
        break;
      case 9:
        attribute.strings ??= [];
        if (isPassed) passed.strings += integer(reader);
        else attribute.strings.push(reader.string());
        break;
      case 10:
        attribute.tensors ??= [];
        attribute.tensors.push(readTensor(reader));
        break;
      case 11: {
        const graph = emptyGraph();
        readGraph(reader, graph);
        attribute.graphs ??= [];
        attribute.graphs.push(graph);
        break;
      }
      case 20:
        attribute.type = integer(reader);
        break;
      case 21:
        attribute.refAttrName = text(reader);
        break;
      case 22:
        sparse ??= emptySparse();
        readSparseInto(reader, sparse);
        break;
      default:
        reader.skip(wireType, field);
    }
  });
  if (tensor !== undefined) attribute.t = tensorOf(tensor);
  if (sparse !== undefined) attribute.sparse = sparseOf(sparse);
  if (passed.s > 0) attribute.passed = passed.s;
  for (const key of ['floats', 'ints', 'strings'] as const) {
    if (passed[key] === 0) continue;
    attribute.passed = passed[key] + (attribute[key]?.length ?? 0);
    delete attribute[key];
  }
  if (attribute.passed === undefined && attribute.refAttrName === undefined) fillIn(attribute);
  return attribute;
}

/** A zero, an empty text and an empty list need not be in the file. */
function fillIn(attribute: OnnxAttribute): void {
  if (attribute.type === attributeTypes.FLOAT) attribute.f ??= 0;
  else if (attribute.type === attributeTypes.INT) attribute.i ??= 0;
  else if (attribute.type === attributeTypes.STRING) attribute.s ??= '';
  else if (attribute.type === attributeTypes.FLOATS) attribute.floats ??= [];
  else if (attribute.type === attributeTypes.INTS) attribute.ints ??= [];
  else if (attribute.type === attributeTypes.STRINGS) attribute.strings ??= [];
}
