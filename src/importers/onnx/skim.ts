/**
 * Reads an ONNX file as it arrives, in pieces cut anywhere, and keeps what shapes need: weights are passed over and only counted, so that a file of gigabytes
 * takes no more memory than its graph. What is kept is a skeleton, the same protobuf with these differences, for `readModel`:
 *
 * - a message is a group (its start and its end are tags);
 * - an entry of a payload field (`Kind`) is length-delimited even where it came alone, and a varint in its place counts what was passed over: bytes of a blob,
 *   entries of a list.
 *
 * Source of the wire format: https://protobuf.dev/programming-guides/encoding/.
 */

import { WireType } from '@bufbuild/protobuf/wire';
import type { Limits } from '../../architecture/limits.ts';
import type { Path } from '../../issue.ts';
import { InvalidArchitecture } from '../../issue.ts';
import { BrokenFile } from '../broken-file.ts';
import type { Field } from './fields.ts';
import { entrySize, fits, highestField, integersKept, othersKept } from './fields.ts';
import { Frame } from './frame.ts';
import { Skeleton } from './skeleton.ts';
import { bitsOf, isInteger } from './tensor-types.ts';

export interface Skimmer {
  /** Takes the next bytes. Throws `BrokenFile` for bytes that are no ONNX model, `InvalidArchitecture` for a model that is too large; both as soon as it shows. */
  push(chunk: Uint8Array): void;
  /** The skeleton. Throws `BrokenFile` for a file that ends too early. */
  finish(): Uint8Array;
}

const deepest = 64;
const longestText = 16 * 1024;
/** Nodes that a file may have for each layer that is measured: constants and shape arithmetic leave no layer. */
const nodesPerLayer = 4;
/** What the model may take in memory for each layer that is measured, by an estimate in which a message, a text and a number are worth this much. */
const bytesPerLayer = 1536;
const messageBytes = 200;
const textBytes = 40;
const numberBytes = 12;

const wireTypeNames = [
  'a varint',
  'a 64-bit number',
  'length-delimited',
  'the start of a group',
  'the end of a group',
  'a 32-bit number',
] as const;

/** What the next byte belongs to. */
type State = 'tag' | 'value' | 'length' | 'keep' | 'pass' | 'count';

export function createSkimmer(limits: Pick<Limits, 'maxLayers'>): Skimmer {
  return new Walk(limits.maxLayers);
}

class Walk implements Skimmer {
  readonly #maxNodes: number;
  readonly #maxBytes: number;
  readonly #skeleton = new Skeleton();
  /** The innermost message that is being read. */
  #frame = new Frame(undefined);
  /** Offset of the first byte of the chunk. */
  #base = 0;
  #state: State = 'tag';
  /** The number that is being read. */
  readonly #digits = new Uint8Array(10);
  #digitCount = 0;
  /** The field that is being read; undefined for one that is passed over. */
  #field: Field | undefined = undefined;
  #wireType = 0;
  /** Bytes of the field that have not come yet. */
  #left = 0;
  /** Whether a run of varints ends with a whole one. */
  #isWhole = true;
  #nodes = 0;
  #modelBytes = 0;

