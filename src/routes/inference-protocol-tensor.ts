/**
 * Reads one input of a request: numbers in JSON go straight into typed arrays, those of Triton's binary tensor data extension are taken from behind the JSON.
 * Nothing is allocated before the shape is within the limits.
 */

import { endianness } from 'node:os';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';
import type { Tensor } from '../tensor/literal.ts';
import type { JsonCursor } from '../tensor/literal-json.ts';
import type { ArrayLimits, Numbers, NumberType } from '../tensor/literal-nested.ts';
import { excerpt, numbersOf, readNested, tooLarge } from '../tensor/literal-nested.ts';
import { isIgnored, missing, notServed, record, text, under, unknownKey } from './inference-protocol-fields.ts';

/** Element types of the protocol that are run, by ours. */
export const datatypes = { float32: 'FP32', float64: 'FP64' } as const satisfies Readonly<Record<NumberType, string>>;

const inputKeys = ['name', 'shape', 'datatype', 'parameters', 'data'];

/** Where binary data is taken from next. */
export interface BinaryData {
  readonly bytes: Buffer;
  at: number;
}

/** Reads the input at the cursor: its keys may come in any order, so data before its datatype is passed over and read afterwards. */
export function readInput(
  cursor: JsonCursor,
  index: number,
  names: readonly string[],
  limits: ArrayLimits,
  binary: BinaryData,
): readonly [string, Tensor] {
  const at = ['inputs', index];
  let name: string | undefined;
  let shape: readonly number[] | undefined;
  let dtype: NumberType | undefined;
  let dataAt: number | undefined;
  let sent: Sent | undefined;
  let binarySize: number | undefined;
  if (cursor.peek() !== 123) throw new Refusal(at, 'invalid_value', `an input is an object; given ${excerpt(cursor)}`);
  cursor.object((key) => {
    const path = [...at, key];
    if (key === 'name') name = text(cursor.value(), path);
    else if (key === 'shape') shape = readShape(cursor, path, limits);
    else if (key === 'datatype') dtype = readDatatype(cursor.value(), path);
    else if (key === 'parameters') binarySize = readInputParameters(cursor.value(), path);
    else if (key === 'data') {
      dataAt = cursor.at;
      if (dtype === undefined || cursor.peek() !== 91) cursor.skip();
      else sent = under(path, () => readNested(cursor, dtype as NumberType, limits));
    } else throw unknownKey(path, 'input', inputKeys);
  });
  if (name === undefined) throw missing(at, 'an input', 'name');
  if (!names.includes(name))
    throw new Refusal(
      [...at, 'name'],
      'unknown_name',
      `there is no input ${quote(name)}${didYouMean(name, names)}; inputs: ${names.join(', ')}`,
    );
  if (shape === undefined) throw missing(at, `the input ${quote(name)}`, 'shape');
  if (dtype === undefined) throw missing(at, `the input ${quote(name)}`, 'datatype');
  const elements = elementsWithin(shape, limits, [...at, 'shape']);
  if (binarySize !== undefined) {
    if (dataAt !== undefined) throw new Refusal([...at, 'data'], 'invalid_value', 'both data and binary_data_size are given; keep one');
    const path = [...at, 'parameters', 'binary_data_size'];
    return [name, { dtype, shape, data: takeBinary(binary, binarySize, dtype, shape, elements, path) }];
  }
  if (dataAt === undefined) throw missing(at, `the input ${quote(name)}`, 'data, or binary_data_size among its parameters');
  sent ??= readAgain(cursor, dataAt, dtype, [...at, 'data'], limits);
  checkLaidOut(sent, shape, elements, [...at, 'data']);
  return [name, { dtype, shape, data: sent.data }];
}

/** Numbers and how they were nested. */
interface Sent {
  readonly shape: readonly number[];
  readonly data: Numbers;
}

