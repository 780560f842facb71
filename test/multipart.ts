/** Bodies of `multipart/form-data` for tests, as curl writes them. */

export interface FormPart {
  readonly name?: string;
  readonly content: string | Uint8Array;
  readonly filename?: string;
}

export const boundary = '------------------------d74496d66958873e';

export function formBody(parts: readonly FormPart[]): Buffer {
  const pieces = parts.flatMap(({ name, content, filename }) => [
    `--${boundary}\r\nContent-Disposition: form-data${name === undefined ? '' : `; name="${name}"`}${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
    filename === undefined ? '\r\n' : 'Content-Type: application/octet-stream\r\n\r\n',
    content,
    '\r\n',
  ]);
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)));
}

export const formType = `multipart/form-data; boundary=${boundary}`;
