/** What a worker thread does for a question about a large model: plain data in, the bytes of the answer or the problem out. */

import type { Config } from '../config.ts';
import type { ProblemEntry, ProblemType } from '../plugins/problems.ts';
import { problemOf } from '../plugins/problems.ts';
import { handOver } from '../pool/hand-over.ts';
import type { Made } from './model-answers.ts';
import type { MakerName, QuestionOf } from './model-makers.ts';
import { makeAnswer } from './model-makers.ts';

export interface ModelTask {
  readonly name: MakerName;
  readonly question: QuestionOf<MakerName>;
  readonly config: Config;
}

export type WorkerAnswer =
  | { readonly made: Made }
  | {
      readonly problem: ProblemType;
      readonly detail: string;
      readonly errors: readonly ProblemEntry[] | undefined;
      readonly headers: Readonly<Record<string, string>>;
      readonly members: Readonly<Record<string, unknown>>;
      /** A failure of ours, for the log. */
      readonly failure: string | undefined;
    };

export default function answerModel({ name, question, config }: ModelTask): WorkerAnswer {
  try {
    const made = makeAnswer(name, question, config);
    const content = typeof made.content === 'string' ? new TextEncoder().encode(made.content) : made.content;
    return handOver({ made: { ...made, content } }, [content.buffer]);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { problem, message: detail, errors, headers, members } = problemOf(error, config.maxJsonBytes, config);
    return {
      problem,
      detail,
      errors,
      headers,
      members,
      failure: problem === 'internal-error' ? (error.stack ?? error.message) : undefined,
    };
  }
}
