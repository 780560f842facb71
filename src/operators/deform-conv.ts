/**
 * Deformable convolution: a convolution whose taps are moved by offsets, which arrive as an input, two for each tap and output cell; a tap between cells is read
 * bilinearly. Multiply-accumulates are those of the convolution. A tap that is read takes 4 multiplications and 3 additions for its value, a mask one more
 * multiplication, and each offset one addition. The bias is one addition an output element.
 * Source: Dai et al., arXiv:1703.06211; Zhu et al., arXiv:1811.11168 (with a mask); torchvision.ops.DeformConv2d; ONNX operator DeformConv, version 22.
 */

import * as z from 'zod';
import { Refusal } from '../issue.ts';
import { promote } from '../tensor/dtype.ts';
import { featureMapOf, shapeOf } from '../tensor/feature-map.ts';
import { elementsOf } from '../tensor/product.ts';
import type { Shape, TensorType } from '../tensor/shape.ts';
import { formatShape, sameShape } from '../tensor/shape.ts';
import { positiveInteger, spread } from './attributes.ts';
import { biasWeight, channelExtent, checkGroups } from './conv.ts';
import { checkChannels, requireRank } from './feature-map-input.ts';
import type { AttributeAlias, LayerContext, Operator } from './operator.ts';
import { count, defineOperator } from './operator.ts';
import {
  dilation,
  kernelSize,
  padding,
  unitStride,
  windowAliases,
  windowExtentFormulas,
  windowExtentRule,
  windowExtents,
  windowOf,
} from './window-attributes.ts';

const hasBias = (a: { readonly bias: boolean }): boolean => a.bias;

/** Taps that are read: k·k of each input channel and output cell. */
const read = 'k0·k1·c_in·h·w·n';

const deformConv = defineOperator({
  type: 'deform_conv2d',
  family: 'deform_conv',
  summary:
    'Convolution over 2 spatial axes with taps moved by offsets, the second input, and weighted by a mask, the third, if there is one.',
  source: 'torchvision.ops.DeformConv2d; ONNX DeformConv-22; arXiv:1703.06211, arXiv:1811.11168',
  aliases: ['DeformConv2d', 'DeformConv'],
  attributes: {
    in_channels: positiveInteger.optional().describe('Channels of the input; inferred, and checked where given.'),
    out_channels: positiveInteger.describe('Channels of the output, which is the number of filters.'),
    kernel_size: kernelSize(2),
    stride: unitStride(2),
    padding: padding(2),
    dilation: dilation(2),
    groups: positiveInteger.default(1).describe('Groups of channels that are convolved apart; divides in and out channels.'),
    offset_groups: positiveInteger.default(1).describe('Groups of input channels whose taps move alike; divides in channels.'),
    bias: z.boolean().default(true).describe('Adds one learned number per output channel.'),
  },
  attributeAliases: {
    kernel_shape: 'kernel_size',
    strides: 'stride',
    dilations: 'dilation',
    pads: windowAliases.pads as AttributeAlias,
    group: 'groups',
    offset_group: 'offset_groups',
  },
  inputs: { min: 2, max: 3, names: ['input', 'offset', 'mask'] },
  featureMap: 2,
  textbook: true,
  infer(a, inputs, layer) {
    const input = inputs[0] as TensorType;
    requireRank(input, 2, layer);
    const map = featureMapOf(input.shape);
    checkChannels('in_channels', a.in_channels, map.channels, layer);
    checkGroups(a.groups, map.channels, a.out_channels, layer);
    if (map.channels % a.offset_groups !== 0)
      throw new Refusal(
        ['offset_groups'],
        'groups_do_not_divide',
        `offset_groups ${a.offset_groups} does not divide the ${map.channels} input channels from ${layer.producer(0)}`,
      );
    const spatial = windowExtents(windowOf(a, map.spatial), map.spatial);
    const [k0 = 1, k1 = 1] = spread(a.kernel_size, 2);
    const taps = a.offset_groups * k0 * k1;
    checkTaps('offset', [map.batch, 2 * taps, ...spatial], inputs, 1, layer);
    if (inputs.length > 2) checkTaps('mask', [map.batch, taps, ...spatial], inputs, 2, layer);
    return [{ shape: shapeOf({ batch: map.batch, channels: a.out_channels, spatial }), dtype: promote(input.dtype, layer.weightDtype) }];
  },
  weights(a, inputs) {
    const channels = (inputs[0] as TensorType).shape[1] ?? 1;
    const weight = {
      name: 'weight',
      shape: [a.out_channels, channels / a.groups, ...spread(a.kernel_size, 2)],
      kind: 'parameter' as const,
    };
    return a.bias ? [weight, biasWeight(a.out_channels)] : [weight];
  },
  parameters: [{ text: 'k0·k1·{c_in/g}·c_out' }, { text: 'c_out', bias: true, when: 'bias', applies: hasBias }],
  symbols(a, inputs, outputs) {
    const [n = 1, c_out = 1, h = 1, w = 1] = (outputs[0] as TensorType).shape;
    const [k0 = 1, k1 = 1] = spread(a.kernel_size, 2);
    const c_in = (inputs[0] as TensorType).shape[1] ?? 1;
    const offsets = elementsOf((inputs[1] as TensorType).shape);
    return { k0, k1, 'c_in/g': c_in / a.groups, c_in, c_out, h, w, n, offsets, masks: inputs.length > 2 ? 1 : 0 };
  },
  counts: [
    count('mac', 'k0·k1·{c_in/g}·c_out·h·w·n'),
    count('mul', `(4 + masks)·${read}`),
    count('add', `3·${read} + offsets + c_out·h·w·n`, 'bias', hasBias),
    count('add', `3·${read} + offsets`),
  ],
  shape: `[n, c_out, spatial]; ${windowExtentRule}`,
  extents(a, inputs, outputs) {
    const spatial = (inputs[0] as TensorType).shape.slice(2);
    return [
      channelExtent(a.out_channels),
      ...windowExtentFormulas(windowOf(a, spatial), a.padding, spatial, (outputs[0] as TensorType).shape.slice(2)),
    ];
  },
  examples: [
    // 9·3·8 weights and 8 biases; 27 products for each of 8·6·6 outputs; 27·36 = 972 taps read; 18·36 = 648 offsets.
    {
      layer: { type: 'deform_conv2d', out_channels: 8, kernel_size: 3 },
      inputs: [{ shape: [1, 3, 8, 8] }, { shape: [1, 18, 6, 6] }],
      outputs: [[1, 8, 6, 6]],
      parameters: 224,
      operations: { mac: 7776, mul: 3888, add: 3852 },
    },
  ],
});

function checkTaps(what: string, wanted: Shape, inputs: readonly TensorType[], index: number, layer: LayerContext): void {
  const { shape } = inputs[index] as TensorType;
  if (sameShape(shape, wanted)) return;
  throw new Refusal(
    ['inputs', index],
    'shape_mismatch',
    `the ${what} must be ${formatShape(wanted)} (batch × ${what === 'mask' ? '' : '2·'}offset_groups·k·k × output cells), but ${layer.producer(index)} gives ${formatShape(shape)}`,
  );
}

export const deformConvOperators: readonly Operator[] = [deformConv];
