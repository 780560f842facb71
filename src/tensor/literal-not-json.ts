/** The text is not JSON (RFC 8259), as opposed to JSON that is no tensor. `offset` counts bytes from 0. */
export class NotJson extends Error {
  readonly offset: number;

  constructor(offset: number, detail: string) {
    super(`${detail} at byte ${offset}`);
    this.offset = offset;
  }
}

export function notJson(bytes: Uint8Array, at: number): NotJson {
  const byte = bytes[at];
  if (byte === undefined) return new NotJson(at, 'unexpected end of text');
  const shown = byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  return new NotJson(at, `unexpected ${shown}`);
}
