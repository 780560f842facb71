/** The table of questions about models: each takes plain data, and is answered here or in a worker. */

import type { Config } from '../config.ts';
import { answerAnalyze } from './analyze-answer.ts';
import { answerCheck } from './check-answer.ts';
import { answerCompare } from './compare-answer.ts';
import { answerConvert } from './convert-answer.ts';
import type { Made } from './model-answers.ts';
import { answerSweep } from './sweep-answer.ts';

const makers = {
  analyze: answerAnalyze,
  check: answerCheck,
  compare: answerCompare,
  convert: answerConvert,
  sweep: answerSweep,
} as const;

export type MakerName = keyof typeof makers;
export type QuestionOf<Name extends MakerName> = Parameters<(typeof makers)[Name]>[0];

export function makeAnswer<Name extends MakerName>(name: Name, question: QuestionOf<Name>, config: Config): Made {
  // The cast: the table has the maker of that name, which takes that question.
  return (makers[name] as (asked: QuestionOf<Name>, config: Config) => Made)(question, config);
}
