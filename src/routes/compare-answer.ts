/** What changed from one model to another. */

import type { Config } from '../config.ts';
import { compare } from '../questions/compare/compare.ts';
import { toCsv, toMarkdown } from '../questions/compare/forms.ts';
import type { Measured } from '../questions/measure.ts';
import { measureAttributes } from '../questions/measure.ts';
import type { AnswerForm } from './answer-forms.ts';
import { contentType, render } from './answer-forms.ts';
import type { CompareQuery } from './compare-query.ts';
import type { SentSides, Side } from './compare-sides.ts';
import { readSides } from './compare-sides.ts';
import type { Made } from './model-answers.ts';
import { askModel } from './read-model.ts';
import { within } from './within.ts';

export interface CompareQuestion {
  readonly sides: SentSides;
  readonly query: CompareQuery;
  readonly form: AnswerForm;
}

export function answerCompare({ sides, query, form }: CompareQuestion, config: Config): Made {
  const both = readSides(sides, config);
  const eitherHasSymbols = both.some(({ hasSymbols }) => hasSymbols);
  const [base, head] = both.map((side) => measuredSide(side, query, eitherHasSymbols, config)) as [Measured, Measured];
  return {
    type: contentType(form),
    content: render(compare(base, head), form, { toCsv, toMarkdown }),
    headers: { vary: 'accept' },
    layers: base.report.totals.layers + head.report.totals.layers,
  };
}

/** `dims` binds symbols of the sides that have some; where neither has, it is refused as elsewhere. */
function measuredSide({ read, hasSymbols, place }: Side, query: CompareQuery, eitherHasSymbols: boolean, config: Config): Measured {
  return within(place, () => {
    const model = read({ ...query, dims: hasSymbols || !eitherHasSymbols ? query.dims : undefined });
    return askModel(model, query, (document, options) => measureAttributes(document, options, config.limits));
  });
}
