import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { describeOperator } from '../../src/architecture/describe-operator.ts';
import { operatorOf, operators, rankedOperators } from '../../src/operators/index.ts';
import type { Operator } from '../../src/operators/operator.ts';
import { attributeOf, operationClasses } from '../../src/operators/operator.ts';
import { symbolLegend } from '../../src/operators/symbols.ts';
import type { Row } from '../../src/report/schema.ts';
import { measureDocument } from '../measure-document.ts';
import { evaluateText } from '../oracles/evaluate-formula.ts';
import { answerTo, documentOf, goldenFamilies } from './golden-case.ts';
import { refusalOf } from './one-layer.ts';

/** The canonical types that the HTTP contract lists, written out. */
const promised = [
  ...['conv', 'conv_transpose', 'max_pool', 'avg_pool', 'lp_pool', 'adaptive_avg_pool', 'adaptive_max_pool'].flatMap((family) =>
    [1, 2, 3].map((rank) => `${family}${rank}d`),
  ),
  ...`global_avg_pool global_max_pool global_lp_pool linear bilinear batch_norm layer_norm group_norm instance_norm rms_norm local_response_norm dropout relu leaky_relu prelu relu6 elu selu
gelu silu hardswish hardsigmoid hardtanh mish sigmoid tanh softplus softsign softmax log_softmax glu identity flatten unflatten reshape permute transpose squeeze unsqueeze expand roll tile
channel_shuffle pixel_shuffle pixel_unshuffle pad crop upsample unfold fold embedding rnn lstm gru multihead_attention scaled_dot_product_attention
matmul einsum add subtract multiply divide maximum minimum pow sqrt exp neg abs clamp cast concat stack split slice gather mean sum reduce_max reduce_min argmax topk where constant parameter custom`.split(
    /\s+/,
  ),
];

const views = 'identity flatten unflatten reshape squeeze unsqueeze transpose permute split slice expand dropout'.split(' ');

function rowOf(operator: Operator, example: Operator['examples'][number]): Row {
  const inputs = example.inputs.map(({ shape, dtype }, index) => ({
    name: `x${index}`,
    shape,
    batch: false,
    ...(dtype === undefined ? {} : { dtype }),
  }));
  const report = measureDocument(
    { inputs, layers: [{ ...example.layer, name: 'layer', inputs: inputs.map(({ name }) => name) }] },
    { include: ['formulas'] },
  );
  const row = report.layers.find(({ name }) => name === 'layer');
  if (row === undefined) throw new Error(`${operator.type} has no row`);
  return row;
}

/** Each line's right-hand side is its value, and is the number that the row reports at `of`. */
function expectFormulasToHold(row: Row): void {
  for (const { of, values } of row.formulas ?? []) {
    const reported = of
      .split('/')
      .slice(1)
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], row);
    const [text, result] = values.split(' = ') as [string, string];
    expect(Number(result), `${row.name} ${of}: ${values}`).toBe(reported);
    expect(evaluateText(text), `${row.name} ${of}: ${values}`).toBe(reported);
  }
}

test('every type that the contract promises is in the table, once', () => {
  const types = operators.map(({ type }) => type);
  expect(promised.filter((type) => !types.includes(type))).toEqual([]);
  expect(types.length).toBe(new Set(types).size);
});

test('no alias stands for two operators or hides a canonical type', () => {
  const spellings = operators.flatMap(({ type, aliases }) => [type, ...aliases]);
  expect(spellings.filter((spelling, index) => spellings.indexOf(spelling) !== index)).toEqual([]);
  const ranked = new Set(operators.flatMap(({ rankedAliases }) => rankedAliases ?? []));
  expect([...ranked].filter((spelling) => operatorOf(spelling) !== undefined)).toEqual([]);
  for (const spelling of ranked) expect(Object.keys(rankedOperators(spelling) ?? []), spelling).toEqual(['1', '2', '3']);
});

test('booleans are booleans: no spelling of one takes 0 or 1', () => {
  let asked = 0;
  for (const operator of operators) {
    for (const [name, schema] of Object.entries(operator.attributes)) {
      if ((z.toJSONSchema(schema as z.ZodType, { io: 'input' }) as { type?: string }).type !== 'boolean') continue;
      const aliases = Object.entries(operator.attributeAliases ?? {}).filter(([, alias]) => attributeOf(alias) === name);
      for (const spelling of [name, ...aliases.map(([alias]) => alias)]) {
        for (const value of [0, 1, 'true', null]) {
          const { at, code } = refusalOf({ ...operator.examples[0]?.layer, [spelling]: value }, [1, 4, 4]);
          expect([operator.type, spelling, value, at, code]).toEqual([operator.type, spelling, value, `/${spelling}`, 'invalid_value']);
          asked++;
        }
      }
    }
  }
  expect(asked).toBeGreaterThan(200);
});

