/** Walks JSON (RFC 8259) in UTF-8 bytes: what is no tensor is checked, skipped, or given to `JSON.parse` slice by slice. */

import { Refusal } from '../issue.ts';
import { notJson } from './literal-not-json.ts';
import { skipNumber } from './literal-number.ts';
import { repeatedKey, repeatedKeys } from './repeated-keys.ts';

const literals = ['true', 'false', 'null'].map((word) => Buffer.from(word));

export class JsonCursor {
  readonly bytes: Buffer;
  readonly view: DataView;
  at = 0;
  readonly #maxDepth: number;
  /** Depth of what was skipped last. */
  #deepest = 0;

  /** `maxDepth` arrays and objects may be nested in a value that is parsed. */
  constructor(bytes: Uint8Array, maxDepth: number) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maxDepth = maxDepth;
    // A byte order mark is no JSON, but editors write it and RFC 8259 lets a reader pass over it.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  /** The first byte that is not space, where the cursor then stands; 0 at the end. */
  peek(): number {
    let byte = this.bytes[this.at] ?? 0;
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = this.bytes[++this.at] ?? 0;
    return byte;
  }

  expect(byte: number): void {
    if (this.peek() !== byte) throw notJson(this.bytes, this.at);
    this.at++;
  }

  /** Nothing but space may be left. */
  end(): void {
    this.peek();
    if (this.at < this.bytes.length) throw notJson(this.bytes, this.at);
  }

  /**
   * Calls `read` for each key of the object at the cursor, which then stands behind the colon; `read` moves it behind the value. A key that stands twice is
   * refused: readers disagree about which one counts.
   */
  object(read: (key: string) => void): void {
    this.expect(123);
    const keys = new Set<string>();
    if (this.peek() !== 125)
      for (;;) {
        this.peek();
        const key = this.string();
        if (keys.has(key)) throw repeatedKey([key]);
        keys.add(key);
        this.expect(58);
        this.peek();
        read(key);
        if (this.peek() === 125) break;
        this.expect(44);
      }
    this.expect(125);
  }

  string(): string {
    const start = this.at;
    const isPlain = this.#skipString();
    if (!isPlain) return JSON.parse(this.text(start, this.at));
    return this.bytes.toString('latin1', start + 1, this.at - 1);
  }

  /**
   * The UTF-8 of a string of megabytes, found without looking at each character: where it turns out to be no base64 it may be no JSON either, which
   * `skip` tells.
   */
  longString(): Buffer {
    const start = this.at + 1;
    const end = this.bytes.indexOf(34, start);
    const text = this.bytes.subarray(start, end);
    if (end < 0 || text.includes(92)) return Buffer.from(this.string());
    this.at = end + 1;
    return text;
  }

  /** The value at the cursor as `JSON.parse` gives it; refuses one that is nested deeper than the limit (`too_deep`) or repeats a key (`duplicate_key`). */
  value(): unknown {
    this.peek();
    const start = this.at;
    this.skip();
    if (this.#deepest > this.#maxDepth)
      throw new Refusal([], 'too_deep', `arrays and objects are nested ${this.#deepest} deep; the limit is ${this.#maxDepth}`);
    const text = this.text(start, this.at);
    const value = JSON.parse(text);
    const [repeated] = repeatedKeys(text, value);
    if (repeated !== undefined) throw repeatedKey(repeated);
    return value;
  }

  text(start: number, end: number): string {
    return this.bytes.toString('utf8', start, end);
  }

  /** Moves behind the value at the cursor, however deep, and returns how many numbers, strings and words are in it. */
  skip(): number {
    // The bracket that closes each open array or object; bytes, since a body may be made of brackets alone.
    let closing = new Uint8Array(64);
    let depth = 0;
    let scalars = 0;
    this.#deepest = 0;
    for (;;) {
      const first = this.peek();
      if (first === 91 || first === 123) {
        this.at++;
        if (depth === closing.length) closing = doubled(closing);
        // Closing brackets are two above their opening ones.
        closing[depth++] = first + 2;
        if (depth > this.#deepest) this.#deepest = depth;
        if (this.peek() !== first + 2) {
          if (first === 123) this.#skipKey();
          continue;
        }
      } else {
        this.#skipScalar(first);
        scalars++;
      }
      while (depth > 0 && this.peek() === closing[depth - 1]) {
        this.at++;
        depth--;
      }
      if (depth === 0) return scalars;
      this.expect(44);
      if (closing[depth - 1] === 125) this.#skipKey();
    }
  }

  #skipKey(): void {
    this.peek();
    this.#skipString();
    this.expect(58);
  }

  #skipScalar(first: number): void {
    if (first === 34) {
      this.#skipString();
      return;
    }
    const literal = literals.find((word) => word[0] === first);
    if (literal === undefined) {
      this.at = skipNumber(this.bytes, this.at);
      return;
    }
    for (const byte of literal) {
      if (this.bytes[this.at] !== byte) throw notJson(this.bytes, this.at);
      this.at++;
    }
  }

  /** Returns whether the string is ASCII without escapes, so that its bytes are its characters. */
  #skipString(): boolean {
    const bytes = this.bytes;
    let at = this.at;
    if (bytes[at] !== 34) throw notJson(bytes, at);
    let isPlain = true;
    at++;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (byte === 34) break;
      if (byte >= 32 && byte < 128 && byte !== 92) at++;
      else {
        isPlain = false;
        at = byte === 92 ? skipEscape(bytes, at) : skipCharacter(bytes, at);
      }
    }
    this.at = at + 1;
    return isPlain;
  }
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}

const hexDigit = /[0-9a-fA-F]/;

function skipEscape(bytes: Uint8Array, start: number): number {
  const kind = String.fromCharCode(bytes[start + 1] ?? 0);
  if (kind !== 'u') {
    if (!'"\\/bfnrt'.includes(kind)) throw notJson(bytes, start + 1);
    return start + 2;
  }
  for (let at = start + 2; at < start + 6; at++) if (!hexDigit.test(String.fromCharCode(bytes[at] ?? 0))) throw notJson(bytes, at);
  return start + 6;
}

/** One character beyond ASCII (The Unicode Standard, table 3-7: well-formed UTF-8 byte sequences); a control character is refused. */
function skipCharacter(bytes: Uint8Array, start: number): number {
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) throw notJson(bytes, start);
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let at = start + 1; at < start + length; at++) {
    const byte = bytes[at] ?? 0;
    const isSecond = at === start + 1;
    if (byte < (isSecond ? least : 0x80) || byte > (isSecond ? most : 0xbf)) throw notJson(bytes, at);
  }
  return start + length;
}
