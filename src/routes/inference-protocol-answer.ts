/** Writes answers of the Open Inference Protocol: one JSON object, behind it the bytes of the outputs that were asked for as binary data. */

import { endianness } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Refusal } from '../issue.ts';
import { int64Bytes } from '../tensor/int64-bytes.ts';
import { JsonBytes, turn } from '../tensor/literal-write.ts';

export interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  /** Whole numbers where the datatype is INT64. */
  readonly data: Float32Array | Float64Array;
  readonly binary: boolean;
}

export interface Answer {
  readonly body: Buffer;
  /** Bytes of JSON, where binary data follows it. */
  readonly jsonLength: number | undefined;
}

/** Outputs in the order given, each flat and row-major, large ones in turns with others. Refuses NaN and ±Infinity in JSON (`not_finite`). */
export async function writeInferenceAnswer(
  head: { readonly model_name: string; readonly model_version: string; readonly id: string | undefined; readonly parameters: object },
  outputs: readonly Output[],
): Promise<Answer> {
  const binary: Buffer[] = [];
  const opening = JSON.stringify(head);
  const json = new JsonBytes().text(opening.slice(0, -1)).text(',"outputs":[');
  for (const [index, output] of outputs.entries()) {
    const { name, shape, datatype, data } = output;
    json.text(`${index > 0 ? ',' : ''}${JSON.stringify({ name, shape, datatype }).slice(0, -1)},`);
    if (output.binary) {
      let size = 0;
      for (const bytes of littleEndian(output)) {
        binary.push(bytes);
        size += bytes.length;
        if (data.length > turn) await setImmediate();
      }
      json.text(`"parameters":{"binary_data_size":${size}}}`);
    } else
      try {
        json.text('"data":');
        for (const _ of json.numbersInTurns(data)) if (data.length > turn) await setImmediate();
        json.text('}');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal([], error.code, `${name} holds a number that JSON has not; ask for it as binary data`);
      }
  }
  const written = json.text(']}').finish();
  if (binary.length === 0) return { body: written, jsonLength: undefined };
  return { body: Buffer.concat([written, ...binary]), jsonLength: written.length };
}

/** The bytes in parts, each some milliseconds' work at most. */
function* littleEndian({ datatype, data }: Output): Generator<Buffer> {
  if (datatype === 'INT64') {
    for (let at = 0; at < data.length; at += turn) yield int64Bytes(data.subarray(at, at + turn));
    return;
  }
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (endianness() === 'LE') yield bytes;
  else yield data.BYTES_PER_ELEMENT === 4 ? Buffer.from(bytes).swap32() : Buffer.from(bytes).swap64();
}
