/** What shapes need of an ONNX model: no weights, no documentation, nothing of training. */

export interface OnnxModel {
  irVersion: number;
  producer: string;
  /** The version of each operator set, by domain; `ai.onnx` is written as the empty domain. */
  opsets: ReadonlyMap<string, number>;
  graph: OnnxGraph;
  functions: readonly OnnxFunction[];
}

export interface OnnxGraph {
  name: string;
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  sparse: OnnxSparse[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  valueInfo: ValueInfo[];
}

export interface OnnxNode {
  name: string;
  opType: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  attributes: OnnxAttribute[];
}

/**
 * Where the type is told, the value it tells is present (a zero or an empty list may be absent from the file), save for a text or a list too long to be kept:
 * that leaves `passed`, its bytes or entries.
 */
export interface OnnxAttribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: string;
  t?: OnnxTensor;
  g?: OnnxGraph;
  floats?: number[];
  ints?: number[];
  strings?: string[];
  tensors?: OnnxTensor[];
  graphs?: OnnxGraph[];
  sparse?: OnnxSparse;
  refAttrName?: string;
  passed?: number;
}

/**
 * `values`: only where the payload was small enough to be kept and is of numbers (ints and floats as numbers; int64 beyond 2^53 rounds, INT64_MAX included;
 * empty where `dims` say that there is none). Float16 and bfloat16 are decoded, smaller floats and complex numbers are not.
 * `storedElements`: elements that came, to be held against `dims` (those narrower than a byte are counted by whole bytes). `storedBytes`: what they take raw.
 */
export interface OnnxTensor {
  name: string;
  dims: number[];
  dataType: number;
  values?: number[];
  storedBytes: number;
  storedElements: number;
  external: boolean;
}

export interface OnnxSparse {
  values: OnnxTensor;
  indices?: OnnxTensor;
  dims: number[];
}

export interface OnnxFunction {
  name: string;
  domain: string;
  overload: string;
  inputs: string[];
  outputs: string[];
  attributes: string[];
  attributeProtos: OnnxAttribute[];
  nodes: OnnxNode[];
  opsets: ReadonlyMap<string, number>;
  valueInfo: ValueInfo[];
}

/**
 * `dims` undefined: the rank is not stated; an entry is a number, a symbol's name, or undefined.
 * `kind`: 'tensor' | 'sequence' | 'optional' | 'map' | 'sparse' | 'none'. `elemType` and `dims` are those of the innermost tensor.
 */
export interface ValueInfo {
  name: string;
  kind: string;
  elemType: number;
  dims: (number | string | undefined)[] | undefined;
}
