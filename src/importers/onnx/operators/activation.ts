/** Activations, and functions over the slices along an axis. */

import type { Posted } from '../../../architecture/read-layer.ts';
import { productOf } from '../../../tensor/product.ts';
import type { Value } from '../../value.ts';
import type { Call, Lowering } from '../call.ts';
import type { Lowerings } from './index.ts';
import { reshapeTo } from './reshaped.ts';
import { addUncosted } from './uncosted.ts';

/** A function of one tensor with attributes. */
function activation(layer: (call: Call) => Posted): Lowering {
  return (call) => call.add(layer(call), [call.input(0)]);
}

const isDefault = (value: number, usual: number): boolean => Math.abs(value - usual) < 1e-6;

/** ONNX Shrink-9. */
function shrink(call: Call): readonly Value[] {
  const lambd = call.float('lambd', 0.5);
  const bias = call.float('bias', 0);
  const { shape, dtype } = call.input(0);
  if (lambd < 0)
    return addUncosted(call, [{ shape: shape ?? [], dtype }], `a Shrink with the negative lambd ${lambd} has no counterpart here`);
  return call.add(bias === 0 ? { type: 'hardshrink', lambd } : { type: 'softshrink', lambd, ...(bias === lambd ? {} : { bias }) });
}

/** ONNX Swish-24: x·σ(α·x). */
function swish(call: Call): readonly Value[] {
  const [x, alpha] = [call.input(0), call.float('alpha', 1)];
  if (alpha === 1) return call.add({ type: 'silu' }, [x]);
  const scaled = call.addPart('scaled', { type: 'multiply', other: alpha }, [x]);
  return call.add({ type: 'multiply' }, [x, call.addPart('sigmoid', { type: 'sigmoid' }, [scaled])]);
}

/** ONNX PRelu-16: one slope, one a channel, or any other that stretches to the input; before opset 7 a vector of slopes is that of the channels. */
function prelu(call: Call): readonly Value[] {
  const [x, slope] = [call.input(0), call.input(1)];
  const shape = call.shape(1);
  const slopes = productOf(shape);
  const rank = call.rank(0);
  const channels = call.shape(0)[1];
  const perChannel =
    slopes === channels &&
    (call.opset < 7 || (shape.length === rank - 1 ? shape[0] : shape.length === rank ? shape[1] : undefined) === channels);
  const own = slopes === 1 ? {} : perChannel ? { num_parameters: slopes } : { weight_shape: shape };
  const part = { role: 'weight', value: slope, shape: slopes === 1 || perChannel ? [slopes] : shape };
  return call.addOwning({ type: 'prelu', ...own }, [x], [part]) ?? call.add({ type: 'prelu' }, [x, slope]);
}

/** Softmax-13 and its like; before opset 13 the axes from `axis` on were one slice. */
function sliceWise(type: string): Lowering {
  return (call) => {
    const shape = call.shape(0);
    const rank = shape.length;
    if (rank === 0) return call.add({ type: 'identity' });
    const axis = call.int('axis', call.opset < 13 ? 1 : -1);
    if (call.opset >= 13) return call.add({ type, dim: call.axis(axis, rank) });
    const first = axis === rank ? rank : call.axis(axis, rank);
    const slice = productOf(shape, first);
    const along = shape.findIndex((extent, index) => index >= first && extent === slice);
    if (along >= 0) return call.add({ type, dim: along });
    const flat = call.addPart('flatten', reshapeTo([productOf(shape, 0, first), slice]), [call.input(0)]);
    const result = call.addPart(type, { type, dim: 1 }, [flat]);
    return call.add(reshapeTo(shape), [result]);
  };
}

export const activationLowerings: Lowerings = {
  Celu: activation((call) => ({ type: 'celu', alpha: call.float('alpha', 1) })),
  Elu: activation((call) => ({ type: 'elu', alpha: call.float('alpha', 1) })),
  Gelu: activation((call) => ({ type: 'gelu', ...(call.text('approximate', 'none') === 'tanh' ? { approximate: 'tanh' } : {}) })),
  HardSigmoid: activation((call) => ({ type: 'hardsigmoid', ...lineOf(call) })),
  HardSwish: activation(() => ({ type: 'hardswish' })),
  Hardmax: sliceWise('hardmax'),
  LeakyRelu: activation((call) => ({ type: 'leaky_relu', negative_slope: call.float('alpha', 0.01) })),
  LogSoftmax: sliceWise('log_softmax'),
  Mish: activation(() => ({ type: 'mish' })),
  PRelu: prelu,
  Relu: activation(() => ({ type: 'relu' })),
  Selu: activation(() => ({ type: 'selu' })),
  Shrink: shrink,
  Softmax: sliceWise('softmax'),
  Softplus: activation(() => ({ type: 'softplus' })),
  Softsign: activation(() => ({ type: 'softsign' })),
  Swish: swish,
  ThresholdedRelu: activation((call) => ({ type: 'thresholded_relu', alpha: call.float('alpha', 1) })),
};

/** α and β of ONNX HardSigmoid-22; left out where they are PyTorch's, which costs a division in place of a multiplication. */
function lineOf(call: Call): Posted {
  const [alpha, beta] = [call.float('alpha', 0.2), call.float('beta', 0.5)];
  return isDefault(alpha, 1 / 6) && isDefault(beta, 0.5) ? {} : { alpha, beta };
}
