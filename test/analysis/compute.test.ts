import { describe, expect, test } from 'vitest';
import { countOperations, noOperations, symbolsOf } from '../../src/analysis/compute.ts';
import type { InferredLayer } from '../../src/analysis/infer-shapes.ts';
import { count, defineOperator, operationClasses } from '../../src/operators/operator.ts';
import type { TensorType } from '../../src/tensor/shape.ts';
import { measureDocument } from '../measure-document.ts';

const tensor = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** A layer of an operator made for the test; only what counting looks at. */
function layerOf(
  operator: Parameters<typeof defineOperator>[0],
  inputs: TensorType[],
  outputs: TensorType[],
  channelsLast = false,
): InferredLayer {
  const spec = { operator: defineOperator(operator), attributes: { fast: false }, channelsLast } as unknown as InferredLayer['spec'];
  return { node: 0, name: 'x', spec, inputs, outputs, weights: [], opaque: false };
}

const base: Parameters<typeof defineOperator>[0] = {
  type: 'x',
  family: 'x',
  summary: '',
  source: '',
  aliases: [],
  attributes: {},
  inputs: { min: 1, max: 1, names: [] },
  infer: (_a, inputs) => inputs,
  counts: [],
  shape: '',
  examples: [],
};

describe('operations', () => {
  test('have every class, in the order of the contract', () => {
    expect(Object.keys(noOperations)).toEqual([...operationClasses]);
    expect(Object.keys(countOperations(layerOf({ ...base, counts: [count('exp', 'e')] }, [tensor(4)], [tensor(4)])) ?? {})).toEqual([
      ...operationClasses,
    ]);
  });

  test('of several rules for one class are those of the first that applies, be they none', () => {
    const rules = (fast: boolean) => [
      count<{ fast: boolean }>('mul', 'e − e', 'slow', (a) => !a.fast === !fast),
      count('mul', 'e'),
      count('add', '2·e'),
    ];
    const counted = (fast: boolean) => countOperations(layerOf({ ...base, counts: rules(fast) }, [tensor(4)], [tensor(4)]));
    expect(counted(false)).toMatchObject({ mul: 0, add: 8 });
    expect(counted(true)).toMatchObject({ mul: 4, add: 8 });
  });

  test('are unknown for what cannot be costed', () => {
    expect(countOperations(layerOf({ ...base, uncosted: true, counts: [count('mul', 'e')] }, [], []))).toBeUndefined();
  });

  test('are worked out channels first, whatever the layout', () => {
    const symbols = (inputs: readonly TensorType[]) => ({ c: inputs[0]?.shape[1] ?? 0 });
    const operator = { ...base, featureMap: 2, symbols: (_a: unknown, inputs: readonly TensorType[]) => symbols(inputs) };
    expect(symbolsOf(layerOf(operator, [tensor(1, 5, 6, 3)], [], true))).toEqual({ c: 3 });
    expect(symbolsOf(layerOf(operator, [tensor(1, 5, 6, 3)], [], false))).toEqual({ c: 5 });
  });

  test('without symbols of their own go by the elements of first output and input', () => {
    expect(symbolsOf(layerOf(base, [tensor(2, 3), tensor(9)], [tensor(2, 5), tensor(7)]))).toEqual({ e: 10, i: 6 });
    expect(symbolsOf(layerOf(base, [], []))).toEqual({ e: 1, i: 1 });
  });

  test('are for the whole batch', () => {
    const document = { input: [3, 8, 8], layers: [{ type: 'conv2d', out_channels: 4, kernel_size: 3, padding: 1 }] };
    // 3·3·3 products for each of 4·8·8 outputs, one addition of the bias.
    expect(measureDocument(document).layers[0]?.compute).toMatchObject({
      macs: 6912,
      flops: 2 * 6912 + 256,
      operations: { mac: 6912, add: 256 },
    });
    expect(measureDocument(document, { batch_size: 10 }).layers[0]?.compute).toMatchObject({ macs: 69120, operations: { add: 2560 } });
  });
});
