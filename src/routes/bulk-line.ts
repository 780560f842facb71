/** One line of `/v1/bulk`, answered: everything that may be wrong with it is a problem in its answer. Runs in a worker. */

import type { Config } from '../config.ts';
import { pointerTo } from '../issue.ts';
import { Problem, problemBody, problemOf } from '../plugins/problems.ts';
import type { Detail } from '../questions/bulk.ts';
import { bulkAnswer, expectedLine, idOf, readBulkLine } from '../questions/bulk.ts';
import { measure, measureTotals } from '../questions/measure.ts';
import { readBulkOptions } from './bulk-options.ts';
import { parseJson, refuseRepeatedKeys } from './read-json.ts';
import { modelIn, withPointers } from './read-model.ts';

/** In memory they become some twenty megabytes at most, and only while they are looked at. */
const fewBytes = 1024 * 1024;

/** What is asked about every line. */
export interface BulkQuestion {
  readonly detail: Detail;
  /** Path of the request. */
  readonly instance: string;
  readonly config: Config;
}

/** The answer as JSON; `bytes` are undefined for a line that was too long. What is a failure of ours is also given to `failed`. */
export function answerLine(bytes: Buffer | undefined, index: number, question: BulkQuestion, failed: (error: unknown) => void): string {
  const { detail, instance, config } = question;
  let id = 'null';
  try {
    if (bytes === undefined) throw new Problem('body-too-large', `the line is longer than ${config.bulk.maxLineBytes} bytes`);
    const { text, sent } = parseJson(bytes, 'line', expectedLine, bytes.length <= fewBytes);
    id = idOf(text, sent);
    refuseRepeatedKeys(text, sent);
    const asked = withPointers(
      (path) => pointerTo(sent, path),
      () => readBulkLine(sent),
    );
    const options = readBulkOptions(asked.options, detail);
    const { document, batch_size, source, pointer } = modelIn(asked.model, (path) => pointerTo(sent, ['model', ...path]), options, config);
    const { resolution, dtype, convention, include } = options;
    const measured = {
      batch_size,
      resolution,
      dtype,
      convention,
      source: source ?? { format: 'native' as const, pointer, diagnostics: [] },
    };
    if (detail === 'totals')
      return bulkAnswer(
        id,
        index,
        'totals',
        withPointers(pointer, () => measureTotals(document, measured, config.limits)),
      );
    return bulkAnswer(
      id,
      index,
      'report',
      withPointers(pointer, () => measure(document, { ...measured, include }, config.limits)),
    );
  } catch (error) {
    const problem = problemOf(error instanceof Error ? error : new Error(String(error)), config.bulk.maxLineBytes, config);
    if (problem.problem === 'internal-error') failed(error);
    return bulkAnswer(id, index, 'problem', problemBody(problem, instance, config));
  }
}
