import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { operationsOf, refusalOf, rowOf, valuesOf } from './one-layer.ts';

// 2·3·5 = 30 elements; what one element takes, by the formula as it is written.
const perElement: readonly [layer: { type: string; [attribute: string]: unknown }, operations: Record<string, number>][] = [
  [{ type: 'relu' }, { cmp: 1 }], // max(x, 0)
  [{ type: 'leaky_relu' }, { cmp: 1, mul: 1 }], // x or slope·x
  [{ type: 'prelu' }, { cmp: 1, mul: 1 }],
  [{ type: 'relu6' }, { cmp: 2 }], // min(max(x, 0), 6)
  [{ type: 'hardtanh' }, { cmp: 2 }],
  [{ type: 'elu' }, { cmp: 1, exp: 1, add: 1, mul: 1 }], // x or α·(e^x − 1)
  [{ type: 'selu' }, { cmp: 1, exp: 1, add: 1, mul: 2 }], // λ times that
  [{ type: 'gelu' }, { erf: 1, add: 1, mul: 3 }], // x·½·(1 + erf(x·(1/√2)))
  [
    { type: 'gelu', approximate: 'tanh' },
    { tanh: 1, add: 2, mul: 6 },
  ], // ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x·x·x)))
  [{ type: 'sigmoid' }, { exp: 1, add: 1, div: 1 }], // 1/(1 + e^−x)
  [{ type: 'silu' }, { exp: 1, add: 1, div: 1, mul: 1 }], // x·σ(x)
  [{ type: 'hardsigmoid' }, { add: 1, cmp: 2, div: 1 }], // relu6(x + 3)/6
  [{ type: 'hardswish' }, { add: 1, cmp: 2, div: 1, mul: 1 }], // x times that
  [{ type: 'mish' }, { exp: 1, add: 1, log: 1, tanh: 1, mul: 1 }], // x·tanh(log(1 + e^x))
  [{ type: 'tanh' }, { tanh: 1 }],
  [{ type: 'softplus' }, { exp: 1, add: 1, log: 1 }], // log(1 + e^x)
  [
    { type: 'softplus', beta: 2 },
    { exp: 1, add: 1, log: 1, mul: 1, div: 1 },
  ], // log(1 + e^(β·x))/β
  [{ type: 'softsign' }, { cmp: 1, add: 1, div: 1 }], // x/(1 + |x|)
];

describe('activations', () => {
  test.each(perElement)('%j takes %j an element', (layer, operations) => {
    const expected = Object.fromEntries(Object.entries(operations).map(([of, each]) => [of, each * 30]));
    expect(operationsOf(layer, [2, 3, 5])).toEqual(expected);
  });

  test('allocate an output even where inplace is asked for', () => {
    expect(rowOf({ type: 'ReLU', inplace: true }, [2, 3]).memory).toEqual({
      output_elements: 6,
      activation_elements: 6,
      activation_bytes: 24,
      view: false,
    });
  });

  test('make integers floating, save those that clamp', () => {
    const bytes = (type: string) => rowOf({ type }, [[2, 3], 'uint8']).memory.activation_bytes;
    expect(bytes('gelu')).toBe(24);
    expect(bytes('relu')).toBe(6);
    expect(bytes('hardtanh')).toBe(6);
  });

  test('that clamp refuse bool', () => {
    expect(refusalOf({ type: 'relu' }, [[2, 3], 'bool'])).toEqual({
      at: '/inputs/0',
      code: 'wrong_dtype',
      detail: '"layer": relu takes numbers, but "x0" gives bool; cast it first',
    });
  });

  test('come in the spellings of Keras, ONNX and Caffe', () => {
    const canonical = (type: string) => rowOf({ type }, [2, 4]).type;
    expect(['Relu', 'LeakyRelu', 'Swish', 'HardSwish', 'TanH', 'BNLL', 'PRelu'].map(canonical)).toEqual([
      'relu',
      'leaky_relu',
      'silu',
      'hardswish',
      'tanh',
      'softplus',
      'prelu',
    ]);
  });
});

describe('hardtanh', () => {
  test('refuses bounds in the wrong order', () => {
    expect(refusalOf({ type: 'hardtanh', min_val: 2, max_val: -2 }, [2, 3])).toEqual({
      at: '/max_val',
      code: 'invalid_value',
      detail: '"layer": max_val -2 must be greater than min_val 2',
    });
  });
});

describe('prelu', () => {
  test('learns one slope for all or one per channel', () => {
    const one = rowOf({ type: 'prelu' }, [2, 5, 7]);
    expect(valuesOf(one, '/weights/parameters')).toBe('1 = 1');
    const each = rowOf({ type: 'prelu', num_parameters: 5 }, [2, 5, 7]);
    expect(valuesOf(each, '/weights/parameters')).toBe('5 = 5');
    expect(rowOf({ type: 'prelu', num_parameters: 7, data_format: 'channels_last' }, [2, 5, 7]).weights.parameters).toBe(7);
  });

  test('refuses another number of slopes', () => {
    expect(refusalOf({ type: 'prelu', num_parameters: 3 }, [2, 5, 7])).toEqual({
      at: '/num_parameters',
      code: 'mismatch',
      detail: '"layer": num_parameters is 3, but "x0" gives 5 channels; it must be 1 or their number',
    });
  });

  test('brings its weight along as the activation of a layer', () => {
    // 2·5 weights and 2 biases; one slope.
    const report = measureDocument({
      input: [5, 7, 7],
      layers: [{ type: 'conv2d', out_channels: 2, kernel_size: 1, activation: 'prelu' }],
    });
    expect(report.layers.map((row) => [row.name, row.weights.parameters])).toEqual([
      ['conv2d_1', 12],
      ['conv2d_1.activation', 1],
    ]);
  });
});

describe("Keras' and ONNX's lines", () => {
  test('a capped, leaking or shifted ReLU counts what it has', () => {
    expect(operationsOf({ type: 'ReLU', max_value: 6 }, [2, 3])).toEqual({ cmp: 12 });
    expect(operationsOf({ type: 'relu', negative_slope: 0.1 }, [2, 3])).toEqual({ cmp: 6, mul: 6 });
    expect(operationsOf({ type: 'relu', threshold: 1 }, [2, 3])).toEqual({ cmp: 6 });
    expect(operationsOf({ type: 'relu', max_value: 6, negative_slope: 0.1, threshold: 1 }, [2, 3])).toEqual({ cmp: 12, mul: 6, add: 6 });
  });

  test('a hard sigmoid of another line multiplies; a sixth as a float32 has it is still a sixth', () => {
    expect(operationsOf({ type: 'HardSigmoid', alpha: 0.2 }, [2, 3])).toEqual({ add: 6, cmp: 12, mul: 6 });
    expect(operationsOf({ type: 'hardsigmoid', alpha: 0.1666666716337204, beta: 0.5 }, [2, 3])).toEqual({ add: 6, cmp: 12, div: 6 });
  });
});
