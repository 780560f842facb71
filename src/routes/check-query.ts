/** The query of `/v1/check`: what `/v1/analyze` takes, and the limits that the network is held against. */

import * as z from 'zod';
import { Problem } from '../plugins/problems.ts';
import type { Bound, Limited, LimitName } from '../questions/check/numbers.ts';
import { boundsOf, limited, limitNames } from '../questions/check/numbers.ts';
import { quantityForms, quantityOf } from '../questions/quantity.ts';
import { analyzeQuery } from './analyze-query.ts';
import { oneOf } from './model-query.ts';

/** A number with a suffix, as text. */
export function quantityText(meaning: string) {
  return z
    .string('must be given once')
    .transform((text, context) => {
      const number = quantityOf(text);
      if (number === undefined) context.addIssue({ code: 'custom', message: `must be ${quantityForms}; given ${JSON.stringify(text)}` });
      return number ?? 0;
    })
    .optional()
    .describe(meaning)
    .meta({ type: 'string', example: '500M' });
}

const limitFields = Object.fromEntries(
  limitNames.map((name) => [
    name,
    quantityText(
      `${name.startsWith('max') ? 'At most' : 'At least'} so many ${name.slice(4)}; K, M, G, T are powers of 1000, Ki, Mi, Gi, Ti of 1024.`,
    ),
  ]),
) as Record<LimitName, ReturnType<typeof quantityText>>;

const { include: _, ...measured } = analyzeQuery.shape;

export const checkQuery = z.strictObject({
  ...measured,
  ...limitFields,
  fail: oneOf(['true', 'false'])
    .default('false')
    .describe('With `true`, a network that breaks its budget is answered with 422, so that `curl --fail` fails.'),
  file: z
    .string('must be given once')
    .min(1, 'must not be empty')
    .max(1024, 'must have at most 1024 characters')
    .optional()
    .describe('Path of the model in your repository: SARIF and annotations put their findings there. Default: the file name of the part.')
    .meta({ example: 'models/detector.onnx' }),
});

export type CheckQuery = z.output<typeof checkQuery>;

/** The limits of the query, in the order of the catalogue. */
export function limitsOf(query: CheckQuery): readonly Bound<Limited>[] {
  return boundsOf(query, limited);
}

export function nothingToCheck(): Problem {
  return new Problem(
    'invalid-query',
    `there is nothing to check: give at least one of ${limitNames.join(', ')}, or send multipart/form-data with a part "policy" beside the part "model"`,
  );
}
