/**
 * The messages of ONNX that shapes need, by field number, and how each field of theirs is taken. What is not listed is passed over: documentation,
 * metadata, training, quantisation and device annotations, and whatever later versions add. Source: onnx.proto, IR version 13.
 */

import { WireType } from '@bufbuild/protobuf/wire';

/**
 * - `integer`, `float`, `text`, `message`: kept. `integers`: repeated, packed or not, kept.
 * - `bytes` (one blob, the last wins), `varints`, `floats`, `doubles` and `texts` (repeated): payload, kept while small, else passed over and counted.
 */
export type Kind = 'integer' | 'integers' | 'float' | 'text' | 'message' | 'bytes' | 'varints' | 'floats' | 'doubles' | 'texts';

/** Bytes of an entry of a list on the wire, where that does not vary. */
export const entrySize: Readonly<Record<Kind, number>> = {
  integer: 1,
  integers: 1,
  float: 4,
  text: 1,
  message: 1,
  bytes: 1,
  varints: 1,
  floats: 4,
  doubles: 8,
  texts: 1,
};

/** How a field may come: a list of numbers packed, or one by one. */
const comesAs: Readonly<Record<Kind, readonly WireType[]>> = {
  integer: [WireType.Varint],
  integers: [WireType.LengthDelimited, WireType.Varint],
  float: [WireType.Bit32],
  text: [WireType.LengthDelimited],
  message: [WireType.LengthDelimited],
  bytes: [WireType.LengthDelimited],
  varints: [WireType.LengthDelimited, WireType.Varint],
  floats: [WireType.LengthDelimited, WireType.Bit32],
  doubles: [WireType.LengthDelimited, WireType.Bit64],
  texts: [WireType.LengthDelimited],
};

export function fits({ kind }: Field, wireType: WireType): boolean {
  return comesAs[kind].includes(wireType);
}

export interface Field {
  readonly number: number;
  readonly name: string;
  readonly kind: Kind;
  readonly repeated: boolean;
  /** Of a message. */
  readonly message: () => Message;
  /** Bytes of payload that are kept in one message. */
  readonly keep: number;
  /** Payload of a tensor whose type decides how much of it is kept. */
  readonly byDataType: boolean;
  /** Tells the type of a tensor's payload. */
  readonly tellsDataType: boolean;
}

/** Fields by number; no field that is listed has a number above `highestField`. */
export interface Message {
  readonly name: string;
  readonly fields: readonly (Field | undefined)[];
  readonly hasPayload: boolean;
  readonly isNode: boolean;
}

export const highestField = 31;

/** Shapes, axes, repeats, indices: what shape arithmetic may need. */
export const integersKept = 8192;
/** Scalars and scales, as of Resize. */
export const othersKept = 256;

type Entry = readonly [
  number: number,
  name: string,
  kind: Kind,
  details?: { repeated?: boolean; message?: () => Message; keep?: number; byDataType?: boolean; tellsDataType?: boolean },
];

function message(name: string, entries: readonly Entry[]): Message {
  const fields: (Field | undefined)[] = Array.from({ length: highestField + 1 });
  for (const [number, field, kind, details] of entries) {
    const defaults = { repeated: false, message: () => nothing, keep: 0, byDataType: false, tellsDataType: false };
    fields[number] = { number, name: field, kind, ...defaults, ...details };
  }
  const payload = new Set<Kind>(['varints', 'floats', 'doubles', 'texts']);
  return { name, fields, hasPayload: entries.some(([, , kind]) => payload.has(kind)), isNode: name === 'NodeProto' };
}

const one = (of: () => Message) => ({ message: of });
const many = (of: () => Message) => ({ message: of, repeated: true });
const kept = (keep: number) => ({ keep, repeated: true });

const nothing: Message = { name: '', fields: [], hasPayload: false, isNode: false };

const operatorSet = message('OperatorSetIdProto', [
  [1, 'domain', 'text'],
  [2, 'version', 'integer'],
]);

