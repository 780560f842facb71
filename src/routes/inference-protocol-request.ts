/**
 * Reads a request of the Open Inference Protocol: the JSON object in one walk over its bytes, behind which lie the bytes of tensors that were sent as binary
 * data. Knows tensors by name only, not what they are for.
 */

import { quote } from '../architecture/names.ts';
import { Refusal } from '../issue.ts';
import type { BodyLimits, Tensor } from '../tensor/literal.ts';
import { JsonCursor } from '../tensor/literal-json.ts';
import { excerpt } from '../tensor/literal-nested.ts';
import { flag, isIgnored, missing, notServed, record, text, unknownKey } from './inference-protocol-fields.ts';
import { readInput } from './inference-protocol-tensor.ts';

export interface RequestedOutput {
  readonly name: string;
  /** As bytes or as JSON numbers; undefined leaves it to `binary_data_output`. */
  readonly binary: boolean | undefined;
}

export interface InferenceRequest {
  readonly id: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Empty where all outputs are asked for. */
  readonly outputs: readonly RequestedOutput[];
}

const requestKeys = ['id', 'parameters', 'inputs', 'outputs', 'model_name', 'model_version'];
const outputKeys = ['name', 'parameters'];

/**
 * Reads a request; `jsonLength` is where its JSON ends and binary data begins. `names` are the tensors that may be sent. Refuses, at the path in the JSON, what
 * is no such request; throws `NotJson`. Nothing is allocated for a tensor before its shape is within the limits.
 */
export function readInferenceRequest(body: Buffer, jsonLength: number, names: readonly string[], limits: BodyLimits): InferenceRequest {
  const cursor = new JsonCursor(body.subarray(0, jsonLength), limits.maxDepth);
  const binary = { bytes: body, at: jsonLength };
  const tensors = new Map<string, Tensor>();
  let id: string | undefined;
  let parameters: Readonly<Record<string, unknown>> = {};
  let outputs: readonly RequestedOutput[] = [];
  let left = limits.maxElements;
  if (cursor.peek() !== 123) throw new Refusal([], 'invalid_value', `a request is an object; given ${excerpt(cursor)}`);
  cursor.object((key) => {
    if (key === 'id') id = textOrNull(cursor.value());
    else if (key === 'parameters') parameters = record(cursor.value(), ['parameters']);
    else if (key === 'outputs') outputs = readOutputs(cursor.value());
    else if (key === 'inputs')
      eachEntry(cursor, (index) => {
        const [name, tensor] = readInput(cursor, index, names, { maxRank: limits.maxRank, left, maxElements: limits.maxElements }, binary);
        if (tensors.has(name)) throw new Refusal(['inputs', index, 'name'], 'duplicate', `the input ${quote(name)} is sent twice`);
        left -= tensor.data.length;
        tensors.set(name, tensor);
      });
    // The address says which model is meant; some clients say it again.
    else if (key === 'model_name' || key === 'model_version') cursor.skip();
    else throw unknownKey([key], 'request', requestKeys);
  });
  cursor.end();
  if (binary.at !== body.length)
    throw new Refusal([], 'shape_mismatch', `${body.length - jsonLength} bytes follow the JSON; its inputs take ${binary.at - jsonLength}`);
  return { id, parameters, tensors, outputs };
}

function readOutputs(value: unknown): readonly RequestedOutput[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new Refusal(['outputs'], 'invalid_value', `outputs is a list; given ${quote(value)}`);
  return value.map((entry: unknown, index) => {
    const at = ['outputs', index];
    if (entry === null) throw new Refusal(at, 'invalid_value', 'an output is an object; given null');
    const output = record(entry, at);
    const unknown = Object.keys(output).find((key) => !outputKeys.includes(key));
    if (unknown !== undefined) throw unknownKey([...at, unknown], 'requested output', outputKeys);
    if (output.name === undefined) throw missing(at, 'a requested output', 'name');
    const parameters = record(output.parameters ?? null, [...at, 'parameters']);
    for (const name of Object.keys(parameters))
      if (name !== 'binary_data' && !isIgnored(name)) throw notServed([...at, 'parameters', name]);
    return { name: text(output.name, [...at, 'name']), binary: flag(parameters.binary_data, [...at, 'parameters', 'binary_data']) };
  });
}

/** Calls `read` with the cursor at each entry of the list that it stands at, and the entry's index. */
function eachEntry(cursor: JsonCursor, read: (index: number) => void): void {
  if (cursor.peek() !== 91) throw new Refusal(['inputs'], 'invalid_value', `inputs is a list; given ${excerpt(cursor)}`);
  cursor.at++;
  if (cursor.peek() === 93) cursor.at++;
  else
    for (let index = 0; ; index++) {
      read(index);
      if (cursor.peek() === 93) {
        cursor.at++;
        return;
      }
      cursor.expect(44);
    }
}

function textOrNull(id: unknown): string | undefined {
  return id === null ? undefined : text(id, ['id']);
}
