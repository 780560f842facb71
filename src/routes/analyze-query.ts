/** The query of `/v1/analyze`: what is asked of the posted model. Everything is text on the wire; an unknown name or value is a 400 that lists what is served. */

import * as z from 'zod';
import { conventionNames } from '../analysis/conventions.ts';
import { modelDtypes } from '../tensor/dtype.ts';

export const includeNames = ['formulas', 'by_type'] as const;

function oneOf<T extends string>(values: readonly T[]) {
  return z.enum(values, { error: (issue) => `must be ${values.join(', ')}; given ${JSON.stringify(issue.input)}` });
}

const positive = /^[1-9]\d{0,9}$/;

function extent(text: string): number | undefined {
  return positive.test(text) && Number(text) <= 2 ** 31 - 1 ? Number(text) : undefined;
}

export const analyzeQuery = z.strictObject({
  batch_size: z
    .string('must be given once')
    .refine((text) => extent(text) !== undefined, {
      error: (issue) => `must be a whole number from 1 to 2147483647; given ${JSON.stringify(issue.input)}`,
    })
    .transform(Number)
    .default(1)
    .describe('Extent of the batch axis.')
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
  dtype: oneOf(modelDtypes).optional().describe('Replaces the floating types; default the document’s own, else float32.'),
  mode: z
    .enum(['inference'], {
      error: (issue) =>
        issue.input === 'training'
          ? 'training is not served yet; this version serves inference'
          : `must be inference; given ${JSON.stringify(issue.input)}`,
    })
    .default('inference')
    .describe('What the network is used for. `training` comes in a later version.'),
  convention: oneOf(conventionNames).default('standard').describe('How FLOPs and parameters are counted.'),
  include: z
    .string('must be given once')
    .transform((text, context) => {
      const names = text.split(',').filter((name) => name !== '');
      const unknown = names.filter((name) => !(includeNames as readonly string[]).includes(name));
      if (unknown.length > 0)
        context.addIssue({ code: 'custom', message: `must be of ${includeNames.join(', ')}; given ${JSON.stringify(unknown.join(','))}` });
      return names;
    })
    .default([])
    .describe('Parts to add, comma-separated: `formulas`, `by_type`.')
    .meta({ example: 'formulas,by_type' }),
  format: oneOf(['native'] as const)
    .optional()
    .describe('Forces a format of the body; told by content where absent.'),
});

export type AnalyzeQuery = z.output<typeof analyzeQuery>;

function resolutionOf(text: string): readonly [number, number] | undefined {
  const parts = text.split('x');
  const [height, width] = parts.map(extent);
  if (parts.length === 1 && height !== undefined) return [height, height];
  return parts.length === 2 && height !== undefined && width !== undefined ? [height, width] : undefined;
}
