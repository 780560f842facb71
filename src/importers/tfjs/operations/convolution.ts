/** Convolutions, poolings and normalisation of feature maps, fused ones included. Filters lie height × width × in × out there. */

import type { Posted } from '../../../architecture/read-layer.ts';
import type { Part } from '../../node-rows.ts';
import type { Value } from '../../value.ts';
import type { Lowering, Operation } from '../operation.ts';

function isChannelsLast(operation: Operation): boolean {
  return !operation.text('data_format', 'NHWC').startsWith('NC');
}

/** Numbers of the two spatial axes in a list of four. */
function spatial(operation: Operation, values: readonly number[]): readonly number[] {
  if (values.length !== 4) return [1, 1];
  return isChannelsLast(operation) ? values.slice(1, 3) : values.slice(2, 4);
}

function layout(operation: Operation): Posted {
  return isChannelsLast(operation) ? {} : { data_format: 'channels_first' };
}

function padding(operation: Operation): Posted {
  const kind = operation.text('padding', 'VALID');
  if (kind === 'SAME') return { padding: 'same' };
  const pads = operation.ints('explicit_paddings');
  if (kind !== 'EXPLICIT' || pads.length !== 8) return {};
  const first = isChannelsLast(operation) ? 2 : 4;
  return {
    padding: [
      [pads[first], pads[first + 1]],
      [pads[first + 2], pads[first + 3]],
    ],
  };
}

function window(operation: Operation): Posted {
  const stride = spatial(operation, operation.ints('strides'));
  const dilation = spatial(operation, operation.ints('dilations'));
  return {
    ...(stride.every((step) => step === 1) ? {} : { stride }),
    ...(dilation.every((step) => step === 1) ? {} : { dilation }),
    ...padding(operation),
    ...layout(operation),
  };
}

const activations: Readonly<Record<string, (operation: Operation) => unknown>> = {
  Relu: () => 'relu',
  Relu6: () => 'relu6',
  Elu: () => 'elu',
  Sigmoid: () => 'sigmoid',
  Tanh: () => 'tanh',
  LeakyRelu: (operation) => ({ type: 'leaky_relu', negative_slope: operation.float('leakyrelu_alpha', 0.2) }),
};

/** What is fused into a product: a bias, and a function as a row of its own. `first` is the input after the filter. */
export function fusedParts(
  operation: Operation,
  channels: number,
  first: number,
): { readonly layer: Posted; readonly bias: readonly Part[]; readonly slope: number | undefined } {
  const fused = operation.texts('fused_ops');
  const biased = fused.includes('BiasAdd');
  const applied = fused.find((name) => !['BiasAdd', 'Prelu', 'NoOp', ''].includes(name));
  const activation = applied === undefined ? undefined : activations[applied]?.(operation);
  if (applied !== undefined && activation === undefined)
    throw operation.refusal('unsupported', `${applied} fused into ${operation.node.op} is not known here`);
  return {
    layer: { ...(biased ? {} : { bias: false }), ...(activation === undefined ? {} : { activation }) },
    bias: biased ? [{ role: 'bias', value: operation.input(first), shape: [channels] }] : [],
    slope: fused.includes('Prelu') ? first + (biased ? 1 : 0) : undefined,
  };
}

/** The row of a product and, where one is fused, that of its learned slope. */
export function addFused(operation: Operation, layer: Posted, parts: readonly Part[], slope: number | undefined): readonly Value[] {
  const name = slope === undefined ? operation.node.name : `${operation.node.name}/product`;
  const [input] = operation.inputs as [Value];
  const product =
    operation.addOwning({ ...layer, name }, [input], parts) ??
    operation.addCustom('its weights are no stored tensors', operation.statedShapes());
  return slope === undefined ? product : addPrelu(operation, product[0] as Value, operation.input(slope));
}

