/** What a body is, told by its first bytes. Which model a JSON text holds is told by its keys, once it is read. */

import type { Foreign, Head } from './foreign.ts';
import { binaries, texts } from './foreign.ts';

export type Recognised = { readonly kind: 'json' | 'onnx' } | { readonly kind: 'foreign'; readonly is: string };

/** Bytes that decide; a shorter head must be the whole body. */
export const headBytes = 4096;

export const lookedFor =
  'an ONNX model (binary), a Keras or TensorFlow.js model in JSON, a native architecture document in JSON, or {"ref": "<name>"} for a network of /v1/zoo';

/**
 * `head`: the first bytes of a body, or all of it. Text that is nothing else is taken for JSON, so that the JSON reader says what is wrong with it. `is`
 * completes "the body is …" and says what to do instead.
 */
export function recognise(head: Uint8Array): Recognised {
  const bytes = head.subarray(0, headBytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const given: Head = { bytes, text };
  const binary = nameOf(binaries, given);
  if (binary !== undefined) return { kind: 'foreign', is: binary };
  if (isWide(given)) return { kind: 'foreign', is: 'UTF-16 text; save it as UTF-8 and post it again' };
  const start = text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
  if (isText(start) || /^\s*[{[]/.test(start)) {
    const is = nameOf(texts, { bytes, text: start });
    return is === undefined ? { kind: 'json' } : { kind: 'foreign', is };
  }
  return protobuf(bytes);
}

function nameOf(known: readonly Foreign[], head: Head): string | undefined {
  return known.find(({ matches }) => matches(head))?.is;
}

/** UTF-16, by its mark or by the zero in each of the first characters. */
function isWide({ text }: Head): boolean {
  return /^(\xff\xfe|\xfe\xff)/.test(text) || /^([\t\n\r -~]\0){4}|^(\0[\t\n\r -~]){4}/.test(text);
}

/** No control characters: those that binary formats of any size have among their first bytes. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text);
}

interface Entry {
  readonly field: number;
  readonly wireType: number;
  /** First bytes of a length-delimited field. */
  readonly content: Uint8Array;
}

/** Wire types of the fields of ModelProto. */
const modelFields: Readonly<Record<number, number>> = { 1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2 };

const exportTensorFlow = 'python3 -m tf2onnx.convert --saved-model model_directory --output model.onnx';

/** ONNX has no mark of its own: its first fields must be those of a ModelProto, and not look like those of its neighbours. */
function protobuf(bytes: Uint8Array): Recognised {
  const [first, second, third] = entriesOf(bytes);
  const foreign = (is: string): Recognised => ({ kind: 'foreign', is });
  const unknown = foreign('binary data of no format that is known here');
  if (first === undefined) return unknown;
  if (first.field === 1 && first.wireType === 2) {
    const start = first.content[0];
    // GraphDef: node { name, op, … }.
    if (start === 0x0a)
      return foreign(
        'a frozen TensorFlow graph (.pb); convert it with: python3 -m tf2onnx.convert --graphdef model.pb --inputs x:0 --outputs y:0 --output model.onnx',
      );
    // ProgramDesc: block { idx, parent_idx, … }.
    if (start === 0x08)
      return foreign(
        'a PaddlePaddle model (.pdmodel); convert it with: paddle2onnx --model_dir . --model_filename model.pdmodel --save_file model.onnx',
      );
    return foreign('binary data, perhaps weights of Caffe (.caffemodel); export the network to ONNX and post that file');
  }
  // A message where ONNX has the name of its producer: SavedModel { schema version, meta graph }, or Core ML's Model { version, description }.
  if (first.field === 1 && second?.field === 2 && second.wireType === 2 && (second.content[0] ?? 0x20) < 0x20) {
    if (second.content[0] === 0x0a && isMetaInfo(second.content))
      return foreign(`a TensorFlow SavedModel; convert it with: ${exportTensorFlow}`);
    return foreign('a Core ML or a TensorFlow model; post the ONNX or Keras model that it was made from');
  }
  // TensorProto { dims …, data_type }.
  if (first.field === 1 && [second, third].some((entry) => entry?.field === 2 && entry.wireType === 0))
    return foreign('a tensor in the format of ONNX, which is no model');
  return modelFields[first.field] === first.wireType ? { kind: 'onnx' } : unknown;
}

/** MetaInfoDef begins with the list of its operators (2), or with tags and versions (4 to 6). */
function isMetaInfo(content: Uint8Array): boolean {
  const inner = entriesOf(content)[0]?.content[0];
  return inner === 0x12 || inner === 0x22 || inner === 0x2a || inner === 0x32;
}

const mostEntries = 4;

/** The first fields of a message, as far as they lie in these bytes. */
function entriesOf(bytes: Uint8Array): readonly Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let digit = 0; digit < 10; digit++) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 0x80 ** digit;
      if (byte < 0x80) return value;
    }
    return -1;
  };
  while (at < bytes.length && entries.length < mostEntries) {
    const tag = number();
    const wireType = tag % 8;
    if (tag < 8) break;
    let length = wireType === 1 ? 8 : wireType === 5 ? 4 : 0;
    if (wireType === 0) number();
    else if (wireType === 2) length = number();
    else if (wireType !== 1 && wireType !== 5) break;
    if (length < 0) break;
    entries.push({ field: Math.floor(tag / 8), wireType, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return entries;
}
