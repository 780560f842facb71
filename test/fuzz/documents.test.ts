import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { architectureSchema } from '../../src/architecture/json-schema.ts';
import { startService } from '../service.ts';
import { checkDocuments } from './documents.ts';
import type { Schema } from './from-schema.ts';
import { fromSchema } from './from-schema.ts';

const seed = Number(process.env.FUZZ_SEED ?? 20_261_125);

test('5,000 documents from the schema, some of them mutated, are answered as promised, twice with the same bytes', {
  timeout: 600_000,
}, async () => {
  console.log(`fuzz seed ${seed}; FUZZ_SEED sets another`);
  // Nothing is kept, so that the second answer is made anew.
  const { app } = await startService({ LAYERGAUGE_CACHE_BYTES: '0' });
  const statuses = await checkDocuments(app, 5000, seed);
  console.log(Object.fromEntries(statuses));
  for (const status of [200, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(250);
  await app.close();
});

test('what is made from the schema is what the schema allows', () => {
  const schema = architectureSchema('urn:layergauge:fuzz');
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  let valid = 0;
  fc.assert(
    fc.property(fromSchema(schema as Schema), (document) => {
      if (validate(JSON.parse(JSON.stringify(document)))) valid++;
    }),
    { numRuns: 500, seed },
  );
  expect(valid).toBeGreaterThan(400);
});
