/**
 * Activations: one function applied to every element, shape kept. Counts are those of the defining formula as it is written, a function of pieces
 * counted with its longest piece; σ(x) = 1/(1 + e^−x) is 1 exp, 1 add, 1 div. Integers stay integers where PyTorch computes them so (the clamping ones)
 * and become floating otherwise.
 * Source: PyTorch documentation of torch.nn, "Non-linear Activations"; papers and ONNX operators as named below.
 */

import * as z from 'zod';
import type { Path } from '../issue.ts';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import { channelsLast } from '../tensor/feature-map.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { broadcast, formatShape, sameShape } from '../tensor/shape.ts';
import { positiveInteger } from './attributes.ts';
import { floatingOutput, floatingType, ofType, refuseBool } from './element-types.ts';
import type { Example, LayerContext, OperationClass, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';

export const inplace = z.boolean().default(false).describe('Accepted and ignored: every output is accounted as a tensor of its own.');

/** What all activations of one tensor share; the example is on 2 × 3 elements. */
export function elementByElement(type: string, operations: Readonly<Partial<Record<OperationClass, number>>>) {
  const example: Example = { layer: { type }, inputs: [{ shape: [2, 3] }], outputs: [[2, 3]], parameters: 0, operations };
  return {
    type,
    family: 'activation',
    inputs: { min: 1, max: 1, names: ['input'] },
    infer: floatingOutput,
    shape: 'the shape of the input',
    examples: [example],
  };
}

interface ReluAttributes {
  readonly max_value?: number | undefined;
  readonly negative_slope: number;
  readonly threshold: number;
}

const isCapped = (a: ReluAttributes): boolean => a.max_value !== undefined;
const leaks = (a: ReluAttributes): boolean => a.negative_slope !== 0;
const leaksShifted = (a: ReluAttributes): boolean => a.negative_slope !== 0 && a.threshold !== 0;

const relu = defineOperator({
  // x from the threshold on: 1 comparison; capped, 1 more; below, slope·(x − threshold): 1 multiplication, and 1 subtraction of a threshold other than 0.
  ...elementByElement('relu', { cmp: 6 }),
  summary: 'max(x, 0), element by element; as in Keras with a cap, a slope below and a threshold, where stated.',
  source: 'PyTorch ReLU; ONNX Relu-14; Keras ReLU',
  aliases: ['ReLU', 'Relu'],
  attributes: {
    max_value: z.number().min(0).optional().describe('Largest value of the output; none where absent.'),
    negative_slope: z.number().default(0).describe('Slope below the threshold.'),
    threshold: z.number().default(0).describe('Where the identity begins.'),
    inplace,
  },
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    refuseBool(input, 'relu', layer);
    return [leaks(a) ? ofType(input, floatingType(input.dtype, layer)) : input];
  },
  counts: [
    count('cmp', '2·e', 'max_value', isCapped),
    count('cmp', 'e', 'no max_value', (a: ReluAttributes) => !isCapped(a)),
    count('mul', 'e', 'negative_slope other than 0', leaks),
    count('add', 'e', 'negative_slope and threshold other than 0', leaksShifted),
  ],
});

const leakyRelu = defineOperator({
  // x, or slope·x where x < 0: 1 comparison, 1 multiplication.
  ...elementByElement('leaky_relu', { cmp: 6, mul: 6 }),
  summary: 'x, below 0 times a fixed slope, element by element.',
  source: 'PyTorch LeakyReLU; ONNX LeakyRelu-16',
  aliases: ['LeakyReLU', 'LeakyRelu'],
  attributes: { negative_slope: z.number().default(0.01).describe('Slope below 0.'), inplace },
  attributeAliases: { alpha: 'negative_slope' },
  counts: [count('cmp', 'e'), count('mul', 'e')],
});

const relu6 = defineOperator({
  // min(max(x, 0), 6): 2 comparisons.
  ...elementByElement('relu6', { cmp: 12 }),
  summary: 'min(max(x, 0), 6), element by element.',
  source: 'PyTorch ReLU6; arXiv:1704.04861',
  aliases: ['ReLU6', 'Relu6'],
  attributes: { inplace },
  infer(_a, inputs, layer) {
    refuseBool(inputs[0] as TensorType, 'relu6', layer);
    return [inputs[0] as TensorType];
  },
  counts: [count('cmp', '2·e')],
});