test('what an alias takes in a form of its own is said where it has none', () => {
  for (const operator of operators) {
    for (const [spelling, alias] of Object.entries(operator.attributeAliases ?? {})) {
      if (typeof alias === 'string') continue;
      const { [alias.attribute]: _, ...layer } = (operator.examples[0]?.layer ?? {}) as Record<string, unknown>;
      const { detail } = refusalOf({ ...layer, [spelling]: {} }, [1, 4, 4]);
      expect([operator.type, detail]).toEqual([operator.type, `${spelling} must be ${alias.form}; given {}`]);
    }
  }
});

test('exactly the views of the contract are views', () => {
  expect(
    operators
      .filter(({ aliasesInput }) => aliasesInput)
      .map(({ type }) => type)
      .sort(),
  ).toEqual([...views].sort());
});

describe.each(operators.map((operator) => [operator.type, operator] as const))('%s', (_, operator) => {
  test('tells its source, its shape rule and at least one example', () => {
    expect(operator.source.length).toBeGreaterThan(4);
    expect(operator.summary).toMatch(/\.$/);
    expect(operator.shape.length).toBeGreaterThan(4);
    expect(operator.examples.length).toBeGreaterThan(0);
  });

  test('describes every attribute, under wire names that are no field of every layer', () => {
    for (const [name, schema] of Object.entries(operator.attributes)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect((schema as z.ZodType).description, `${operator.type}.${name}`).toMatch(/.{8,}/);
      expect([
        'name',
        'type',
        'inputs',
        'dtype',
        'weight_dtype',
        'data_format',
        'shares',
        'trainable',
        'activation',
        'description',
        'metadata',
      ]).not.toContain(name);
      expect(() => z.toJSONSchema(schema as z.ZodType, { io: 'input' })).not.toThrow();
    }
    for (const alias of Object.values(operator.attributeAliases ?? {})) {
      expect(typeof alias === 'string' ? alias : alias.attribute).toSatisfy((attribute: string) => attribute in operator.attributes);
    }
  });

  test('uses only symbols of the legend', () => {
    const texts = [
      ...operator.counts.map((rule) => rule.formula.text),
      ...describeOperator(operator).parameters.map(({ formula }) => formula),
    ];
    for (const text of texts) {
      for (const [symbol] of text.matchAll(/[A-Za-z_][A-Za-z0-9_]*(?:\/g)?/g)) {
        if (symbol !== 'max' && symbol !== 'min') expect(symbolLegend, `${operator.type}: ${text}`).toHaveProperty([symbol]);
      }
    }
  });

  test.each(operator.examples.map((example, index) => [index, example] as const))('example %i holds', (_index, example) => {
    const row = rowOf(operator, example);
    expect(row.output_shapes).toEqual(example.outputs);
    if (operator.uncosted) {
      expect(row.compute).toEqual({ macs: null, flops: null, operations: null });
      return;
    }
    expect(row.weights.parameters).toBe(example.parameters);
    expect(row.compute.operations).toEqual({ ...Object.fromEntries(operationClasses.map((name) => [name, 0])), ...example.operations });
    expectFormulasToHold(row);
    if (example.parameters > 0) expect(row.formulas?.map(({ of }) => of)).toContain('/weights/parameters');
    for (const [name, value] of Object.entries(example.operations)) {
      if (value > 0) expect(row.formulas?.map(({ of }) => of)).toContain(name === 'mac' ? '/compute/macs' : `/compute/operations/${name}`);
    }
  });
});

/** `include=formulas` on every case that PyTorch accepts: parameters in symbols equal the tensors, extents equal the shapes. */
describe.each(goldenFamilies().map(({ family, cases }) => [family, cases] as const))(
  'formulas hold on the golden cases of %s',
  (_, cases) => {
    test('each evaluates to the number it explains', () => {
      let held = 0;
      for (const golden of cases) {
        if (golden.refused !== undefined || 'refused' in answerTo(golden)) continue;
        const row = measureDocument(documentOf(golden), { include: ['formulas'] }).layers.find(({ name }) => name === 'layer');
        if (row === undefined) continue;
        expectFormulasToHold(row);
        const tensors = row.weights.tensors.filter(({ kind }) => kind === 'parameter');
        if (tensors.length > 0)
          expect(
            row.formulas?.map(({ of }) => of),
            golden.name,
          ).toContain('/weights/parameters');
        held++;
      }
      expect(held).toBeGreaterThan(0);
    });
  },
);
