/** A network over lists of options. */

import { LargeNetwork } from '../architecture/limits.ts';
import type { Config } from '../config.ts';
import { InvalidArchitecture } from '../issue.ts';
import { InvalidDocument } from '../plugins/problems.ts';
import type { MeasureOptions } from '../questions/measure.ts';
import { measure, measureTotals } from '../questions/measure.ts';
import type { Point, SweepOptions } from '../questions/sweep.ts';
import { mostMeasurements, sweep } from '../questions/sweep.ts';
import { toCsv, toMarkdown } from '../questions/sweep-forms.ts';
import type { AnswerForm } from './answer-forms.ts';
import { contentType, render } from './answer-forms.ts';
import type { Made } from './model-answers.ts';
import { askModel } from './read-model.ts';
import type { Received } from './receive-body.ts';
import { sentModel } from './sent-model.ts';
import type { SweepQuery } from './sweep-query.ts';
import { checkWork, sweepOptions } from './sweep-query.ts';

export interface SweepQuestion {
  readonly received: Received;
  readonly query: SweepQuery;
  readonly form: AnswerForm;
}

export function answerSweep({ received, query, form }: SweepQuestion, config: Config): Made {
  const { limits } = config;
  const options = sweepOptions(query);
  const model = sentModel(received, config);
  const { dims, format, convention } = query;
  const ask = <T>(point: Point, question: (document: unknown, options: MeasureOptions) => T): T =>
    at(point, () => {
      const { resolution, dtype } = point;
      return askModel(model.read({ ...point, dims, format }), { resolution, dtype, convention }, question);
    });
  // Counted under the convention that leaves no layer out.
  const { layers } = ask(firstOf(options), (document, asked) => measureTotals(document, { ...asked, convention: 'standard' }, limits));
  checkWork(options, layers);
  if (layers * mostMeasurements(options) > (limits.inlineLayers ?? Number.POSITIVE_INFINITY)) throw new LargeNetwork();
  const found = sweep(
    {
      report: (point) => ask(point, (document, asked) => measure(document, asked, limits)),
      totals: (point) => ask(point, (document, asked) => measureTotals(document, asked, limits)),
    },
    options,
  );
  return {
    type: contentType(form),
    content: render(found, form, { toCsv, toMarkdown }),
    headers: { vary: 'accept' },
    layers: layers * found.rows.length,
  };
}

function firstOf({ batch_sizes: [batch_size], resolutions: [resolution], dtypes: [dtype] }: SweepOptions): Point {
  return { batch_size, resolution, dtype };
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
