/** A model that has come in, to be read as often as questions are asked about it. */

import type { Config } from '../config.ts';
import { formatOfJson } from '../importers/index.ts';
import { pointerTo } from '../issue.ts';
import type { ModelQuery } from './model-query.ts';
import { readJson } from './read-json.ts';
import type { Model } from './read-model.ts';
import { modelIn, readModel } from './read-model.ts';
import type { Received } from './receive-body.ts';

export interface SentModel {
  /** Its format has symbolic dimensions, which `dims` may bind. */
  readonly hasSymbols: boolean;
  /** An imported file is imported anew for every question. */
  read(query: ModelQuery): Model;
}

/** JSON is parsed once; throws a 400 where it is none. */
export function sentModel(received: Received, config: Config): SentModel {
  if (received.kind === 'onnx') return { hasSymbols: true, read: (query) => readModel(received, query, config) };
  return sentJson(readJson(received.bytes), config);
}

export function sentJson(sent: unknown, config: Config): SentModel {
  return {
    hasSymbols: formatOfJson(sent) === 'tfjs',
    read: (query) => modelIn(sent, (path) => pointerTo(sent, path), query, config),
  };
}
