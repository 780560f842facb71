/** The part of a query that says how a posted model is to be read: of which format it is, and what takes the place of its open dimensions. */

import * as z from 'zod';
import { formats } from '../importers/imported.ts';

/** One of these words; anything else is a sentence that lists them. */
export function oneOf<T extends string>(values: readonly T[]) {
  return z.enum(values, { error: (issue) => `must be ${values.join(', ')}; given ${JSON.stringify(issue.input)}` });
}

const positive = /^[1-9]\d{0,9}$/;

function extent(text: string): number | undefined {
  return positive.test(text) && Number(text) <= 2 ** 31 - 1 ? Number(text) : undefined;
}

export const modelQueryFields = {
  batch_size: z
    .string('must be given once')
    .refine((text) => extent(text) !== undefined, {
      error: (issue) => `must be a whole number from 1 to 2147483647; given ${JSON.stringify(issue.input)}`,
    })
    .transform(Number)
    .optional()
    .describe('Extent of the batch axis: 1 where absent, or what the file fixes.')
    .meta({ type: 'integer', minimum: 1, maximum: 2 ** 31 - 1, default: 1, example: 8 }),
  resolution: z
    .string('must be given once')
    .refine((text) => resolutionOf(text) !== undefined, {
      error: (issue) => `must be a number (384) or height x width (320x480); given ${JSON.stringify(issue.input)}`,
    })
    .transform((text) => resolutionOf(text) as readonly [number, number])
    .optional()
    .describe('`384` or `320x480`: replaces the spatial axes of the one image input.')
    .meta({ pattern: '^[1-9][0-9]*(x[1-9][0-9]*)?$', example: '320x480' }),
  dims: z
    .string('must be given once')
    .transform((text, context) => {
      const dims = new Map<string, number>();
      for (const part of text.split(',')) {
        const [, name = '', digits = ''] = /^(.+):(.*)$/.exec(part) ?? [];
        const value = extent(digits);
        const message =
          value === undefined
            ? `must be name:extent pairs such as N:1,H:224,W:224, each extent a whole number from 1 to 2147483647; given ${JSON.stringify(part)}`
            : `gives ${JSON.stringify(name)} twice`;
        if (value === undefined || dims.has(name)) context.addIssue({ code: 'custom', message });
        else dims.set(name, value);
      }
      return dims as ReadonlyMap<string, number>;
    })
    .optional()
    .describe('Extents of symbolic dimensions by name, comma-separated; for formats that have them.')
    .meta({ type: 'string', example: 'N:1,H:224,W:224' }),
  format: oneOf(formats).optional().describe('Forces a format of the body; told by content where absent.'),
};

export const convertQuery = z.strictObject(modelQueryFields);

export type ModelQuery = z.output<typeof convertQuery>;

function resolutionOf(text: string): readonly [number, number] | undefined {
  const parts = text.split('x');
  const [height, width] = parts.map(extent);
  if (parts.length === 1 && height !== undefined) return [height, height];
  return parts.length === 2 && height !== undefined && width !== undefined ? [height, width] : undefined;
}
