/** From the bytes of a body to the JSON that they hold. */

import { isUtf8 } from 'node:buffer';
import { lookedFor } from '../importers/recognise.ts';
import type { Issue, Path } from '../issue.ts';
import { InvalidArchitecture, pointerTo } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { repeatedKey, repeatedKeys } from '../tensor/repeated-keys.ts';

/** Parses a body; throws a 400 where the bytes are no JSON, a 422 for a repeated key. */
export function readJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Problem('malformed-body', `the body is not UTF-8 text; expected ${lookedFor}`);
  const text = body.toString('utf8');
  const sent = parse(text);
  const repeated = repeatedKeys(text, sent);
  if (repeated.length > 0) throw new InvalidDocument(new InvalidArchitecture(repeated.map(issueOf)), (path) => pointerTo(sent, path));
  return sent;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw new Problem(
      'malformed-body',
      `the body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}; expected ${lookedFor}`,
    );
  }
}

function issueOf(place: Path): Issue {
  const { at, code, message } = repeatedKey(place);
  return { path: at, code, detail: message };
}
