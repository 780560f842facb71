/** A growing buffer of protobuf in which messages are groups, so that none needs a length that is known beforehand. */

const firstSize = 16 * 1024;

export class Skeleton {
  #bytes = new Uint8Array(firstSize);
  #length = 0;

  /** What was written; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
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
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
