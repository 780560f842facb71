/** Writes answers of the Open Inference Protocol: one JSON object, behind it the bytes of the outputs that were asked for as binary data. */

import { endianness } from 'node:os';
import { Refusal } from '../issue.ts';
import { JsonBytes } from '../tensor/literal-write.ts';

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

/** Outputs in the order given, each flat and row-major. Refuses NaN and ±Infinity in JSON (`not_finite`). */
export function writeInferenceAnswer(
  head: { readonly model_name: string; readonly model_version: string; readonly id: string | undefined; readonly parameters: object },
  outputs: readonly Output[],
): Answer {
  const binary: Buffer[] = [];
  const opening = JSON.stringify(head);
  const json = new JsonBytes().text(opening.slice(0, -1)).text(',"outputs":[');
  outputs.forEach((output, index) => {
    const { name, shape, datatype, data } = output;
    json.text(`${index > 0 ? ',' : ''}${JSON.stringify({ name, shape, datatype }).slice(0, -1)},`);
    if (output.binary) {
      const bytes = littleEndian(output);
      binary.push(bytes);
      json.text(`"parameters":{"binary_data_size":${bytes.length}}}`);
    } else
      try {
        json.text('"data":').numbers(data).text('}');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal([], error.code, `${name} holds a number that JSON has not; ask for it as binary data`);
      }
  });
  const written = json.text(']}').finish();
  if (binary.length === 0) return { body: written, jsonLength: undefined };
  return { body: Buffer.concat([written, ...binary]), jsonLength: written.length };
}

function littleEndian({ datatype, data }: Output): Buffer {
  if (datatype === 'INT64') {
    const bytes = Buffer.alloc(data.length * 8);
    data.forEach((value, at) => {
      bytes.writeBigInt64LE(BigInt(value), at * 8);
    });
    return bytes;
  }
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (endianness() === 'LE') return bytes;
  const swapped = Buffer.from(bytes);
  return data.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64();
}
