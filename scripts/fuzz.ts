/**
 * `npm run fuzz [count] [seed]`: mutates real model files (100,000 times where nothing else is said) and posts each to the service in this process, then half as
 * many documents from the service's own schema. Ends with 1 where an answer was a 5xx or not as promised, one to a file took over a second, or memory grew.
 */

import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { corpus } from '../test/fuzz/corpus.ts';
import { checkDocuments } from '../test/fuzz/documents.ts';
import { fuzz } from '../test/fuzz/fuzz.ts';

const [count = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
if (!(count >= 1 && seed >= 0)) throw new Error('npm run fuzz [count] [seed] takes whole numbers');
const samples = corpus();
// Nothing is kept, so that every answer is made.
const app = await buildApp(readConfig({ LAYERGAUGE_CACHE_BYTES: '0', LAYERGAUGE_MAX_EVENT_LOOP_DELAY_MS: '0' }).config);
await app.ready();
console.log(`${count} bodies mutated from ${samples.length} files, seed ${seed}`);

const steps = 10;
const rss: number[] = [];
const totals = new Map<number, number>();
let failed = false;
let slowest = 0;
for (let step = 0; step < steps; step++) {
  const outcome = await fuzz(app, samples, Math.ceil(count / steps), seed + step);
  for (const [status, times] of outcome.statuses) totals.set(status, (totals.get(status) ?? 0) + times);
  rss.push(process.memoryUsage.rss() / 2 ** 20);
  slowest = Math.max(slowest, outcome.slowest.milliseconds);
  const seen = [...totals].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  console.log(`${step + 1}/${steps}  ${seen.join('  ')}  slowest ${slowest.toFixed(0)} ms  RSS ${rss.at(-1)?.toFixed(0)} MiB`);
  for (const fault of outcome.faults) console.log(JSON.stringify(fault));
  if (outcome.slowest.milliseconds > 1000) console.log(JSON.stringify({ slow: outcome.slowest }));
  failed ||= outcome.faults.length > 0 || outcome.slowest.milliseconds > 1000;
}
const documents = Math.ceil(count / 2);
try {
  console.log(`${documents} documents from the schema, each twice`, Object.fromEntries(await checkDocuments(app, documents, seed)));
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  failed = true;
}
await app.close();
// The heap finds its size within the first half.
const [early, late] = [Math.max(...rss.slice(0, steps / 2)), Math.max(...rss.slice(steps / 2))];
if (late > early * 1.2) {
  console.log(`memory grew from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`);
  failed = true;
}
process.exitCode = failed ? 1 : 0;
