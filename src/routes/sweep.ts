/** `POST /v1/sweep`: one network over lists of batch sizes, resolutions and element types. */

import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Config } from '../config.ts';
import { InvalidArchitecture } from '../issue.ts';
import { answerOnce } from '../plugins/cache.ts';
import { InvalidDocument } from '../plugins/problems.ts';
import type { MeasureOptions } from '../questions/measure.ts';
import { measure, measureTotals } from '../questions/measure.ts';
import type { Point, Sweep, SweepOptions } from '../questions/sweep.ts';
import { sweep } from '../questions/sweep.ts';
import { toCsv, toMarkdown } from '../questions/sweep-forms.ts';
import type { Report, Totals } from '../report/schema.ts';
import { contentType, negotiate, render } from './answer-forms.ts';
import { modelBody, problemAnswers } from './described.ts';
import { sweepAnswer } from './described-questions.ts';
import { askModel } from './read-model.ts';
import { jsonOf, receiveBody } from './receive-body.ts';
import { sentModel } from './sent-model.ts';
import type { SweepQuery } from './sweep-query.ts';
import { checkWork, sweepOptions, sweepQuery } from './sweep-query.ts';

export function sweepRoute(app: FastifyInstance, config: Config): void {
  app.post<{ Querystring: SweepQuery }>(
    '/v1/sweep',
    {
      schema: {
        operationId: 'sweep',
        summary: 'Measure a network over lists of options',
        description:
          'A row of totals for each combination of the lists, batch sizes varying fastest; at most 1,000. With `fit_peak_memory_bytes` each row also says the largest batch size whose peak memory fits, found exactly. An imported file is imported anew for every combination. `Accept` picks JSON, CSV or Markdown.',
        tags: ['analyze'],
        querystring: sweepQuery,
        body: modelBody,
        response: { 200: sweepAnswer, ...problemAnswers(400, 406, 408, 413, 415, 422, 500) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const form = negotiate(request);
      const options = sweepOptions(query);
      const received = await receiveBody(request, query.format, config);
      return answerOnce(request, reply, { name: 'sweep', form, body: jsonOf(received) }, async () => {
        const model = sentModel(received, config);
        const { dims, format, convention } = query;
        const ask = <T>(point: Point, question: (document: unknown, options: MeasureOptions) => T): T =>
          at(point, () => {
            const { resolution, dtype } = point;
            return askModel(model.read({ ...point, dims, format }), { resolution, dtype, convention }, question);
          });
        const report = (point: Point): Report => ask(point, (document, asked) => measure(document, asked, config.limits));
        const totals = (point: Point): Totals => ask(point, (document, asked) => measureTotals(document, asked, config.limits));
        // Counted under the convention that leaves no layer out.
        const { layers } = ask(firstOf(options), (document, asked) =>
          measureTotals(document, { ...asked, convention: 'standard' }, config.limits),
        );
        checkWork(options, layers);
        const found = await inTurns(sweep({ report, totals }, options), reply);
        if (found === undefined) return undefined;
        app.meters.layers.inc(layers * found.rows.length);
        return { type: contentType(form), text: render(found, form, { toCsv, toMarkdown }), headers: { vary: 'accept' } };
      });
    },
  );
}

function firstOf({ batch_sizes: [batch_size], resolutions: [resolution], dtypes: [dtype] }: SweepOptions): Point {
  return { batch_size, resolution, dtype };
}

/** Other requests are answered between two measurements; nothing where the asker has gone or has been told that it takes too long. */
async function inTurns(steps: Generator<void, Sweep>, reply: FastifyReply): Promise<Sweep | undefined> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
    if (reply.raw.destroyed || reply.sent) return undefined;
  }
}

/** What does not hold together may do so at one combination only: it is named. */
function at<T>(point: Point, question: () => T): T {
  try {
    return question();
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    const { batch_size, resolution, dtype } = point;
    const where = Object.entries({ batch_size, resolution: resolution?.join('x'), dtype }).filter(([, value]) => value !== undefined);
    if (where.length === 0) throw error;
    const named = where.map(([name, value]) => `${name} ${value}`).join(', ');
    const issues = error.issues.map((issue) => ({ ...issue, detail: `at ${named}: ${issue.detail}` }));
    throw new InvalidDocument(new InvalidArchitecture(issues), error.pointer, error.place);
  }
}