const dimension = message('TensorShapeProto.Dimension', [
  [1, 'dim_value', 'integer'],
  [2, 'dim_param', 'text'],
]);
const shape = message('TensorShapeProto', [[1, 'dim', 'message', many(() => dimension)]]);
const tensorType = message('TypeProto.Tensor', [
  [1, 'elem_type', 'integer'],
  [2, 'shape', 'message', one(() => shape)],
]);
const elementType = message('TypeProto.Sequence', [[1, 'elem_type', 'message', one(() => type)]]);
const mapType = message('TypeProto.Map', [
  [1, 'key_type', 'integer'],
  [2, 'value_type', 'message', one(() => type)],
]);
const type: Message = message('TypeProto', [
  [1, 'tensor_type', 'message', one(() => tensorType)],
  [4, 'sequence_type', 'message', one(() => elementType)],
  [5, 'map_type', 'message', one(() => mapType)],
  [8, 'sparse_tensor_type', 'message', one(() => tensorType)],
  [9, 'optional_type', 'message', one(() => elementType)],
]);
const valueInfo = message('ValueInfoProto', [
  [1, 'name', 'text'],
  [2, 'type', 'message', one(() => type)],
]);

const tensor = message('TensorProto', [
  [1, 'dims', 'integers'],
  [2, 'data_type', 'integer', { tellsDataType: true }],
  [4, 'float_data', 'floats', kept(othersKept)],
  [5, 'int32_data', 'varints', { byDataType: true }],
  [6, 'string_data', 'texts', kept(0)],
  [7, 'int64_data', 'varints', kept(integersKept)],
  [8, 'name', 'text'],
  [9, 'raw_data', 'bytes', { byDataType: true }],
  [10, 'double_data', 'doubles', kept(othersKept)],
  [11, 'uint64_data', 'varints', kept(integersKept)],
  // Its presence is enough.
  [13, 'external_data', 'bytes'],
  [14, 'data_location', 'integer'],
]);
const sparseTensor = message('SparseTensorProto', [
  [1, 'values', 'message', one(() => tensor)],
  [2, 'indices', 'message', one(() => tensor)],
  [3, 'dims', 'integers'],
]);

const attribute: Message = message('AttributeProto', [
  [1, 'name', 'text'],
  [2, 'f', 'float'],
  [3, 'i', 'integer'],
  // Equations and modes are short; compiled engines of some providers are not.
  [4, 's', 'bytes', { keep: integersKept }],
  [5, 't', 'message', one(() => tensor)],
  [6, 'g', 'message', one(() => graph)],
  [7, 'floats', 'floats', kept(integersKept)],
  [8, 'ints', 'varints', kept(integersKept)],
  [9, 'strings', 'texts', kept(integersKept)],
  [10, 'tensors', 'message', many(() => tensor)],
  [11, 'graphs', 'message', many(() => graph)],
  [20, 'type', 'integer'],
  [21, 'ref_attr_name', 'text'],
  [22, 'sparse_tensor', 'message', one(() => sparseTensor)],
]);

const node = message('NodeProto', [
  [1, 'input', 'text', { repeated: true }],
  [2, 'output', 'text', { repeated: true }],
  [3, 'name', 'text'],
  [4, 'op_type', 'text'],
  [5, 'attribute', 'message', many(() => attribute)],
  [7, 'domain', 'text'],
  [8, 'overload', 'text'],
]);

const graph: Message = message('GraphProto', [
  [1, 'node', 'message', many(() => node)],
  [2, 'name', 'text'],
  [5, 'initializer', 'message', many(() => tensor)],
  [11, 'input', 'message', many(() => valueInfo)],
  [12, 'output', 'message', many(() => valueInfo)],
  [13, 'value_info', 'message', many(() => valueInfo)],
  [15, 'sparse_initializer', 'message', many(() => sparseTensor)],
]);

const functionProto = message('FunctionProto', [
  [1, 'name', 'text'],
  [4, 'input', 'text', { repeated: true }],
  [5, 'output', 'text', { repeated: true }],
  [6, 'attribute', 'text', { repeated: true }],
  [7, 'node', 'message', many(() => node)],
  [9, 'opset_import', 'message', many(() => operatorSet)],
  [10, 'domain', 'text'],
  [11, 'attribute_proto', 'message', many(() => attribute)],
  [12, 'value_info', 'message', many(() => valueInfo)],
  [13, 'overload', 'text'],
]);

export const model = message('ModelProto', [
  [1, 'ir_version', 'integer'],
  [2, 'producer_name', 'text'],
  [3, 'producer_version', 'text'],
  [7, 'graph', 'message', one(() => graph)],
  [8, 'opset_import', 'message', many(() => operatorSet)],
  [25, 'functions', 'message', many(() => functionProto)],
]);
