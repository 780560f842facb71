/** The table of questions about models: each takes plain data, and is answered here or in a worker. */

import { answerAnalyze } from './analyze-answer.ts';
import { answerCheck } from './check-answer.ts';
import { answerCompare } from './compare-answer.ts';
import { answerConvert } from './convert-answer.ts';
import { answerSweep } from './sweep-answer.ts';

export const makers = {
  analyze: answerAnalyze,
  check: answerCheck,
  compare: answerCompare,
  convert: answerConvert,
  sweep: answerSweep,
} as const;

export type MakerName = keyof typeof makers;
export type QuestionOf<Name extends MakerName> = Parameters<(typeof makers)[Name]>[0];
