/**
 * How large a JSON text becomes, told from its bytes before they are parsed: a list takes two bytes to write and a hundred and more in memory, so that a body
 * within its limit could take fifty times its size.
 */

const quotation = 0x22;
const backslash = 0x5c;

export interface JsonExtent {
  /** Deepest nesting of objects and lists. */
  readonly depth: number;
  /** Objects and lists. */
  readonly containers: number;
}

/** Counts outside strings; of bytes that are no JSON the counts are those of a reader that goes on. */
export function jsonExtent(bytes: Uint8Array): JsonExtent {
  let depth = 0;
  let deepest = 0;
  let containers = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === quotation) at = endOfString(bytes, at);
    // `[` and `{`, `]` and `}` are 0x20 apart, and no other bytes are these but for that bit.
    else if ((byte | 0x20) === 0x7b) {
      containers++;
      depth++;
      if (depth > deepest) deepest = depth;
    } else if ((byte | 0x20) === 0x7d) depth--;
  }
  return { depth: deepest, containers };
}

/** Where the string that begins at `start` has its closing quotation mark; the end of the bytes where it has none. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(quotation, start + 1); end >= 0; end = bytes.indexOf(quotation, end + 1)) {
    let before = end;
    while (bytes[before - 1] === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return bytes.length;
}
