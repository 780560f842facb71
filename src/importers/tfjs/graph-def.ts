/** The node list of a TensorFlow.js graph model as typed values. Numbers are text there and text is base64, as protobuf's JSON form has them. */

import { isObject } from '../../architecture/document.ts';
import { quote } from '../../architecture/names.ts';
import type { Posted } from '../../architecture/read-layer.ts';
import type { Issue, Path } from '../../issue.ts';
import { throwIfAny, throwIfMany } from '../../issue.ts';
import type { DType } from '../../tensor/dtype.ts';

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Inputs but not what merely runs before. */
  readonly inputs: readonly { readonly name: string; readonly output: number }[];
  readonly attributes: Posted;
  readonly at: Path;
}

const byTensorflowName: Readonly<Record<string, DType>> = {
  DT_FLOAT: 'float32',
  DT_DOUBLE: 'float64',
  DT_HALF: 'float16',
  DT_BFLOAT16: 'bfloat16',
  DT_INT64: 'int64',
  DT_INT32: 'int32',
  DT_INT16: 'int16',
  DT_INT8: 'int8',
  DT_UINT8: 'uint8',
  DT_BOOL: 'bool',
};

/** Also by number, as some writers have it (types.proto). */
const byNumber: readonly (string | undefined)[] = [
  undefined,
  'DT_FLOAT',
  'DT_DOUBLE',
  'DT_INT32',
  'DT_UINT8',
  'DT_INT16',
  'DT_INT8',
  undefined,
  undefined,
  'DT_INT64',
  'DT_BOOL',
];

export function dtypeNamed(type: unknown): DType | undefined {
  const name = typeof type === 'number' ? byNumber[type] : type;
  return typeof name === 'string' && Object.hasOwn(byTensorflowName, name) ? byTensorflowName[name] : undefined;
}

/** Reads the nodes; throws `InvalidArchitecture` where an entry is no node, or two have one name. */
export function readNodes(list: readonly unknown[], at: Path): readonly GraphNode[] {
  const issues: Issue[] = [];
  const names = new Set<string>();
  const nodes = list.flatMap((entry, index): GraphNode[] => {
    throwIfMany(issues);
    const path = [...at, index];
    if (!isObject(entry) || typeof entry.name !== 'string' || typeof entry.op !== 'string') {
      issues.push({ path, code: 'invalid_value', detail: `a node has a name and an op; given ${quote(entry)}` });
      return [];
    }
    if (names.has(entry.name))
      issues.push({ path: [...path, 'name'], code: 'duplicate_name', detail: `two nodes are called ${quote(entry.name)}` });
    names.add(entry.name);
    const input = entry.input ?? [];
    if (!Array.isArray(input) || !input.every((text) => typeof text === 'string')) {
      issues.push({
        path: [...path, 'input'],
        code: 'invalid_value',
        detail: `${quote(entry.name)}: input is a list of names; given ${quote(input)}`,
      });
      return [];
    }
    const attributes = isObject(entry.attr) ? entry.attr : {};
    const inputs = (input as readonly string[]).filter((text) => !text.startsWith('^')).map(referenceOf);
    return [{ name: entry.name, op: entry.op, inputs, attributes, at: path }];
  });
  throwIfAny(issues);
  return nodes;
}

/** `name`, or `name:2` for a later output. */
function referenceOf(text: string): { readonly name: string; readonly output: number } {
  const [, name, output] = /^(.*):(\d+)$/s.exec(text) ?? [];
  return name === undefined ? { name: text, output: 0 } : { name, output: Number(output) };
}
