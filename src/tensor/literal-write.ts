/** Writes JSON with tensors in it into one growing run of bytes, so that numbers are never text in between. */

import { type Path, Refusal } from '../issue.ts';
import { giveBack } from './give-back.ts';
import { int64Bytes } from './int64-bytes.ts';
import type { Tensor, TensorForm } from './literal.ts';
import { encodeBase64 } from './literal-base64.ts';
import type { Numbers } from './literal-nested.ts';
import { mostBytes, writeShortest } from './literal-shortest.ts';

/** Numbers written between two looks at the room that is left. */
const chunk = 2048;
/** Numbers written in one turn: some milliseconds' worth. */
export const turn = 2 ** 16;
/** Numbers written in base64 in one turn. Three numbers of any size end where four characters do. */
const base64Turn = 3 * turn;

/** A tensor, or positions: whole numbers that are int64 on the wire. */
export type WrittenTensor = Tensor | { readonly dtype: 'int64'; readonly shape: readonly number[]; readonly data: Float64Array };

export class JsonBytes {
  #bytes = Buffer.allocUnsafeSlow(chunk * mostBytes);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written so far, without a copy: write no more after it. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Text that is already JSON. */
  text(json: string): this {
    // No character of UTF-16 takes more than three bytes of UTF-8.
    this.#reserve(json.length * 3);
    this.#length += this.#bytes.write(json, this.#length);
    return this;
  }

  /** Any value but a tensor. */
  value(value: unknown): this {
    return this.text(JSON.stringify(value));
  }

  /**
   * A tensor in the form asked for. float32 is written in its shortest decimal that reads back the same, float64 as JavaScript prints it, −0 as `-0`.
   * Refuses NaN and ±Infinity in the forms made of JSON numbers (`not_finite`, at the element's path).
   */
  tensor(tensor: WrittenTensor, form: TensorForm): this {
    for (const _ of this.tensorInTurns(tensor, form));
    return this;
  }

  /** The same in steps of some milliseconds at most, so that a large tensor need not hold others up. */
  *tensorInTurns({ shape, dtype, data }: WrittenTensor, form: TensorForm): Generator<void> {
    if (form === 'nested') {
      yield* this.numbersInTurns(data, shape);
      return;
    }
    this.text(`{"shape":${JSON.stringify(shape)},"dtype":"${dtype}",`);
    if (form === 'flat') {
      this.text('"data":');
      yield* this.numbersInTurns(data);
      this.text('}');
    } else {
      this.text('"base64":"').#reserve(Math.ceil((data.length * (dtype === 'float32' ? 4 : 8)) / 3) * 4);
      for (let at = 0; at < data.length; at += base64Turn) {
        const part = data.subarray(at, at + base64Turn);
        this.#ascii(dtype === 'int64' ? int64Bytes(part).toString('base64') : encodeBase64(part));
        yield;
      }
      this.text('"}');
    }
  }

  /** Numbers as arrays nested by `shape`, whose elements they are; flat without it. */
  *numbersInTurns(data: Numbers, shape: readonly number[] = [data.length]): Generator<void> {
    // What most numbers take and the room that the last chunk asks for, so that growing is the exception.
    this.#reserve(data.length * 12 + chunk * mostBytes);
    const index = findInfinite(data);
    if (index >= 0)
      throw new Refusal(pathOf(index, shape), 'not_finite', `${data[index]} has no JSON number; NaN and Infinity travel in base64 only`);
    const bits = data instanceof Float32Array ? new Int32Array(data.buffer, data.byteOffset, data.length) : undefined;
    yield* this.#axisInTurns(data, bits, shape, 0, 0, data.length);
  }

  /** `#axis` for a part of `size` numbers. */
  *#axisInTurns(
    data: Numbers,
    bits: Int32Array | undefined,
    shape: readonly number[],
    axis: number,
    from: number,
    size: number,
  ): Generator<void> {
    if (size <= turn) {
      this.#axis(data, bits, shape, axis, from);
      yield;
      return;
    }
    const isRow = axis === shape.length - 1;
    const step = isRow ? turn : size / (shape[axis] ?? 1);
    let inTurn = 0;
    this.#byte(91);
    for (let at = from; at < from + size; at += step) {
      if (at > from) this.#byte(44);
      if (isRow) {
        this.#row(data, bits, at, Math.min(at + turn, from + size));
        yield;
      } else if (step > turn) yield* this.#axisInTurns(data, bits, shape, axis + 1, at, step);
      else {
        this.#axis(data, bits, shape, axis + 1, at);
        inTurn += step;
        // A turn for each short row would be a million turns. The last few may join what comes next: never more than two turns' worth.
        if (inTurn + step > turn) {
          yield;
          inTurn = 0;
        }
      }
    }
    this.#byte(93);
  }

  /** Writes the part of axis `axis` that starts at `from`; returns where it ends. */
  #axis(data: Numbers, bits: Int32Array | undefined, shape: readonly number[], axis: number, from: number): number {
    const extent = shape[axis];
    if (extent === undefined) {
      this.#row(data, bits, from, from + 1);
      return from + 1;
    }
    this.#byte(91);
    let at = from;
    if (axis === shape.length - 1) {
      at += extent;
      this.#row(data, bits, from, at);
    } else
      for (let index = 0; index < extent; index++) {
        if (index > 0) this.#byte(44);
        at = this.#axis(data, bits, shape, axis + 1, at);
      }
    this.#byte(93);
    return at;
  }

  #row(data: Numbers, bits: Int32Array | undefined, from: number, to: number): void {
    for (let start = from; start < to; start += chunk) {
      const end = Math.min(start + chunk, to);
      if (bits === undefined || !(data instanceof Float32Array)) this.#ascii(doublesText(data, start, end));
      else {
        this.#reserve((end - start) * mostBytes);
        this.#length = writeShortest(this.#bytes, this.#view, this.#length, data, bits, start, end);
      }
    }
    // Every number was followed by a comma.
    if (to > from) this.#length--;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  #ascii(text: string): this {
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
    return this;
  }

  #reserve(room: number): void {
    const needed = this.#length + room;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    giveBack(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Index of the first number that is NaN or infinite, or −1. */
function findInfinite(data: Numbers): number {
  for (let index = 0; index < data.length; index++) {
    const value = data[index] ?? 0;
    if (value - value !== 0) return index;
  }
  return -1;
}

/** Doubles as JavaScript prints them, each followed by a comma. JSON.stringify is the quickest way there is, but writes 0 for −0. */
function doublesText(data: Numbers, from: number, to: number): string {
  const numbers = Array.from(data.subarray(from, to));
  if (numbers.some((value) => Object.is(value, -0))) return numbers.map((value) => (Object.is(value, -0) ? '-0,' : `${value},`)).join('');
  return `${JSON.stringify(numbers).slice(1, -1)},`;
}

function pathOf(index: number, shape: readonly number[]): Path {
  let rest = index;
  return shape
    .toReversed()
    .map((extent) => {
      const at = rest % extent;
      rest = Math.floor(rest / extent);
      return at;
    })
    .reverse();
}
