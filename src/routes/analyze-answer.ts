/** A model measured, in the form that is asked for. */

import type { Config } from '../config.ts';
import { measure } from '../questions/measure.ts';
import { toCsv } from '../report/csv.ts';
import { toMarkdown } from '../report/markdown.ts';
import type { AnalyzeQuery } from './analyze-query.ts';
import type { AnswerForm } from './answer-forms.ts';
import { contentType, render } from './answer-forms.ts';
import type { Made } from './model-answers.ts';
import { askModel, readModel } from './read-model.ts';
import type { Received } from './receive-body.ts';

export interface AnalyzeQuestion {
  readonly received: Received;
  readonly query: AnalyzeQuery;
  readonly form: AnswerForm;
}

export function answerAnalyze({ received, query, form }: AnalyzeQuestion, config: Config): Made {
  const model = readModel(received, query, config);
  const report = askModel(model, query, (document, options) => measure(document, options, config.limits));
  return {
    type: contentType(form),
    content: render(report, form, { toCsv, toMarkdown }),
    headers: { vary: 'accept' },
    layers: report.totals.layers,
  };
}
