import { describe, expect, test } from 'vitest';
import { InvalidArchitecture } from '../../../src/issue.ts';
import { check } from '../../../src/questions/check/check.ts';
import { readPolicy } from '../../../src/questions/check/policy.ts';
import type { Check } from '../../../src/questions/check/schema.ts';
import { checkSchema } from '../../../src/questions/check/schema.ts';
import { measureDocument } from '../../measure-document.ts';

/** 3·4·8·8 = 768 products and 16 parameters, 4·4·8·8 = 1024 and 20, then 256·10 = 2560 and 2570. */
const small = {
  name: 'small',
  input: [3, 8, 8],
  layers: [
    { name: 'first', type: 'conv2d', out_channels: 4, kernel_size: 1 },
    { name: 'second', type: 'conv2d', out_channels: 4, kernel_size: 1 },
    { type: 'flatten' },
    { name: 'head', type: 'linear', out_features: 10 },
  ],
};

function held(policy: unknown, document: unknown = small): Check {
  const found = check(measureDocument(document), readPolicy(policy));
  expect(checkSchema.parse(found)).toEqual(found);
  return found;
}

describe('a limit', () => {
  test('that is kept says what is left', () => {
    const { passed, limits } = held({ limits: { max_macs: 4352, min_layers: 4 } });
    expect(passed).toBe(true);
    expect(limits).toEqual([
      { limit: 'max_macs', of: 'macs', bound: 4352, value: 4352, margin: 0, used: 1, passed: true, verdict: 'kept', heaviest: [] },
      { limit: 'min_layers', of: 'layers', bound: 4, value: 4, margin: 0, used: null, passed: true, verdict: 'kept', heaviest: [] },
    ]);
  });

  test('that is broken names the layers that weigh most, and their shares', () => {
    const { passed, limits } = held({ limits: { max_macs: '4K' } });
    expect(passed).toBe(false);
    expect(limits[0]).toMatchObject({ value: 4352, margin: -352, used: 1.088, verdict: 'broken' });
    expect(limits[0]?.heaviest).toEqual([
      { name: 'head', type: 'linear', pointer: '#/layers/3', value: 2560, share: 0.58824 },
      { name: 'second', type: 'conv2d', pointer: '#/layers/1', value: 1024, share: 0.23529 },
      { name: 'first', type: 'conv2d', pointer: '#/layers/0', value: 768, share: 0.17647 },
    ]);
  });

  test('from below is broken by too little', () => {
    expect(held({ limits: { min_parameters: 2607 } }).limits[0]).toMatchObject({ value: 2606, margin: -1, passed: false, heaviest: [] });
  });

  test('of 0 is kept by 0 only', () => {
    const relu = { input: [4], layers: [{ type: 'relu' }] };
    expect(held({ limits: { max_macs: 0 } }, relu).limits[0]).toMatchObject({ passed: true, used: null });
    expect(held({ limits: { max_macs: 0 } }).limits[0]).toMatchObject({ passed: false, used: null });
  });

  test('on a total that is known from below only is not proven by being under it', () => {
    const opaque = {
      input: [3, 8, 8],
      layers: [...small.layers.slice(0, 2), { type: 'custom', operator: 'Magic', output_shapes: [[1, 4]] }],
    };
    const { limits, passed } = held({ limits: { max_macs: '1M', min_macs: 100, max_parameters: 30 } }, opaque);
    expect(limits.map(({ limit, verdict }) => `${limit} ${verdict}`)).toEqual([
      'max_parameters broken',
      'max_macs unproven',
      'min_macs kept',
    ]);
    expect(passed).toBe(false);
  });
});

describe('a rule', () => {
  test('is about the layers that a name and a type pick out', () => {
    const { rules, passed } = held({ rules: [{ name: ['f*', 'head'], type: 'conv?d', max_macs: 700 }] });
    expect(passed).toBe(false);
    expect(rules).toEqual([
      {
        description: 'layers of type conv?d and name f* or head: at most 700 macs',
        matched: 1,
        passed: false,
        details: [],
        violations: [{ name: 'first', type: 'conv2d', pointer: '#/layers/0', detail: '768 macs exceed 700', value: 768, bound: 700 }],
        more: 0,
      },
    ]);
  });

  test('may forbid, count, and name the only types', () => {
    const { rules } = held({
      rules: [
        { type: 'linear', forbidden: true },
        { type: 'conv2d', max_layers: 1 },
        { only_types: ['conv*', 'linear'] },
        { type: 'flatten', min_layers: 1 },
      ],
    });
    expect(rules.map(({ passed }) => passed)).toEqual([false, false, false, true]);
    expect(rules[0]?.violations[0]?.detail).toBe('there may be no such layer');
    expect(rules[1]?.details).toEqual(['2 layers are meant; max_layers is 1']);
    expect(rules[2]?.violations.map(({ detail }) => detail)).toEqual(['its type is flatten; allowed: conv*, linear']);
  });

  test('that nothing is meant by is kept, unless it asks for layers', () => {
    const { rules } = held({
      rules: [
        { name: 'nothing', max_macs: 1 },
        { name: 'nothing', min_layers: 1 },
      ],
    });
    expect(rules.map(({ matched, passed }) => [matched, passed])).toEqual([
      [0, true],
      [0, false],
    ]);
  });

  test('lists a hundred layers and counts the rest', () => {
    const long = { input: [4], layers: Array.from({ length: 130 }, () => ({ type: 'relu' })) };
    const [rule] = held({ rules: [{ type: 'relu', forbidden: true }] }, long).rules;
    expect([rule?.violations.length, rule?.more, rule?.matched]).toEqual([100, 30, 130]);
  });

  test('on numbers that are unknown is not proven', () => {
    const opaque = { input: [4], layers: [{ type: 'custom', operator: 'Magic', output_shapes: [[1, 4]] }] };
    expect(held({ rules: [{ max_macs: 1 }] }, opaque).rules[0]?.violations[0]?.detail).toBe(
      'its macs are unknown, so max_macs is not proven',
    );
  });

  test('is not proven where layers are left out that might break it', () => {
    const opaque = { input: [4], layers: [{ type: 'relu' }, { type: 'custom', operator: 'Magic' }, { type: 'relu' }] };
    const { rules, passed } = held({ rules: [{ only_types: ['relu', 'custom'] }, { type: 'relu', min_layers: 1 }] }, opaque);
    expect(rules.map((rule) => [rule.passed, rule.details])).toEqual([
      [false, ['layers are left out of the measurement, so the rule is not proven']],
      [true, []],
    ]);
    expect(passed).toBe(false);
  });

  test('whose patterns would take too long is refused', () => {
    const name = 'a'.repeat(400);
    const block = { layers: [{ name: 'a'.repeat(100), type: 'relu' }] };
    const document = { input: [4], blocks: { b: block }, layers: [{ name, type: 'block', block: 'b', repeat: 2000 }] };
    const patterns = Array.from({ length: 30 }, () => `*${'a'.repeat(250)}b*`);
    const started = performance.now();
    expect(() => held({ rules: [{ name: patterns, forbidden: true }] }, document)).toThrow(InvalidArchitecture);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
