import { expect, test } from 'vitest';
import { startService } from '../service.ts';
import { corpus } from './corpus.ts';
import { fuzz } from './fuzz.ts';

test('5,000 mutated model files are answered with a report or a 4xx problem', { timeout: 600_000 }, async () => {
  const seed = Number(process.env.FUZZ_SEED ?? 20_261_125);
  console.log(`fuzz seed ${seed}; FUZZ_SEED sets another`);
  const { app } = await startService();
  const samples = corpus();
  expect(samples.length).toBeGreaterThan(30);
  const { statuses, faults } = await fuzz(app, samples, 5000, seed);
  expect(faults).toEqual([]);
  // Some mutations leave a file whole, and some break it: both kinds of answer were seen.
  for (const status of [200, 400, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(50);
  await app.close();
});
