/** The query of `/v1/analyze`: what is asked of the posted model. Everything is text on the wire; an unknown name or value is a 400 that lists what is served. */

import * as z from 'zod';
import { conventionNames } from '../analysis/conventions.ts';
import { modelDtypes } from '../tensor/dtype.ts';
import { modelQueryFields, oneOf } from './model-query.ts';

export const includeNames = ['formulas', 'by_type'] as const;

export const analyzeQuery = z.strictObject({
  ...modelQueryFields,
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
});

export type AnalyzeQuery = z.output<typeof analyzeQuery>;