const hardtanh = defineOperator({
  // min(max(x, min_val), max_val): 2 comparisons.
  ...elementByElement('hardtanh', { cmp: 12 }),
  summary: 'x clamped to [min_val, max_val], element by element.',
  source: 'PyTorch Hardtanh',
  aliases: ['Hardtanh', 'HardTanh', 'hard_tanh'],
  attributes: {
    min_val: z.number().default(-1).describe('Lower bound.'),
    max_val: z.number().default(1).describe('Upper bound; above min_val.'),
    inplace,
  },
  attributeAliases: { min_value: 'min_val', max_value: 'max_val' },
  infer(a, inputs, layer) {
    if (a.max_val <= a.min_val)
      throw new Refusal(['max_val'], 'invalid_value', `max_val ${a.max_val} must be greater than min_val ${a.min_val}`);
    refuseBool(inputs[0] as TensorType, 'hardtanh', layer);
    return [inputs[0] as TensorType];
  },
  counts: [count('cmp', '2·e')],
});

const elu = defineOperator({
  // x, or α·(e^x − 1) where x < 0: 1 comparison, 1 exponential, 1 subtraction, 1 multiplication.
  ...elementByElement('elu', { cmp: 6, exp: 6, add: 6, mul: 6 }),
  summary: 'x, below 0 α·(eˣ − 1), element by element.',
  source: 'PyTorch ELU; ONNX Elu-22; arXiv:1511.07289',
  aliases: ['ELU', 'Elu'],
  attributes: { alpha: z.number().default(1).describe('α, the value approached far below 0, negated.'), inplace },
  counts: [count('cmp', 'e'), count('exp', 'e'), count('add', 'e'), count('mul', 'e')],
});

const selu = defineOperator({
  // λ times ELU of fixed α: one multiplication more.
  ...elementByElement('selu', { cmp: 6, exp: 6, add: 6, mul: 12 }),
  summary: 'λ·x, below 0 λ·α·(eˣ − 1), with λ and α fixed, element by element.',
  source: 'PyTorch SELU; ONNX Selu-22; arXiv:1706.02515',
  aliases: ['SELU', 'Selu'],
  attributes: { inplace },
  counts: [count('cmp', 'e'), count('exp', 'e'), count('add', 'e'), count('mul', '2·e')],
});

const isTanh = (a: { readonly approximate: string }): boolean => a.approximate === 'tanh';
const isErf = (a: { readonly approximate: string }): boolean => a.approximate !== 'tanh';

const gelu = defineOperator({
  // x·½·(1 + erf(x·(1/√2))): 1 erf, 1 addition, 3 multiplications. ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x·x·x))): 1 tanh, 2 additions, 6 multiplications.
  ...elementByElement('gelu', { erf: 6, add: 6, mul: 18 }),
  summary: 'x·Φ(x) with the normal distribution Φ, exact or by a hyperbolic tangent, element by element.',
  source: 'PyTorch GELU; ONNX Gelu-20; arXiv:1606.08415',
  aliases: ['GELU', 'Gelu'],
  attributes: { approximate: z.enum(['none', 'tanh']).default('none').describe('Exact by the error function, or approximated by tanh.') },
  counts: [
    count('erf', 'e', 'approximate none', isErf),
    count('tanh', 'e', 'approximate tanh', isTanh),
    count('add', '2·e', 'approximate tanh', isTanh),
    count('add', 'e', 'approximate none', isErf),
    count('mul', '6·e', 'approximate tanh', isTanh),
    count('mul', '3·e', 'approximate none', isErf),
  ],
});

const silu = defineOperator({
  // x·σ(x): σ and 1 multiplication.
  ...elementByElement('silu', { exp: 6, add: 6, div: 6, mul: 6 }),
  summary: 'x·σ(x), also called swish, element by element.',
  source: 'PyTorch SiLU; ONNX Swish-24; arXiv:1702.03118',
  aliases: ['SiLU', 'Silu', 'Swish', 'swish'],
  attributes: { inplace },
  counts: [count('exp', 'e'), count('add', 'e'), count('div', 'e'), count('mul', 'e')],
});

/** PyTorch's line, which it writes as a sum and a division; 1/6 may arrive as a float32. */
function isSixth(a: { readonly alpha: number; readonly beta: number }): boolean {
  return Math.abs(6 * a.alpha - 1) < 1e-5 && Math.abs(a.beta - 0.5) < 1e-5;
}

