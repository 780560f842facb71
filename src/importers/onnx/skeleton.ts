/** A growing buffer of protobuf in which messages are groups, so that none needs a length that is known beforehand. */

import { InvalidArchitecture } from '../../issue.ts';

const firstSize = 16 * 1024;

export class Skeleton {
  readonly #most: number;
  #bytes = new Uint8Array(firstSize);
  #length = 0;

  /** `most`: bytes that it may grow to. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What was written; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** `value` is a whole number from 0 to 2^53. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  raw(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    if (to - from < 64) for (let index = from; index < to; index++) this.#bytes[this.#length++] = bytes[index] ?? 0;
    else {
      this.#bytes.set(bytes.subarray(from, to), this.#length);
      this.#length += to - from;
    }
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#most)
      throw new InvalidArchitecture([
        { path: [], code: 'too_large', detail: `the model without its weights takes more than ${this.#most / 1024 ** 2} MiB` },
      ]);
    const grown = new Uint8Array(Math.min(this.#most, Math.max(needed, 2 * this.#bytes.length)));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
