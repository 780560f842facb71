/** The two models of a comparison: parts of a multipart body, or values in one JSON object. */

import type { FastifyRequest } from 'fastify';
import { isObject } from '../architecture/document.ts';
import { didYouMean, quote } from '../architecture/names.ts';
import type { Config } from '../config.ts';
import type { Format } from '../importers/imported.ts';
import type { Issue } from '../issue.ts';
import { InvalidArchitecture, pointerTo } from '../issue.ts';
import { InvalidDocument, Problem } from '../plugins/problems.ts';
import { readJson } from './read-json.ts';
import type { Received } from './receive-body.ts';
import { receiveBody } from './receive-body.ts';
import { isMultipart, partOf, receiveParts } from './receive-parts.ts';
import type { SentModel } from './sent-model.ts';
import { sentJson, sentModel } from './sent-model.ts';
import type { Place } from './within.ts';
import { within } from './within.ts';

export interface Side extends SentModel {
  /** Where it came from in the body. */
  readonly place: Place;
}

const names = ['base', 'head'] as const;
const expected = 'multipart/form-data with the parts "base" and "head", or JSON {"base": …, "head": …}';

/** What has come: a body of JSON that holds both, or each for itself. */
export type SentSides =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'parts'; readonly base: Received; readonly head: Received };

/** Receives base and head; `format` is the format that both must have. */
export async function receiveSides(request: FastifyRequest, format: Format | undefined, config: Config): Promise<SentSides> {
  if (isMultipart(request)) {
    const parts = await receiveParts(request, { base: 'model', head: 'model' }, format, config);
    const [base, head] = names.map((name) => partOf(parts, name, names).received) as [Received, Received];
    return { kind: 'parts', base, head };
  }
  // A format of the values; the body that holds them is JSON, so that only ONNX can be told to be wrong here.
  const received = await receiveBody(request, format === 'onnx' ? format : undefined, config);
  if (received.kind === 'onnx')
    throw new Problem('malformed-body', `the body is one ONNX model, and a comparison takes two: send ${expected}`);
  return { kind: 'body', bytes: received.bytes };
}

export function readSides(sent: SentSides, config: Config): readonly [base: Side, head: Side] {
  if (sent.kind === 'parts') {
    const sideOf = (part: (typeof names)[number]): Side => ({ ...within({ part }, () => sentModel(sent[part], config)), place: { part } });
    return [sideOf('base'), sideOf('head')];
  }
  const both = readBoth(readJson(sent.bytes, `JSON {"base": …, "head": …}`));
  return [
    { ...sentJson(both.base, config), place: { key: 'base' } },
    { ...sentJson(both.head, config), place: { key: 'head' } },
  ];
}

function readBoth(sent: unknown): Readonly<Record<(typeof names)[number], unknown>> {
  const issues: Issue[] = [];
  const given = isObject(sent) ? sent : {};
  for (const key of Object.keys(given))
    if (!names.includes(key as 'base'))
      issues.push({ path: [key], code: 'unknown_key', detail: `unknown key ${quote(key)}${didYouMean(key, names)}; send ${expected}` });
  for (const name of names)
    if (!Object.hasOwn(given, name))
      issues.push({ path: [], code: 'missing_key', detail: `the body has no ${quote(name)}; send ${expected}` });
  if (issues.length > 0) throw new InvalidDocument(new InvalidArchitecture(issues), (path) => pointerTo(sent, path));
  return { base: given.base, head: given.head };
}
