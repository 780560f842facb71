import { expect, test } from 'vitest';
import { jsonExtent } from '../../src/tensor/json-extent.ts';

const extent = (text: string) => jsonExtent(Buffer.from(text));

test('levels and containers are counted outside strings', () => {
  expect(extent('1')).toEqual({ depth: 0, containers: 0 });
  expect(extent('{"a":[1,{"b":[]}],"c":{}}')).toEqual({ depth: 4, containers: 5 });
  expect(extent('["[[{{", "\\"[", "\\\\", [], "]"]')).toEqual({ depth: 2, containers: 2 });
});

test('what is no JSON is counted all the same', () => {
  expect(extent('[[[')).toEqual({ depth: 3, containers: 3 });
  expect(extent(']]][')).toEqual({ depth: 0, containers: 1 });
  expect(extent('["[[')).toEqual({ depth: 1, containers: 1 });
});

test('long runs of backslashes take one look', () => {
  const before = performance.now();
  expect(extent(`["${'\\\\'.repeat(2_000_000)}[",[]]`)).toEqual({ depth: 2, containers: 2 });
  expect(performance.now() - before).toBeLessThan(1000);
});
