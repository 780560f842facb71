/**
 * From a skeleton (see `createSkimmer`) to the model it tells. As protobuf has it: fields come in any order; of a field that comes twice the last counts, a
 * repeated one goes on, and a message is merged. The skeleton's structure is sound and bounded by then; what may still be wrong is what it holds.
 */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { BrokenFile } from '../broken-file.ts';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxSparse, OnnxTensor, ValueInfo } from './model.ts';
import type { Payload } from './payload.ts';
import { storedIn } from './payload.ts';

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

/** Calls `read` for each field of a message until its end. */
function eachField(reader: BinaryReader, read: (field: number, wireType: WireType) => void): void {
  for (;;) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.EndGroup) return;
    read(field, wireType);
  }
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

interface TensorParts extends Payload {
  name: string;
  dims: number[];
  dataType: number;
  location: number;
  hasExternal: boolean;
}

function emptyTensor(): TensorParts {
  return { name: '', dims: [], dataType: 0, location: 0, hasExternal: false, raw: undefined, entries: [], passed: 0 };
}

function readTensor(reader: BinaryReader): OnnxTensor {
  const parts = emptyTensor();
  readTensorInto(reader, parts);
  return tensorOf(parts);
}

function readTensorInto(reader: BinaryReader, parts: TensorParts): void {
  eachField(reader, (field, wireType) => {
    const isPassed = wireType === WireType.Varint;
    switch (field) {
      case 1:
        if (isPassed) parts.dims.push(integer(reader));
        else integers(reader, parts.dims);
        break;
      case 2:
        parts.dataType = integer(reader);
        break;
      case 4:
      case 5:
      case 7:
      case 10:
      case 11:
        if (isPassed) parts.passed += integer(reader);
        else lists[field](reader, parts.entries);
        break;
      case 6:
        parts.passed += integer(reader);
        break;
      case 8:
        parts.name = text(reader);
        break;
      case 9:
        parts.raw = isPassed ? integer(reader) : reader.bytes();
        break;
      case 13:
        parts.hasExternal = true;
        reader.skip(wireType, field);
        break;
      case 14:
        parts.location = integer(reader);
        break;
      default:
        reader.skip(wireType, field);
    }
  });
}

/** How the entries of a data field are read. */
const lists: Readonly<Record<4 | 5 | 7 | 10 | 11, (reader: BinaryReader, into: number[]) => void>> = {
  4: floats,
  5: (reader, into) => packed(reader, into, (numbers) => numbers.int32()),
  7: integers,
  10: (reader, into) => packed(reader, into, (numbers) => numbers.double()),
  11: (reader, into) => packed(reader, into, (numbers) => Number(numbers.uint64())),
};

function tensorOf({ name, dims, dataType, location, hasExternal, ...payload }: TensorParts): OnnxTensor {
  const { values, storedBytes, storedElements } = storedIn(
    payload,
    dataType,
    dims.reduce((product, extent) => product * extent, 1),
  );
  const external = location === 1 || (hasExternal && storedBytes === 0 && storedElements === 0);
  return {
    name,
    dims,
    dataType,
    ...(values === undefined || external ? {} : { values }),
    storedBytes,
    storedElements,
    external,
  };
}

interface SparseParts {
  values: TensorParts;
  indices: TensorParts | undefined;
  dims: number[];
}

function emptySparse(): SparseParts {
  return { values: emptyTensor(), indices: undefined, dims: [] };
}

function readSparse(reader: BinaryReader): OnnxSparse {
  const parts = emptySparse();
  readSparseInto(reader, parts);
  return sparseOf(parts);
}

function readSparseInto(reader: BinaryReader, parts: SparseParts): void {
  eachField(reader, (field, wireType) => {
    if (field === 1) readTensorInto(reader, parts.values);
    else if (field === 2) {
      parts.indices ??= emptyTensor();
      readTensorInto(reader, parts.indices);
    } else if (wireType === WireType.Varint) parts.dims.push(integer(reader));
    else integers(reader, parts.dims);
  });
}

function sparseOf({ values, indices, dims }: SparseParts): OnnxSparse {
  return { values: tensorOf(values), ...(indices === undefined ? {} : { indices: tensorOf(indices) }), dims };
}

function readValueInfo(reader: BinaryReader): ValueInfo {
  const value: ValueInfo = { name: '', kind: 'none', elemType: 0, dims: undefined };
  eachField(reader, (field) => {
    if (field === 1) value.name = text(reader);
    else readType(reader, value, true);
  });
  return value;
}

const kinds: Readonly<Record<number, string>> = { 1: 'tensor', 4: 'sequence', 5: 'map', 8: 'sparse', 9: 'optional' };

/** Of the kinds the outermost counts, and the last where several are told; the element type and the extents are those of the innermost tensor. */
function readType(reader: BinaryReader, value: ValueInfo, isOutermost: boolean): void {
  eachField(reader, (field) => {
    const kind = kinds[field] ?? 'none';
    if (isOutermost) {
      if (value.kind !== 'none' && value.kind !== kind) {
        value.elemType = 0;
        value.dims = undefined;
      }
      value.kind = kind;
    }
    eachField(reader, (inner, wireType) => {
      if (field === 1 || field === 8) {
        if (inner === 1) value.elemType = integer(reader);
        else {
          value.dims ??= [];
          readShape(reader, value.dims);
        }
      } else if (wireType === WireType.StartGroup) readType(reader, value, false);
      // The type of a map's keys.
      else reader.skip(wireType, inner);
    });
  });
}

function readShape(reader: BinaryReader, dims: (number | string | undefined)[]): void {
  eachField(reader, () => {
    let extent: number | string | undefined;
    eachField(reader, (field) => {
      if (field === 1) extent = integer(reader);
      else extent = text(reader) || undefined;
    });
    dims.push(extent);
  });
}

function integer(reader: BinaryReader): number {
  return Number(reader.int64());
}

function integers(reader: BinaryReader, into: number[]): void {
  packed(reader, into, integer);
}

function floats(reader: BinaryReader, into: number[]): void {
  packed(reader, into, (numbers) => numbers.float());
}

function packed(reader: BinaryReader, into: number[], read: (numbers: BinaryReader) => number): void {
  const bytes = reader.bytes();
  const last = bytes[bytes.length - 1];
  const numbers = new BinaryReader(bytes);
  try {
    while (numbers.pos < numbers.len) into.push(read(numbers));
  } catch {
    throw new BrokenFile(`no ONNX model, or a damaged one: a list of numbers ends or goes on within one (its last byte is ${last})`);
  }
}

function text(reader: BinaryReader): string {
  try {
    return reader.string(true);
  } catch {
    throw new BrokenFile('no ONNX model, or a damaged one: a name is not UTF-8 text');
  }
}
