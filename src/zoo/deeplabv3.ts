import { fcnHead } from './fcn.ts';
import type { Network } from './network.ts';
import { bottleneckBackbone } from './resnet.ts';

const { blocks, layers } = bottleneckBackbone([3, 4, 6, 3], { dilated: true });

const features = ['layer4.rest'];

const atrous = (name: string, rate: number) => ({
  name,
  type: 'block',
  block: 'conv_bn_relu',
  params: { kernel_size: 3, padding: rate, dilation: rate },
  inputs: features,
});

/**
 * DeepLabv3: atrous spatial pyramid pooling, five branches side by side, on a backbone that ends at an eighth of the
 * input's resolution. The pooled branch is one cell, stretched over the map with a bilinear filter.
 */
export const deeplabv3_resnet50: Network = {
  name: 'deeplabv3_resnet50',
  title: 'DeepLabv3 ResNet-50',
  source:
    'L.-C. Chen, G. Papandreou, F. Schroff, H. Adam: Rethinking Atrous Convolution for Semantic Image Segmentation, ' +
    '2017, arXiv:1706.05587. torchvision, models/segmentation/deeplabv3.py: dilated ResNet-50, auxiliary head ' +
    'included and run.',
  published: { parameters: 42004074, gmacs: 178.722, by: 'torchvision 0.29.1, COCO_WITH_VOC_LABELS_V1' },
  document: {
    name: 'deeplabv3_resnet50',
    description: 'DeepLabv3 on a dilated ResNet-50, 21 classes, with its auxiliary head.',
    inputs: [{ name: 'image', shape: [3, 520, 520] }],
    blocks: {
      ...blocks,
      fcn_head: fcnHead,
      conv_bn_relu: {
        params: { kernel_size: 1, padding: 0, dilation: 1 },
        inputs: ['x'],
        layers: [
          {
            name: 'conv',
            type: 'conv2d',
            out_channels: 256,
            kernel_size: '$kernel_size',
            padding: '$padding',
            dilation: '$dilation',
            bias: false,
            inputs: ['x'],
          },
          { name: 'bn', type: 'batch_norm' },
          { name: 'relu', type: 'relu' },
        ],
        outputs: ['relu'],
      },
    },
    layers: [
      ...layers,
      { name: 'aspp.0', type: 'block', block: 'conv_bn_relu', inputs: features },
      atrous('aspp.1', 12),
      atrous('aspp.2', 24),
      atrous('aspp.3', 36),
      { name: 'aspp.4.pool', type: 'adaptive_avg_pool2d', output_size: 1, inputs: features },
      { name: 'aspp.4', type: 'block', block: 'conv_bn_relu' },
      { name: 'aspp.4.upsample', type: 'upsample', mode: 'bilinear', inputs: ['aspp.4', 'aspp.0'] },
      { name: 'aspp.concat', type: 'concat', dim: 1, inputs: ['aspp.0', 'aspp.1', 'aspp.2', 'aspp.3', 'aspp.4.upsample'] },
      { name: 'aspp.project', type: 'block', block: 'conv_bn_relu' },
      { name: 'aspp.dropout', type: 'dropout', p: 0.5 },
      { name: 'classifier', type: 'block', block: 'conv_bn_relu', params: { kernel_size: 3, padding: 1 } },
      { name: 'classifier.score', type: 'conv2d', out_channels: 21, kernel_size: 1 },
      { name: 'out', type: 'upsample', mode: 'bilinear', inputs: ['classifier.score', 'image'] },
      { name: 'aux_classifier', type: 'block', block: 'fcn_head', params: { channels: 256 }, inputs: ['layer3.rest'] },
      { name: 'aux', type: 'upsample', mode: 'bilinear', inputs: ['aux_classifier', 'image'] },
    ],
    outputs: ['out', 'aux'],
  },
};