  constructor(maxLayers: number) {
    this.#maxNodes = maxLayers * nodesPerLayer;
    this.#maxBytes = maxLayers * bytesPerLayer + 1024 ** 2;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'tag' || this.#state === 'value' || this.#state === 'length') {
        at = this.#readNumber(chunk, at);
        continue;
      }
      const to = Math.min(chunk.length, at + this.#left);
      if (this.#state === 'keep') this.#skeleton.raw(chunk, at, to);
      else if (this.#state === 'count') this.#countNumbers(chunk, at, to);
      this.#left -= to - at;
      at = to;
      if (this.#left === 0) this.#endField(at);
    }
    this.#base += chunk.length;
  }

  finish(): Uint8Array {
    if (this.#base === 0) throw new BrokenFile('the file is empty');
    if (this.#frame.depth > 0 || this.#state !== 'tag' || this.#digitCount > 0)
      this.#break(0, `the file ends before its ${this.#frame.message.name} does; it was cut off`);
    return this.#skeleton.bytes;
  }

  /** Reads on in a number of one or more bytes, and acts on it once it is whole. Gives the place after what it read. */
  #readNumber(chunk: Uint8Array, from: number): number {
    const most = this.#state === 'tag' ? 5 : 10;
    const end = this.#frame.end - this.#base;
    let at = from;
    let byte: number;
    do {
      if (at === chunk.length) return at;
      if (at >= end) this.#break(at, `a number runs past the end of its ${this.#frame.message.name}`);
      if (this.#digitCount === most) this.#break(at, `a number is longer than ${most} bytes`);
      byte = chunk[at++] ?? 0;
      this.#digits[this.#digitCount++] = byte;
    } while (byte >= 0x80);
    if (this.#state === 'tag') this.#startField(at);
    else if (this.#state === 'length') this.#startContent(at);
    else {
      this.#takeVarint();
      this.#digitCount = 0;
      this.#endField(at);
    }
    return at;
  }

  /** Value of the number that was read; not exact from 2^53. */
  #number(): number {
    let value = 0;
    for (let index = this.#digitCount - 1; index >= 0; index--) value = value * 0x80 + ((this.#digits[index] ?? 0) & 0x7f);
    this.#digitCount = 0;
    return value;
  }

  #startField(at: number): void {
    const tag = this.#number();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0 || tag > 0xffffffff || wireType > WireType.Bit32) this.#break(at, `${tag} is no tag of a field`);
    if (wireType === WireType.StartGroup || wireType === WireType.EndGroup) this.#break(at, 'there is a group, which ONNX has not');
    const field = this.#frame.message.fields[number];
    if (field !== undefined && !fits(field, wireType))
      this.#break(at, `${field.name} of ${this.#frame.message.name} is ${wireTypeNames[wireType]}, which it never is in ONNX`);
    this.#field = field;
    this.#wireType = wireType;
    if (wireType === WireType.Varint) this.#state = 'value';
    else if (wireType === WireType.LengthDelimited) this.#state = 'length';
    else {
      this.#need(wireType === WireType.Bit64 ? 8 : 4, at);
      this.#startNumber(field);
    }
  }

  /** A number of 4 or 8 bytes. */
  #startNumber(field: Field | undefined): void {
    this.#state = 'pass';
    if (field === undefined) return;
    if (field.kind === 'float') {
      this.#spend(numberBytes);
      this.#skeleton.tag(field.number, this.#wireType);
    } else {
      if (!this.#keeps(field, this.#left, 1)) return;
      this.#skeleton.tag(field.number, WireType.LengthDelimited);
      this.#skeleton.varint(this.#left);
    }
    this.#state = 'keep';
  }

  #takeVarint(): void {
    const field = this.#field;
    if (field === undefined) return;
    const count = this.#digitCount;
    if (field.kind === 'varints') {
      if (!this.#keeps(field, count, 1)) return;
      this.#skeleton.tag(field.number, WireType.LengthDelimited);
      this.#skeleton.varint(count);
    } else {
      this.#spend(numberBytes);
      this.#skeleton.tag(field.number, WireType.Varint);
    }
    this.#skeleton.raw(this.#digits, 0, count);
    if (field.tellsDataType) this.#frame.dataType = this.#number();
  }

  /** What follows a length. */
  #startContent(at: number): void {
    const length = this.#number();
    const field = this.#field;
    this.#need(length, at);
    if (field?.kind === 'message') {
      this.#enter(field, at);
      return;
    }
    this.#state = field === undefined ? 'pass' : this.#treat(field, length, at);
    if (length === 0) this.#endField(at);
  }

  #treat(field: Field, length: number, at: number): State {
    if (field.kind === 'text' || field.kind === 'integers') {
      if (field.kind === 'text' && length > longestText)
        this.#break(at, `${field.name} of ${this.#frame.message.name} would be ${length} bytes long; no name is`);
      this.#spend(field.kind === 'text' ? textBytes + length : numberBytes * length);
    } else if (field.kind === 'bytes') {
      this.#spend(textBytes);
      if (length > this.#keepOf(field)) {
        this.#skeleton.tag(field.number, WireType.Varint);
        this.#skeleton.varint(length);
        return 'pass';
      }
      this.#spend(numberBytes * Math.ceil((8 * length) / Math.max(8, bitsOf(this.#frame.dataType))));
    } else {
      const size = entrySize[field.kind];
      if (length % size !== 0)
        this.#break(
          at,
          `${field.name} of ${this.#frame.message.name} has ${length} bytes, which is no whole number of entries of ${size} bytes`,
        );
      // How many varints there are is known once they have come.
      const entries = field.kind === 'varints' ? 0 : field.kind === 'texts' ? 1 : length / size;
      if (!this.#keeps(field, length, entries)) {
        this.#isWhole = true;
        return field.kind === 'varints' ? 'count' : 'pass';
      }
    }
    this.#skeleton.tag(field.number, WireType.LengthDelimited);
    this.#skeleton.varint(length);
    return 'keep';
  }

  /** Whether payload of this many bytes is kept; what is not, and what comes after it, is counted. */
  #keeps(field: Field, bytes: number, entries: number): boolean {
    const { kept, passed } = this.#frame;
    const { number } = field;
    const sum = (kept[number] ?? 0) + bytes + (field.kind === 'texts' ? 1 : 0);
    if ((passed[number] ?? 0) > 0 || sum > this.#keepOf(field)) {
      passed[number] = (passed[number] ?? 0) + entries;
      return false;
    }
    kept[number] = sum;
    this.#spend(field.kind === 'texts' ? textBytes + bytes : numberBytes * Math.ceil(bytes / entrySize[field.kind]));
    return true;
  }

  #keepOf(field: Field): number {
    if (!field.byDataType) return field.keep;
    const { dataType } = this.#frame;
    return dataType === 0 || isInteger(dataType) ? integersKept : othersKept;
  }