/** A learned slope, one a channel or of any shape. */
export function addPrelu(operation: Operation, input: Value, slope: Value): readonly Value[] {
  const extents = slope.shape ?? [];
  const num_parameters = extents.reduce((product, extent) => product * extent, 1);
  const channels = input.shape?.at(-1);
  if (num_parameters === 1 || num_parameters === channels) {
    const owning = operation.addOwning(
      { type: 'prelu', num_parameters },
      [input],
      [{ role: 'weight', value: slope, shape: [num_parameters] }],
    );
    if (owning !== undefined) return owning;
  }
  return operation.add({ type: 'multiply' }, [input, slope]);
}

function conv2d(operation: Operation): readonly Value[] {
  const [height = 1, width = 1, perGroup = 1, out = 1] = operation.shape(1);
  const channels = operation.shape(0).at(isChannelsLast(operation) ? -1 : 1) ?? 1;
  const groups = channels / perGroup;
  if (!Number.isInteger(groups))
    throw operation.refusal('channel_mismatch', `the filter takes ${perGroup} channels, the input has ${channels}`);
  const { layer, bias, slope } = fusedParts(operation, out, 2);
  const conv = {
    type: 'conv2d',
    out_channels: out,
    kernel_size: [height, width],
    ...window(operation),
    ...(groups === 1 ? {} : { groups }),
    ...layer,
  };
  return addFused(operation, conv, [{ role: 'weight', value: operation.input(1), shape: [out, perGroup, height, width] }, ...bias], slope);
}

function depthwiseConv2d(operation: Operation): readonly Value[] {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = operation.shape(1);
  const out = channels * multiplier;
  const { layer, bias, slope } = fusedParts(operation, out, 2);
  const conv = { type: 'conv2d', out_channels: out, kernel_size: [height, width], groups: channels, ...window(operation), ...layer };
  return addFused(operation, conv, [{ role: 'weight', value: operation.input(1), shape: [out, 1, height, width] }, ...bias], slope);
}

/** Conv2DBackpropInput: sizes, a filter height × width × out × in, and the map. */
function convTranspose2d(operation: Operation): readonly Value[] {
  const [height = 1, width = 1, out = 1, channels = 1] = operation.shape(1);
  const sizes = operation.known(0);
  const output_size = sizes === undefined ? {} : { output_size: spatial(operation, sizes) };
  if (sizes === undefined)
    operation.assume('the output size is in the weight files; taken as the smallest that its stride and padding give');
  const layer = {
    type: 'conv_transpose2d',
    out_channels: out,
    kernel_size: [height, width],
    ...window(operation),
    ...output_size,
    bias: false,
  };
  const parts = [{ role: 'weight', value: operation.input(1), shape: [channels, out, height, width] }];
  return operation.addOwning(layer, [operation.input(2)], parts) ?? operation.addCustom('its filter is no stored tensor');
}

function pool(type: string): Lowering {
  return (operation) => {
    const average = type === 'avg_pool2d' ? { count_include_pad: false } : {};
    const { dilation: _none, ...rest } = window(operation);
    const stride = spatial(operation, operation.ints('strides'));
    return operation.add({ type, kernel_size: spatial(operation, operation.ints('ksize')), ...rest, stride, ...average });
  };
}

/** FusedBatchNorm: scale, offset, mean, variance. */
function batchNorm(operation: Operation): readonly Value[] {
  const channels = operation.shape(0).at(isChannelsLast(operation) ? -1 : 1) ?? 1;
  const parts = ['weight', 'bias', 'running_mean', 'running_var'].map((role, index) => ({
    role,
    value: operation.input(index + 1),
    shape: [channels],
  }));
  return (
    operation.addOwning({ type: 'batch_norm', ...layout(operation) }, [operation.input(0)], parts) ??
    operation.add({ type: 'batch_norm', affine: false, track_running_stats: false, ...layout(operation) })
  );
}

export const convolutionOperations: Readonly<Record<string, Lowering>> = {
  Conv2D: conv2d,
  _FusedConv2D: conv2d,
  DepthwiseConv2dNative: depthwiseConv2d,
  DepthwiseConv2d: depthwiseConv2d,
  FusedDepthwiseConv2dNative: depthwiseConv2d,
  Conv2DBackpropInput: convTranspose2d,
  MaxPool: pool('max_pool2d'),
  AvgPool: pool('avg_pool2d'),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
};
