/** From the bytes of a body to the JSON that they hold. */

import { isUtf8 } from 'node:buffer';
import { lookedFor } from '../importers/recognise.ts';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, pointerOf, pointerTo } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { jsonExtent } from '../tensor/json-extent.ts';
import { repeatedKey, repeatedKeys } from '../tensor/repeated-keys.ts';

/** Levels and objects that are parsed: more than any configuration lets a document have, and than a document within its limit of bytes holds in earnest. */
const deepest = 1024;
const mostContainers = 250_000;

/** Parses a body; throws a 400 that says what is `expected` where the bytes are no JSON, a 422 for a repeated key or what would take too much memory. */
export function readJson(body: Uint8Array, expected = lookedFor): unknown {
  const { text, sent } = parseJson(body, 'body', expected);
  refuseRepeatedKeys(text, sent);
  return sent;
}

/** The text of these bytes and what `JSON.parse` makes of it; `what` they are is for the message. Where they are few enough, it does not matter what they become. */
export function parseJson(
  bytes: Uint8Array,
  what: string,
  expected: string,
  areFew = false,
): { readonly text: string; readonly sent: unknown } {
  if (!isUtf8(bytes)) throw new Problem('malformed-body', `the ${what} is not UTF-8 text; expected ${expected}`);
  if (!areFew) refuseLarge(bytes, what);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return { text, sent: JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) };
  } catch (error) {
    throw new Problem(
      'malformed-body',
      `the ${what} is not JSON: ${error instanceof Error ? error.message : 'unreadable'}; expected ${expected}`,
    );
  }
}

function refuseLarge(bytes: Uint8Array, what: string): void {
  const { depth, containers } = jsonExtent(bytes);
  const refuse = (code: string, detail: string): never => {
    throw new InvalidDocument(new InvalidArchitecture([{ path: [], code, detail }]), pointerOf);
  };
  if (depth > deepest) refuse('too_deep', `the ${what} nests deeper than ${deepest} levels`);
  if (containers > mostContainers)
    refuse('too_large', `the ${what} holds ${containers} objects and lists; at most ${mostContainers} are read`);
}

export function refuseRepeatedKeys(text: string, sent: unknown): void {
  const repeated = repeatedKeys(text, sent);
  if (repeated.length > 0) throw new InvalidDocument(new InvalidArchitecture(repeated.map(issueOf)), (path) => pointerTo(sent, path));
}

function issueOf(place: Path): Issue {
  const { at, code, message } = repeatedKey(place);
  return { path: at, code, detail: message };
}
