import { describe, test } from 'vitest';
import { casesOf, checkValues } from './golden-nodes.ts';

describe('numbers that are known', () => {
  test.each(casesOf('folding'))('%s', (_title, golden) => checkValues(golden));
});
