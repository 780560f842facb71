/** From the bytes of a body to the document they hold: the format is told by content. */

import { isUtf8 } from 'node:buffer';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { repeatedKey, repeatedKeys } from '../tensor/repeated-keys.ts';
import { networkOf, networks } from '../zoo/index.ts';

const looksFor = 'a native architecture document in JSON, or {"ref": "<name>"} for a network of /v1/zoo';

/** First bytes of files that callers may send by mistake, and what to do instead. */
const foreign: readonly { readonly bytes: readonly number[]; readonly is: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: 'a zip archive (a .keras or .pt file?)' },
  { bytes: [0x80, 0x02], is: 'a Python pickle (a PyTorch checkpoint?)' },
  { bytes: [0x89, 0x48, 0x44, 0x46], is: 'an HDF5 file (Keras weights?)' },
  { bytes: [0x1f, 0x8b], is: 'gzip data' },
  { bytes: [0x08], is: 'binary data (an ONNX model?)' },
];

/** Parses a body; `{"ref"}` is replaced by the network's document. Throws a 400 where the bytes are no document, a 422 for a repeated key or an unknown ref. */
export function readBody(body: unknown): { readonly document: unknown; readonly sent: unknown } {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Problem('malformed-body', `the body is empty; expected ${looksFor}`);
  const known = foreign.find(({ bytes }) => bytes.every((byte, index) => body[index] === byte));
  if (known !== undefined)
    throw new Problem('malformed-body', `the body is ${known.is}, which this version does not read; expected ${looksFor}`);
  if (!isUtf8(body)) throw new Problem('malformed-body', `the body is not UTF-8 text; expected ${looksFor}`);
  const text = body.toString('utf8');
  const sent = parse(text);
  const repeated = repeatedKeys(text, sent);
  if (repeated.length > 0) throw new InvalidDocument(new InvalidArchitecture(repeated.map(issueOf)), sent);
  return { document: resolveRef(sent), sent };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw new Problem(
      'malformed-body',
      `the body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}; expected ${looksFor}`,
    );
  }
}

function issueOf(place: Path): Issue {
  const { at, code, message } = repeatedKey(place);
  return { path: at, code, detail: message };
}

function resolveRef(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || !('ref' in sent)) return sent;
  const { ref, ...others } = sent as { ref: unknown };
  const refuse = (path: readonly string[], code: string, detail: string): never => {
    throw new InvalidDocument(new InvalidArchitecture([{ path, code, detail }]), sent);
  };
  const extra = Object.keys(others)[0];
  if (extra !== undefined) return refuse([extra], 'unknown_key', `a body with "ref" has no other key; found ${quote(extra)}`);
  if (typeof ref !== 'string') return refuse(['ref'], 'invalid_value', `ref must be text; given ${quote(ref)}`);
  const network = networkOf(ref);
  if (network !== undefined) return network.document;
  return refuse(
    ['ref'],
    'unknown_reference',
    `there is no network ${quote(ref)} in /v1/zoo${didYouMean(
      ref,
      networks.map(({ name }) => name),
    )}`,
  );
}
