import { describe, test } from 'vitest';
import { casesOf, checkCase, checkValues } from './golden-nodes.ts';

describe('shapes', () => {
  test.each(casesOf('shaping'))('%s', (_title, golden) => {
    checkCase(golden);
    if (golden.custom !== true) checkValues(golden);
  });
});
