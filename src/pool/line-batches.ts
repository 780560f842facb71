/**
 * A stream of bytes cut into batches of whole lines, which workers can take. What is kept does not grow with the stream: the lines that nobody has taken yet and
 * the beginning of the next one. Blank lines are passed over; of a line that is too long nothing is kept but that it was.
 */

import { giveBack } from '../tensor/give-back.ts';

export interface LineBatch {
  /** Place of its first line in the stream, blank lines not counted. */
  readonly index: number;
  /** The lines without their ends, one after another. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of each line; `tooLong` for one that was not kept. */
  readonly lengths: Int32Array<ArrayBuffer>;
  /** The first of them that has not been answered, and where its bytes begin. */
  readonly next: number;
  readonly at: number;
}

export const tooLong = -1;

/** What is handed over with a batch. */
export function buffersOf({ bytes, lengths }: LineBatch): readonly ArrayBuffer[] {
  return [bytes.buffer, lengths.buffer];
}

const newline = 0x0a;
const smallest = 4096;
const largest = 320 * 1024;

export class LineBatches {
  readonly #mostBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** Bytes in the buffer, and those of them that are whole lines. */
  #used = 0;
  #whole = 0;
  #lengths: number[] = [];
  #index = 0;
  /** In the rest of a line that was too long. */
  #isSkipping = false;

  /** `mostBytes` is the longest line, its end not counted. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  push(chunk: Uint8Array): void {
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(newline, start);
      this.#append(chunk, start, end < 0 ? chunk.length : end);
      if (end < 0) return;
      this.#endLine();
      start = end + 1;
    }
  }

  /** The stream has ended: what has no line end is the last line. */
  end(): void {
    this.#endLine();
  }

  /** Whole lines that wait to be taken, and their bytes. */
  get lines(): number {
    return this.#lengths.length;
  }

  get bytes(): number {
    return this.#whole;
  }

  /** All lines that wait; the buffers may be given away. */
  take(): LineBatch {
    const batch: LineBatch = {
      index: this.#index,
      // The cast: it is allocated below, outside the pool of small buffers.
      bytes: this.#buffer.subarray(0, this.#whole) as Uint8Array<ArrayBuffer>,
      lengths: Int32Array.from(this.#lengths),
      next: 0,
      at: 0,
    };
    const begun = this.#buffer.subarray(this.#whole, this.#used);
    // The next batch will mostly be as large as this one.
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(begun.length, Math.min(this.#whole, largest), smallest));
    begun.copy(this.#buffer);
    this.#used = begun.length;
    this.#whole = 0;
    this.#index += this.#lengths.length;
    this.#lengths = [];
    return batch;
  }

  #append(chunk: Uint8Array, start: number, end: number): void {
    if (this.#isSkipping || start === end) return;
    const used = this.#used + end - start;
    if (used - this.#whole > this.#mostBytes) {
      this.#used = this.#whole;
      this.#lengths.push(tooLong);
      this.#isSkipping = true;
      return;
    }
    if (used > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, used, smallest));
      this.#buffer.copy(larger, 0, 0, this.#used);
      giveBack(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end), this.#used);
    this.#used = used;
  }

  #endLine(): void {
    if (this.#isSkipping) {
      this.#isSkipping = false;
    } else if (this.#isBlank()) {
      this.#used = this.#whole;
    } else {
      this.#lengths.push(this.#used - this.#whole);
      this.#whole = this.#used;
    }
  }

  /** Whether the line that ends here is empty or holds nothing but what JSON calls white space. */
  #isBlank(): boolean {
    for (let at = this.#whole; at < this.#used; at++) {
      const byte = this.#buffer[at];
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
    }
    return true;
  }
}