function readAgain(cursor: JsonCursor, start: number, dtype: NumberType, path: Path, limits: ArrayLimits): Sent {
  const end = cursor.at;
  cursor.at = start;
  if (cursor.peek() !== 91) throw new Refusal(path, 'invalid_value', `data is an array of numbers; given ${excerpt(cursor)}`);
  const sent = under(path, () => readNested(cursor, dtype, limits));
  cursor.at = end;
  return sent;
}

/** Data is flat, or nested as its shape says. */
function checkLaidOut(sent: Sent, shape: readonly number[], elements: number, path: Path): void {
  if (sent.data.length !== elements)
    throw new Refusal(
      path,
      'shape_mismatch',
      `data holds ${sent.data.length} numbers, shape [${shape.join(', ')}] has ${elements} elements`,
    );
  if (sent.shape.length > 1 && sent.shape.join() !== shape.join())
    throw new Refusal(path, 'shape_mismatch', `data is nested as [${sent.shape.join(', ')}], shape is [${shape.join(', ')}]`);
}

/** Copies a tensor's bytes, little-endian and row-major, into numbers of their own: those of the body lie at any offset. */
function takeBinary(binary: BinaryData, size: number, dtype: NumberType, shape: readonly number[], elements: number, path: Path): Numbers {
  const width = dtype === 'float32' ? 4 : 8;
  if (size !== elements * width)
    throw new Refusal(
      path,
      'shape_mismatch',
      `binary_data_size is ${size}; ${elements} elements of ${datatypes[dtype]} (shape [${shape.join(', ')}]) are ${elements * width} bytes`,
    );
  const left = binary.bytes.length - binary.at;
  if (size > left)
    throw new Refusal(
      path,
      'shape_mismatch',
      `binary_data_size is ${size}, but ${left} bytes are left behind the JSON; Inference-Header-Content-Length says where the JSON ends`,
    );
  const data = numbersOf(dtype, elements);
  const bytes = Buffer.from(data.buffer);
  binary.bytes.copy(bytes, 0, binary.at, binary.at + size);
  binary.at += size;
  if (endianness() === 'BE') width === 4 ? bytes.swap32() : bytes.swap64();
  return data;
}

function readShape(cursor: JsonCursor, path: Path, { maxRank }: ArrayLimits): readonly number[] {
  const start = cursor.at;
  if (cursor.peek() !== 91) throw new Refusal(path, 'invalid_value', `shape is a list of whole numbers; given ${excerpt(cursor)}`);
  const rank = cursor.skip();
  if (rank > maxRank) throw new Refusal(path, 'wrong_rank', `shape has ${rank} axes; the limit is ${maxRank}`);
  cursor.at = start;
  const shape = cursor.value() as readonly unknown[];
  const wrong = shape.findIndex((extent) => !Number.isSafeInteger(extent) || (extent as number) < 1);
  if (wrong >= 0)
    throw new Refusal([...path, wrong], 'invalid_value', `axis ${wrong} must be a whole number, 1 or more; given ${quote(shape[wrong])}`);
  return shape as readonly number[];
}

function elementsWithin(shape: readonly number[], limits: ArrayLimits, path: Path): number {
  const elements = shape.reduce((product, extent) => product * extent, 1);
  if (elements > limits.left) throw tooLarge(path, elements, limits);
  return elements;
}

function readDatatype(value: unknown, path: Path): NumberType {
  const dtype = (Object.keys(datatypes) as NumberType[]).find((name) => datatypes[name] === value);
  if (dtype === undefined) throw new Refusal(path, 'wrong_dtype', `the datatype ${quote(value)} is not run; FP32 and FP64 are`);
  return dtype;
}

function readInputParameters(value: unknown, path: Path): number | undefined {
  const parameters = record(value, path);
  for (const name of Object.keys(parameters)) if (name !== 'binary_data_size' && !isIgnored(name)) throw notServed([...path, name]);
  const size = parameters.binary_data_size ?? undefined;
  if (size !== undefined && (!Number.isSafeInteger(size) || (size as number) < 0))
    throw new Refusal([...path, 'binary_data_size'], 'invalid_value', `binary_data_size is a number of bytes; given ${quote(size)}`);
  return size as number | undefined;
}
