/** A model as a native document. */

import type { Config } from '../config.ts';
import { convert } from '../questions/convert.ts';
import { printDocument } from '../report/print-document.ts';
import type { Made } from './model-answers.ts';
import type { ModelQuery } from './model-query.ts';
import { readModel, withPointers } from './read-model.ts';
import type { Received } from './receive-body.ts';

export interface ConvertQuestion {
  readonly received: Received;
  readonly query: ModelQuery;
}

export const convertedType = 'application/json; charset=utf-8';

export function answerConvert({ received, query }: ConvertQuestion, config: Config): Made {
  const { document, batch_size, source, pointer } = readModel(received, query, config);
  const resolution = source === undefined ? query.resolution : undefined;
  const converted = withPointers(pointer, () => convert(document, { batch_size, resolution }, config.limits));
  return { type: convertedType, content: printDocument(converted), headers: { 'x-batch-size': batch_size }, layers: 0 };
}
