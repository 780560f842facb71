import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText } from '../../src/architecture/canonical.ts';
import { checkNesting } from '../../src/architecture/nesting.ts';
import { InvalidArchitecture } from '../../src/issue.ts';

function issuesOf(check: () => unknown): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    return error.issues;
  }
}

test('what the canonical text refuses is refused, and nothing else', () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 8 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__x'), tie('value')),
    ),
  })).value;
  fc.assert(
    fc.property(value, (sent) => {
      expect(issuesOf(() => checkNesting(sent, 5))).toEqual(issuesOf(() => canonicalText(sent, 5)));
    }),
  );
});

test('a key that cannot be copied is named, beside however deep a nest', () => {
  const sent = JSON.parse(`{"z":${'['.repeat(50_000)}${']'.repeat(50_000)},"a":[{"__proto__":1}]}`);
  const issues = [{ path: ['a', 0, '__proto__'], code: 'unknown_key', detail: 'no object may have a key "__proto__"' }];
  expect(issuesOf(() => canonicalText(sent, 64))).toEqual(issues);
  const behind = JSON.parse('{"b":1,"a":[{"__proto__":1}]}');
  expect(issuesOf(() => checkNesting(behind, 64))).toEqual(issues);
});
