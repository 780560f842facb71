import { describe, expect, test } from 'vitest';
import { InvalidArchitecture, pointerTo } from '../../../src/issue.ts';
import { limitNames } from '../../../src/questions/check/numbers.ts';
import { readPolicy } from '../../../src/questions/check/policy.ts';
import { resolvePointer } from '../../oracles/resolve-pointer.ts';

function refusal(policy: unknown): readonly string[] {
  try {
    readPolicy(policy);
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    return error.issues.map(({ path, code, detail }) => {
      const pointer = pointerTo(policy, path);
      resolvePointer(policy, pointer);
      return `${pointer} ${code}: ${detail}`;
    });
  }
  return expect.fail('the policy was accepted');
}

test('a policy is read with its quantities, in the order of the catalogue', () => {
  const { limits, rules } = readPolicy({
    $schema: 'https://example.org/policy.json',
    description: 'for the phone',
    limits: { min_layers: 1, max_macs: '5G', max_parameters: 26e6 },
    rules: [{ name: 'stem*', max_output_elements: '1Mi' }],
  });
  expect(limits.map(({ name, bound }) => [name, bound])).toEqual([
    ['max_parameters', 26_000_000],
    ['max_macs', 5_000_000_000],
    ['min_layers', 1],
  ]);
  expect(rules[0]?.bounds).toEqual([{ name: 'max_output_elements', of: 'output_elements', kind: 'max', bound: 1_048_576 }]);
});

test('every limit of the query is a limit of a policy', () => {
  for (const name of limitNames) expect(readPolicy({ limits: { [name]: 1 } }).limits.map((bound) => bound.name)).toEqual([name]);
});

describe('what is wrong with a policy is said where it stands', () => {
  test.each([
    [{}, ['# missing_key: the policy has neither limits nor rules']],
    [[], ['# invalid_value: the policy: ']],
    [null, ['# invalid_value: the policy: ']],
    [{ limits: { max_mac: 1 } }, ['#/limits/max_mac unknown_key: unknown key "max_mac" in the limits; did you mean "max_macs"?']],
    [{ limit: {} }, ['#/limit unknown_key: unknown key "limit" in a policy; did you mean "limits"?']],
    [{ rules: [{ typ: 'relu' }] }, ['#/rules/0/typ unknown_key: unknown key "typ" in a rule; did you mean "type"?']],
    [{ limits: { max_macs: '5X' } }, ['#/limits/max_macs invalid_value: limits.max_macs: must be a number such as']],
    [{ limits: { max_macs: -1 } }, ['#/limits/max_macs invalid_value: ']],
    [{ limits: { max_macs: true } }, ['#/limits/max_macs invalid_value: ']],
    [{ rules: [{ name: 'x' }] }, ['#/rules/0 missing_key: the rule limits nothing']],
    [{ rules: [{ type: 'Conv2d', max_macs: 1 }] }, ['#/rules/0/type unknown_type: "Conv2d" fits no layer type; rows say "conv2d"']],
    [{ rules: [{ type: ['relu', 'con2d'], max_macs: 1 }] }, ['#/rules/0/type/1 unknown_type: "con2d" fits no layer type; did you mean']],
    [{ rules: [{ only_types: ['nothing*'] }] }, ['#/rules/0/only_types/0 unknown_type: ']],
    [{ rules: [{ name: [], max_macs: 1 }] }, ['#/rules/0/name invalid_value: ']],
    [{ rules: [{ name: 7, max_macs: 1 }] }, ['#/rules/0/name invalid_value: ']],
    [{ rules: [{ description: 'two\nlines', forbidden: true }] }, ['#/rules/0/description invalid_value: ']],
    [{ rules: Array.from({ length: 101 }, () => ({ forbidden: true })) }, ['#/rules invalid_value: ']],
  ])('%j', (policy, expected) => {
    const found = refusal(policy);
    expect(found).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text);
    for (const text of found) expect(text).not.toMatch(/undefined|\[object/);
  });

  test('all at once', () => {
    expect(refusal({ limits: { max_mac: 1, min_layers: 'x' }, rules: [{ forbiden: true }] })).toHaveLength(3);
  });
});
