import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArchitecture } from '../../src/issue.ts';
import type { RunLimits, RunOperands } from '../../src/questions/run.ts';
import { planRun, runnableTypes } from '../../src/questions/run.ts';
import { elementsOf } from '../../src/tensor/product.ts';

const limits: RunLimits = { maxMacs: 1e9, maxElements: 2 ** 22 };

/** `path code` of the first issue, or undefined where a plan is made. */
function refusalOf(layer: unknown, operands: RunOperands, others: Partial<RunLimits> = {}): string | undefined {
  try {
    planRun(layer, operands, { ...limits, ...others });
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidArchitecture)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { path, detail } of error.issues) {
      // Paths begin in the body.
      expect([undefined, 'layer', 'input', 'weight', 'bias']).toContain(path[0]);
      expect(detail).not.toMatch(/undefined|NaN|\[object/);
    }
    return `${error.issues[0]?.path.join('/')} ${error.issues[0]?.code}`;
  }
}

const operand = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

describe('a plan', () => {
  test('says what will come out and what it takes', () => {
    const plan = planRun(
      { type: 'conv2d', padding: 1 },
      { input: operand([2, 3, 8, 8]), weight: operand([4, 3, 3, 3]), bias: operand([4]) },
      limits,
    );
    expect(plan).toMatchObject({
      type: 'conv2d',
      attributes: { out_channels: 4, kernel_size: [3, 3], bias: true },
      output: [2, 4, 8, 8],
      dtype: 'float32',
      // 512 outputs of 27 products and a bias each.
      compute: { macs: 13_824, flops: 28_160 },
    });
    // 13,824 + 512 operations, 384 elements in, 512 out, 3·10·10 cells of a padded image.
    expect(plan.work).toBe(15_532);
  });

  test('is made up to the limits, and not one beyond', () => {
    const conv = (cells: number, others: Partial<RunLimits>) =>
      refusalOf({ type: 'conv1d', padding: 1 }, { input: operand([1, 1, cells]), weight: operand([1, 1, 3]) }, others);
    expect(conv(10, { maxMacs: 30, maxElements: 10 })).toBeUndefined();
    expect(conv(10, { maxMacs: 29 })).toBe('layer too_costly');
    expect(conv(10, { maxElements: 9 })).toBe('layer too_large');
    const stepped = (padding: number) =>
      refusalOf({ type: 'conv1d', padding, stride: 1000 }, { input: operand([1, 1, 4]), weight: operand([1, 1, 1]) }, { maxElements: 251 });
    // 4 + 2·500 cells are four times 251.
    expect(stepped(500)).toBeUndefined();
    expect(stepped(501)).toBe('layer/padding too_large');
  });

  test('counts the operations of a pool, which has no multiply-accumulates', () => {
    const pool = (maxMacs: number) => refusalOf({ type: 'max_pool1d', kernel_size: 4 }, { input: operand([1, 1, 8]) }, { maxMacs });
    expect(pool(6)).toBeUndefined();
    expect(pool(5)).toBe('layer too_costly');
  });
});

/** From nothing to beyond what a double can count, with the borders of int32 and of exact integers. */
const absurd = fc.constantFrom(0, 1, 2, 3, 5, 64, 1000, 65_537, 10 ** 6, 2 ** 22, 10 ** 9, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1);
const perAxis = fc.oneof(
  absurd,
  fc.array(absurd, { maxLength: 4 }),
  fc.array(fc.array(absurd, { minLength: 2, maxLength: 2 }), { maxLength: 3 }),
);
const odd = fc.constantFrom<unknown>(-1, 1.5, 1e300, -0, null, '3', 'same', 'same_lower', 'valid', 'causal', [], {}, true);
const value = fc.oneof({ weight: 5, arbitrary: perAxis }, { weight: 1, arbitrary: odd });
const layer = fc
  .record(
    {
      kernel_size: value,
      stride: value,
      padding: value,
      dilation: value,
      groups: value,
      output_padding: value,
      output_size: value,
      norm_type: value,
      divisor_override: value,
      ceil_mode: fc.boolean(),
      count_include_pad: fc.boolean(),
      return_indices: fc.boolean(),
      padding_mode: fc.constantFrom('zeros', 'reflect', 'replicate', 'circular'),
      out_channels: value,
      in_channels: value,
    },
    { requiredKeys: [] },
  )
  .chain((attributes) => fc.constantFrom(...runnableTypes(), 'Conv', 'MaxPool', 'relu').map((type) => ({ type, ...attributes })));
