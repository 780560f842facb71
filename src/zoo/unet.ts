import type { Network } from './network.ts';

/** Doubles the resolution, joins the skip connection, cropped by `margin` on each side, and convolves twice. */
const up = (name: string, channels: number, margin: number, inputs: readonly [string, string]) => ({
  name,
  type: 'block',
  block: 'up',
  params: {
    channels,
    cropping: [
      [margin, margin],
      [margin, margin],
    ],
  },
  inputs,
});

const down = (name: string, channels: number) => ({ name, type: 'block', block: 'double_conv', params: { channels } });
const pool = (name: string) => ({ name, type: 'max_pool2d', kernel_size: 2 });

/**
 * U-Net as in figure 1 of the paper: convolutions without padding, so that each skip connection is larger than what it joins
 * and is cropped (392 of 568, 200 of 280, 104 of 136, 56 of 64). Levels d0 to d4 lead down, u3 to u0 up, as in the authors' Caffe
 * release, from which the places of the two dropouts come. That release differs from the figure in a relu after
 * each up-convolution and in 128 channels of the last; the figure is followed here.
 */
export const unet: Network = {
  name: 'unet',
  title: 'U-Net',
  source:
    'O. Ronneberger, P. Fischer, T. Brox: U-Net: Convolutional Networks for Biomedical Image Segmentation, MICCAI ' +
    '2015, arXiv:1505.04597, figure 1: one input channel, two classes, no padding, no batch norm.',
  published: {
    parameters: 31030658,
    by:
      'G. Chlebus, Looking under the hood of tensorflow models, gchlebus.github.io, 2018; LabRAI/PyHazards, ' +
      'test_unet_oracle.py (31,031,810, also seen, is the same network with three input channels)',
  },
  document: {
    name: 'unet',
    description: 'U-Net of 2015: 572x572 in, 388x388 out, two classes.',
    inputs: [{ name: 'image', shape: [1, 572, 572] }],
    blocks: {
      double_conv: {
        params: { channels: null },
        inputs: ['x'],
        layers: [
          { name: 'conv1', type: 'conv2d', out_channels: '$channels', kernel_size: 3, inputs: ['x'] },
          { name: 'relu1', type: 'relu' },
          { name: 'conv2', type: 'conv2d', out_channels: '$channels', kernel_size: 3 },
          { name: 'relu2', type: 'relu' },
        ],
        outputs: ['relu2'],
      },
      up: {
        params: { channels: null, cropping: null },
        inputs: ['x', 'skip'],
        layers: [
          { name: 'upconv', type: 'conv_transpose2d', out_channels: '$channels', kernel_size: 2, stride: 2, inputs: ['x'] },
          { name: 'crop', type: 'crop', cropping: '$cropping', inputs: ['skip'] },
          { name: 'concat', type: 'concat', dim: 1, inputs: ['upconv', 'crop'] },
          { name: 'conv1', type: 'conv2d', out_channels: '$channels', kernel_size: 3 },
          { name: 'relu1', type: 'relu' },
          { name: 'conv2', type: 'conv2d', out_channels: '$channels', kernel_size: 3 },
          { name: 'relu2', type: 'relu' },
        ],
        outputs: ['relu2'],
      },
    },
    layers: [
      down('d0', 64),
      pool('pool0'),
      down('d1', 128),
      pool('pool1'),
      down('d2', 256),
      pool('pool2'),
      down('d3', 512),
      { name: 'dropout3', type: 'dropout', p: 0.5 },
      pool('pool3'),
      down('d4', 1024),
      { name: 'dropout4', type: 'dropout', p: 0.5 },
      up('u3', 512, 4, ['dropout4', 'dropout3']),
      up('u2', 256, 16, ['u3', 'd2']),
      up('u1', 128, 40, ['u2', 'd1']),
      up('u0', 64, 88, ['u1', 'd0']),
      { name: 'score', type: 'conv2d', out_channels: 2, kernel_size: 1 },
    ],
  },
};
