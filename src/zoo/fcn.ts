import type { Network } from './network.ts';
import { bottleneckBackbone } from './resnet.ts';

const { blocks, layers } = bottleneckBackbone([3, 4, 6, 3], { dilated: true });

/** Classes of the Pascal VOC data set, background included. */
const classes = 21;

/** torchvision's FCNHead: a 3x3 convolution to a quarter of the channels, then class scores. */
export const fcnHead = {
  params: { channels: null },
  inputs: ['x'],
  layers: [
    { name: 'conv', type: 'conv2d', out_channels: '$channels', kernel_size: 3, padding: 1, bias: false, inputs: ['x'] },
    { name: 'bn', type: 'batch_norm' },
    { name: 'relu', type: 'relu' },
    { name: 'dropout', type: 'dropout', p: 0.1 },
    { name: 'score', type: 'conv2d', out_channels: classes, kernel_size: 1 },
  ],
  outputs: ['score'],
};

/** The backbone ends at an eighth of the input's resolution; both heads go back to that of the image. */
export const fcn_resnet50: Network = {
  name: 'fcn_resnet50',
  title: 'FCN ResNet-50',
  source:
    'J. Long, E. Shelhamer, T. Darrell: Fully Convolutional Networks for Semantic Segmentation, CVPR 2015, ' +
    'arXiv:1411.4038. torchvision, models/segmentation/fcn.py: dilated ResNet-50, auxiliary head included and run.',
  published: { parameters: 35322218, gmacs: 152.717, by: 'torchvision 0.29.1, COCO_WITH_VOC_LABELS_V1' },
  document: {
    name: 'fcn_resnet50',
    description: 'FCN on a dilated ResNet-50, 21 classes, with its auxiliary head.',
    inputs: [{ name: 'image', shape: [3, 520, 520] }],
    blocks: { ...blocks, fcn_head: fcnHead },
    layers: [
      ...layers,
      { name: 'classifier', type: 'block', block: 'fcn_head', params: { channels: 512 } },
      { name: 'out', type: 'upsample', mode: 'bilinear', inputs: ['classifier', 'image'] },
      { name: 'aux_classifier', type: 'block', block: 'fcn_head', params: { channels: 256 }, inputs: ['layer3.rest'] },
      { name: 'aux', type: 'upsample', mode: 'bilinear', inputs: ['aux_classifier', 'image'] },
    ],
    outputs: ['out', 'aux'],
  },
};