  /** Counts varints by their last bytes. */
  #countNumbers(chunk: Uint8Array, from: number, to: number): void {
    let count = 0;
    for (let at = from; at < to; at++) count += 1 - ((chunk[at] ?? 0) >> 7);
    const number = this.#field?.number ?? 0;
    this.#frame.passed[number] = (this.#frame.passed[number] ?? 0) + count;
    this.#isWhole = (chunk[to - 1] ?? 0) < 0x80;
  }

  #enter(field: Field, at: number): void {
    const index = this.#frame.met[field.number] ?? 0;
    this.#frame.met[field.number] = index + 1;
    if (this.#frame.depth === deepest) this.#break(at, `messages nest more than ${deepest} deep`);
    const frame = this.#frame.inner();
    frame.message = field.message();
    frame.field = field;
    frame.index = index;
    frame.end = this.#base + at + this.#left;
    frame.dataType = 0;
    frame.met.fill(0);
    if (frame.message.hasPayload) {
      frame.kept.fill(0);
      frame.passed.fill(0);
    }
    this.#frame = frame;
    this.#left = 0;
    if (frame.message.isNode && ++this.#nodes > this.#maxNodes) this.#tooLarge(`the file has more than ${this.#maxNodes} nodes`);
    this.#spend(messageBytes);
    this.#skeleton.tag(field.number, WireType.StartGroup);
    this.#state = 'tag';
    this.#leave(at);
  }

  #endField(at: number): void {
    if (this.#state === 'count' && !this.#isWhole) this.#break(at, `${this.#field?.name} ends within a number`);
    this.#state = 'tag';
    this.#leave(at);
  }

  /** Closes every message that ends here. */
  #leave(at: number): void {
    for (let { outer } = this.#frame; outer !== undefined && this.#base + at === this.#frame.end; { outer } = outer) {
      const { field, message, passed } = this.#frame;
      if (message.hasPayload)
        for (let number = 1; number <= highestField; number++) {
          const count = passed[number] ?? 0;
          if (count === 0) continue;
          this.#skeleton.tag(number, WireType.Varint);
          this.#skeleton.varint(count);
        }
      this.#skeleton.tag(field?.number ?? 0, WireType.EndGroup);
      this.#frame = outer;
    }
  }

  /** The field takes this many bytes more. */
  #need(bytes: number, at: number): void {
    const room = this.#frame.end - this.#base - at;
    if (bytes > room || bytes > Number.MAX_SAFE_INTEGER)
      this.#break(
        at,
        // The model itself ends where the file does, which is not known yet.
        Number.isFinite(room)
          ? `a field of ${bytes} bytes does not fit in the ${room} bytes that are left of its ${this.#frame.message.name}`
          : `a field of ${bytes} bytes is longer than any file`,
      );
    this.#left = bytes;
  }

  #spend(bytes: number): void {
    this.#modelBytes += bytes;
    if (this.#modelBytes + this.#skeleton.length > this.#maxBytes)
      this.#tooLarge(`the model, its weights left out, would take more than ${Math.floor(this.#maxBytes / 1024 ** 2)} MiB of memory`);
  }

  #place(): Path {
    const place: (string | number)[] = [];
    for (let { field, index, outer } = this.#frame; outer !== undefined; { field, index, outer } = outer)
      place.unshift(...(field === undefined ? [] : field.repeated ? [field.name, index] : [field.name]));
    return place;
  }

  #tooLarge(detail: string): never {
    throw new InvalidArchitecture([{ path: this.#place(), code: 'too_large', detail }]);
  }

  #break(at: number, detail: string): never {
    const place = this.#place();
    const within = place.length === 0 ? '' : `, in ${place.join('/')}`;
    throw new BrokenFile(`no ONNX model, or a damaged one: at byte ${this.#base + at}${within}: ${detail}`);
  }
}
