/** `POST /v1/compare`: what changed from one network to another. */

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Config } from '../config.ts';
import { answerOnce } from '../plugins/cache.ts';
import { compare } from '../questions/compare/compare.ts';
import { toCsv, toMarkdown } from '../questions/compare/forms.ts';
import type { Measured } from '../questions/measure.ts';
import { measureAttributes } from '../questions/measure.ts';
import { analyzeQuery } from './analyze-query.ts';
import { contentType, negotiate, render } from './answer-forms.ts';
import type { Side } from './compare-sides.ts';
import { receiveSides } from './compare-sides.ts';
import { problemAnswers } from './described.ts';
import { compareAnswer, compareBody } from './described-questions.ts';
import { askModel } from './read-model.ts';
import { within } from './within.ts';

const { include: _, ...measured } = analyzeQuery.shape;
const compareQuery = z.strictObject(measured);
type CompareQuery = z.output<typeof compareQuery>;

export function compareRoute(app: FastifyInstance, config: Config): void {
  app.post<{ Querystring: CompareQuery }>(
    '/v1/compare',
    {
      schema: {
        operationId: 'compare',
        summary: 'Say what changed from one network to another',
        description:
          'The body is `multipart/form-data` with the parts `base` and `head`, two models of any formats, or JSON `{"base": …, "head": …}`, each a document, a `{"ref"}` or a model of another library in JSON. Options of the query apply to both. Layers are aligned by name, then by position and signature. `Accept` picks JSON, CSV or Markdown.',
        tags: ['analyze'],
        querystring: compareQuery,
        body: compareBody,
        response: { 200: compareAnswer, ...problemAnswers(400, 406, 408, 413, 415, 422, 500) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const form = negotiate(request);
      const { body, read } = await receiveSides(request, query.format, config);
      return answerOnce(request, reply, { name: 'compare', form, body }, () => {
        const sides = read();
        const eitherHasSymbols = sides.some(({ hasSymbols }) => hasSymbols);
        const [base, head] = sides.map((side) => measuredSide(side, query, eitherHasSymbols, config)) as [Measured, Measured];
        app.meters.layers.inc(base.report.totals.layers + head.report.totals.layers);
        const found = compare(base, head);
        return { type: contentType(form), text: render(found, form, { toCsv, toMarkdown }), headers: { vary: 'accept' } };
      });
    },
  );
}

/** `dims` binds symbols of the sides that have some; where neither has, it is refused as elsewhere. */
function measuredSide({ read, hasSymbols, place }: Side, query: CompareQuery, eitherHasSymbols: boolean, config: Config): Measured {
  return within(place, () => {
    const model = read({ ...query, dims: hasSymbols || !eitherHasSymbols ? query.dims : undefined });
    return askModel(model, query, (document, options) => measureAttributes(document, options, config.limits));
  });
}
