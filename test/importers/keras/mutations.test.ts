import { describe, expect, it } from 'vitest';
import { BrokenFile } from '../../../src/importers/broken-file.ts';
import { importKeras } from '../../../src/importers/keras/index.ts';
import { InvalidArchitecture } from '../../../src/issue.ts';
import { measureDocument } from '../../measure-document.ts';
import { randomUnits } from '../../random-bits.ts';
import { mutated } from './mutate.ts';
import { layerCases, options } from './truth.ts';

const seed = 20260125;

describe('importKeras', () => {
  const cases = [...layerCases('layers'), ...layerCases('keras2/layers.json.gz')];

  it(`reads or refuses 2,000 damaged models (seed ${seed}), and what it reads holds together`, () => {
    const random = randomUnits(seed);
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      const model = mutated(cases[Math.floor(random() * cases.length)]?.model, random);
      const resolution = random() < 0.1 ? ([32, 40] as const) : undefined;
      try {
        const { document, batch_size } = importKeras(model, { ...options, resolution });
        measureDocument(document, { batch_size });
        read++;
      } catch (error) {
        if (error instanceof InvalidArchitecture || error instanceof BrokenFile) continue;
        throw new Error(`round ${round}: ${JSON.stringify(model)}`, { cause: error });
      }
    }
    expect(read).toBeGreaterThan(200);
  });
});