const shape = fc.array(absurd, { maxLength: 6 }).map(operand);
const some = fc.option(shape, { nil: undefined });

describe('absurd shapes and arguments', () => {
  test('make a refusal or a plan within the limits, and nothing is allocated', () => {
    const before = process.memoryUsage().arrayBuffers;
    fc.assert(
      fc.property(layer, shape, some, some, (one, input, weight, bias) => {
        try {
          expectWithin(planRun(one, { input, weight, bias }, limits));
        } catch (error) {
          if (!(error instanceof InvalidArchitecture)) throw error;
          refusalOf(one, { input, weight, bias });
        }
      }),
      { numRuns: 20_000, seed: 3 },
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  test('of layers that hold together do the same', () => {
    const rank = fc.constantFrom(1, 2, 3);
    const sizes = (count: number) =>
      fc.array(fc.constantFrom(1, 2, 3, 64, 1000, 10 ** 6, 10 ** 9, 2 ** 31 - 1), { minLength: count, maxLength: count });
    const sound = rank.chain((axes) =>
      fc.record({
        axes: fc.constant(axes),
        family: fc.constantFrom('conv', 'conv_transpose', 'max_pool', 'avg_pool', 'lp_pool', 'adaptive_avg_pool', 'adaptive_max_pool'),
        spatial: sizes(axes),
        kernel: sizes(axes),
        stride: sizes(axes),
        dilation: sizes(axes),
        padding: sizes(axes),
        channels: fc.constantFrom(1, 4, 1000, 2 ** 21),
        filters: fc.constantFrom(1, 4, 1000, 2 ** 21),
        groups: fc.constantFrom(1, 4),
      }),
    );
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(sound, ({ axes, family, spatial, kernel, stride, dilation, padding, channels, filters, groups }) => {
        const input = operand([1, channels, ...spatial]);
        const isConv = family.startsWith('conv');
        const isTransposed = family === 'conv_transpose';
        const weight = isConv
          ? operand([...(isTransposed ? [channels, filters / groups] : [filters, channels / groups]), ...kernel])
          : undefined;
        const window = { stride, padding, ...(isConv || family === 'max_pool' ? { dilation } : {}) };
        const layerOf = family.startsWith('adaptive')
          ? { output_size: kernel }
          : isConv
            ? { ...window, groups }
            : { ...window, kernel_size: kernel };
        let outcome = 'planned';
        try {
          expectWithin(planRun({ type: `${family}${axes}d`, ...layerOf }, { input, weight }, limits));
        } catch (error) {
          if (!(error instanceof InvalidArchitecture)) throw error;
          outcome = error.issues[0]?.code ?? '';
          refusalOf({ type: `${family}${axes}d`, ...layerOf }, { input, weight });
        }
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 20_000, seed: 5 },
    );
    for (const outcome of ['planned', 'too_large', 'too_costly', 'kernel_too_large', 'padding_too_large', 'groups_do_not_divide'])
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(10);
  });
});

function expectWithin({ output, compute, work }: ReturnType<typeof planRun>): void {
  expect(output.every((extent) => Number.isSafeInteger(extent) && extent >= 1)).toBe(true);
  expect(elementsOf(output)).toBeLessThanOrEqual(limits.maxElements);
  expect(compute.macs).toBeLessThanOrEqual(limits.maxMacs);
  if (compute.macs === 0)
    expect(Object.values(compute.operations).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(limits.maxMacs);
  expect(Number.isFinite(work)).toBe(true);
}
