import { describe, test } from 'vitest';
import { casesOf, checkCase, checkValues } from './golden-nodes.ts';

describe('picks', () => {
  test.each(casesOf('picking'))('%s', (_title, golden) => {
    checkCase(golden);
    if (golden.custom !== true) checkValues(golden);
  });
});
