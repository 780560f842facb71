import { describe, expect, test } from 'vitest';
import { describeOperator, operatorSchema } from '../../src/architecture/describe-operator.ts';
import { operatorOf, operators } from '../../src/operators/index.ts';
import type { Operator } from '../../src/operators/operator.ts';

const described = (type: string) => describeOperator(operatorOf(type) as Operator);

test('every operator is described as the catalogue promises', () => {
  for (const operator of operators)
    expect([operator.type, operatorSchema.safeParse(JSON.parse(JSON.stringify(describeOperator(operator)))).error]).toEqual([
      operator.type,
      undefined,
    ]);
});

describe('the description of conv2d', () => {
  const conv = described('conv2d');

  test('names every spelling of its type, those of all ranks included', () => {
    const inputs = { min: 1, max: 3, names: ['input', 'weight', 'bias'] };
    expect(conv).toMatchObject({ type: 'conv2d', family: 'conv', view: false, inputs });
    expect(conv.aliases).toEqual(expect.arrayContaining(['Conv2d', 'Conv2D', 'Conv']));
  });

  test('tells required attributes from those with a default, and their spellings', () => {
    const attributes = Object.fromEntries(conv.attributes.map((attribute) => [attribute.name, attribute]));
    expect(attributes.out_channels).toMatchObject({ required: true, aliases: expect.arrayContaining(['filters', 'num_output']) });
    expect(attributes.out_channels).not.toHaveProperty('default');
    expect(attributes.bias).toMatchObject({
      required: false,
      default: true,
      schema: { type: 'boolean' },
      aliases: expect.arrayContaining(['use_bias']),
    });
    expect(attributes.in_channels).toMatchObject({ required: false });
    expect(attributes.padding?.aliases).toEqual(expect.arrayContaining(['pads', 'auto_pad']));
    for (const { description, schema } of conv.attributes) {
      expect(description).not.toBe('');
      expect(schema).not.toHaveProperty('description');
      expect(schema).not.toHaveProperty('$schema');
    }
  });

  test('writes its formulas as answers do', () => {
    expect(conv.parameters).toEqual([{ formula: 'k·k·c_in/g·c_out' }, { formula: 'c_out', when: 'bias' }]);
    expect(conv.operations).toEqual([
      { of: 'mac', formula: 'k·k·c_in/g·c_out·h·w·n' },
      { of: 'add', formula: 'c_out·h·w·n', when: 'bias' },
    ]);
  });
});

test('any number of inputs is null', () => {
  expect(described('concat').inputs.max).toBeNull();
});

test('views say so', () => {
  expect(described('flatten').view).toBe(true);
});