const hardsigmoid = defineOperator({
  // relu6(x + 3)/6: 1 addition, 2 comparisons, 1 division; min(max(α·x + β, 0), 1): 1 multiplication, 1 addition, 2 comparisons.
  ...elementByElement('hardsigmoid', { add: 6, cmp: 12, div: 6 }),
  summary: 'min(max(x + 3, 0), 6)/6, element by element; with another line, min(max(α·x + β, 0), 1).',
  source: 'PyTorch Hardsigmoid; ONNX HardSigmoid-22; arXiv:1905.02244',
  aliases: ['Hardsigmoid', 'HardSigmoid', 'hard_sigmoid'],
  attributes: {
    alpha: z
      .number()
      .default(1 / 6)
      .describe('α, the slope of the line.'),
    beta: z.number().default(0.5).describe('β, its value at 0.'),
    inplace,
  },
  counts: [
    count('add', 'e'),
    count('cmp', '2·e'),
    count('div', 'e', 'alpha 1/6 and beta 1/2', isSixth),
    count('mul', 'e', 'another line', (a: { readonly alpha: number; readonly beta: number }) => !isSixth(a)),
  ],
});

const hardswish = defineOperator({
  // x·relu6(x + 3)/6: hard sigmoid and 1 multiplication.
  ...elementByElement('hardswish', { add: 6, cmp: 12, div: 6, mul: 6 }),
  summary: 'x·min(max(x + 3, 0), 6)/6, element by element.',
  source: 'PyTorch Hardswish; ONNX HardSwish-22; arXiv:1905.02244',
  aliases: ['Hardswish', 'HardSwish', 'hard_swish', 'hard_silu'],
  attributes: { inplace },
  counts: [count('add', 'e'), count('cmp', '2·e'), count('div', 'e'), count('mul', 'e')],
});

const mish = defineOperator({
  // x·tanh(log(1 + e^x)): 1 exponential, 1 addition, 1 logarithm, 1 tanh, 1 multiplication.
  ...elementByElement('mish', { exp: 6, add: 6, log: 6, tanh: 6, mul: 6 }),
  summary: 'x·tanh(log(1 + eˣ)), element by element.',
  source: 'PyTorch Mish; ONNX Mish-22; arXiv:1908.08681',
  aliases: ['Mish'],
  attributes: { inplace },
  counts: [count('exp', 'e'), count('add', 'e'), count('log', 'e'), count('tanh', 'e'), count('mul', 'e')],
});

const sigmoid = defineOperator({
  // 1/(1 + e^−x): 1 exponential, 1 addition, 1 division; the sign is free.
  ...elementByElement('sigmoid', { exp: 6, add: 6, div: 6 }),
  summary: 'σ(x) = 1/(1 + e⁻ˣ), element by element.',
  source: 'PyTorch Sigmoid; ONNX Sigmoid-13',
  aliases: ['Sigmoid'],
  attributes: {},
  counts: [count('exp', 'e'), count('add', 'e'), count('div', 'e')],
});

const tanh = defineOperator({
  // Counted as one operation of its own class.
  ...elementByElement('tanh', { tanh: 6 }),
  summary: 'Hyperbolic tangent, element by element.',
  source: 'PyTorch Tanh; ONNX Tanh-13',
  aliases: ['Tanh', 'TanH'],
  attributes: {},
  counts: [count('tanh', 'e')],
});

const isScaled = (a: { readonly beta: number }): boolean => a.beta !== 1;

const softplus = defineOperator({
  // log(1 + e^(β·x))/β: 1 exponential, 1 addition, 1 logarithm; where β is not 1 a multiplication and a division.
  ...elementByElement('softplus', { exp: 6, add: 6, log: 6 }),
  summary: 'log(1 + e^(β·x))/β, element by element.',
  source: 'PyTorch Softplus; ONNX Softplus-22',
  aliases: ['Softplus', 'SoftPlus', 'BNLL'],
  attributes: {
    beta: z.number().default(1).describe('β, the sharpness of the bend.'),
    threshold: z.number().default(20).describe('Where β·x exceeds it, x itself is given; not counted.'),
  },
  counts: [
    count('exp', 'e'),
    count('add', 'e'),
    count('log', 'e'),
    count('mul', 'e', 'beta is not 1', isScaled),
    count('div', 'e', 'beta is not 1', isScaled),
  ],
});

const softsign = defineOperator({
  // x/(1 + |x|): 1 absolute value (a comparison), 1 addition, 1 division.
  ...elementByElement('softsign', { cmp: 6, add: 6, div: 6 }),
  summary: 'x/(1 + |x|), element by element.',
  source: 'PyTorch Softsign; ONNX Softsign-22',
  aliases: ['Softsign', 'SoftSign'],
  attributes: {},
  counts: [count('cmp', 'e'), count('add', 'e'), count('div', 'e')],
});

