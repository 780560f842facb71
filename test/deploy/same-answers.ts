/** Asks a running service and the sources the same questions: `node test/deploy/same-answers.ts URL`. Ends with 1 where an answer differs. */

import { startListening } from './outside.ts';
import { askAll } from './service-asked.ts';

const sources = await startListening();
const [theirs, ours] = [await askAll(process.argv[2] ?? ''), await askAll(sources.url)];
await sources.close();
const different = ours.filter(({ answer }, n) => answer !== theirs[n]?.answer).map(({ question }) => question);
for (const question of different) process.stderr.write(`another answer: ${question}\n`);
process.stdout.write(`${ours.length} questions, ${different.length} answered otherwise\n`);
process.exitCode = different.length > 0 ? 1 : 0;