interface PreluAttributes {
  readonly num_parameters: number;
  readonly weight_shape?: Shape | undefined;
}

/** Shape of the slopes that the layer has of its own, none where they arrive as an input. */
function slopesOf(a: PreluAttributes, inputs: readonly TensorType[]): Shape | undefined {
  return inputs.length > 1 ? undefined : (a.weight_shape ?? [a.num_parameters]);
}

function stretches(slopes: Shape, shape: Shape): boolean {
  const common = broadcast(slopes, shape);
  return common !== undefined && sameShape(common, shape);
}

/**
 * Slopes of a shape of their own are broadcast to the input, aligned at the end. Those that have all its axes but the batch may lie channels last: which layout
 * the layer has its rule is not told.
 */
function checkSlopes(slopes: Shape, at: Path, what: string, input: TensorType, layer: LayerContext): void {
  const whole = slopes.length > 1 && slopes.length === input.shape.length - 1;
  if (stretches(slopes, input.shape) || (whole && stretches(slopes, channelsLast(input.shape)))) return;
  throw new Refusal(
    at,
    'shape_mismatch',
    `${what} ${formatShape(slopes)} must stretch to ${formatShape(input.shape)} from ${layer.producer(0)}: aligned at the end, extents agree or are 1`,
  );
}

const prelu = defineOperator({
  ...elementByElement('prelu', {}),
  summary:
    'x, below 0 times a learned slope, one for all, one per channel or of a shape of their own; element by element. Slopes may arrive as second input; they are no parameters then.',
  source: 'PyTorch PReLU; ONNX PRelu-16; Keras PReLU; arXiv:1502.01852',
  aliases: ['PReLU', 'PRelu'],
  attributes: {
    num_parameters: positiveInteger.default(1).describe('Learned slopes: 1, or as many as the input has channels.'),
    weight_shape: z
      .array(positiveInteger)
      .max(64)
      .optional()
      .describe('Shape of the slopes in place of num_parameters, aligned with the input at the end; they stretch to it.'),
    init: z.number().default(0.25).describe('Value that training starts from.'),
  },
  inputs: { min: 1, max: 2, names: ['input', 'weight'] },
  featureMap: 'any',
  infer(a, inputs, layer) {
    const [input, weight] = inputs as [TensorType, TensorType | undefined];
    if (weight !== undefined) {
      checkSlopes(weight.shape, ['inputs', 1], `the slopes from ${layer.producer(1)}`, input, layer);
      return [ofType(input, promote(input.dtype, weight.dtype))];
    }
    if (a.weight_shape !== undefined && a.num_parameters !== 1)
      throw new Refusal(
        ['num_parameters'],
        'invalid_value',
        'num_parameters and weight_shape both say how many slopes there are; keep one',
      );
    if (a.weight_shape !== undefined) checkSlopes(a.weight_shape, ['weight_shape'], 'weight_shape', input, layer);
    // Without a channel axis PyTorch takes one channel.
    const channels = input.shape[1] ?? 1;
    if (a.num_parameters !== 1 && a.num_parameters !== channels) {
      throw new Refusal(
        ['num_parameters'],
        'mismatch',
        `num_parameters is ${a.num_parameters}, but ${layer.producer(0)} gives ${channels} channel${channels === 1 ? '' : 's'}; it must be 1 or their number`,
      );
    }
    return [ofType(input, promote(input.dtype, layer.weightDtype))];
  },
  weights(a, inputs) {
    const shape = slopesOf(a, inputs);
    return shape === undefined ? [] : [{ name: 'weight', shape, kind: 'parameter' }];
  },
  parameters: [{ text: 'slopes' }],
  symbols(a, inputs) {
    const own = slopesOf(a, inputs);
    return { slopes: own === undefined ? 0 : elementsOf(own), e: elementsOf((inputs[0] as TensorType).shape) };
  },
  counts: [count('cmp', 'e'), count('mul', 'e')],
  examples: [
    // One slope a channel; x or slope·x: 1 comparison and 1 multiplication for each of 2·5·7 elements.
    {
      layer: { type: 'prelu', num_parameters: 5 },
      inputs: [{ shape: [2, 5, 7] }],
      outputs: [[2, 5, 7]],
      parameters: 5,
      operations: { cmp: 70, mul: 70 },
    },
  ],
});

export const activationOperators: readonly Operator[] = [
  relu,
  leakyRelu,
  prelu,
  relu6,
  elu,
  selu,
  gelu,
  silu,
  hardswish,
  hardsigmoid,
  hardtanh,
  mish,
  sigmoid,
  tanh,
  softplus,
  softsign,
];
