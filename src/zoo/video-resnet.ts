import type { Network } from './network.ts';

const conv = { type: 'conv3d', out_channels: '$channels', kernel_size: 3, padding: 1, bias: false };

/** R3D: ResNet-18 whose convolutions are 3x3x3, over 16 frames of 112x112. */
export const r3d_18: Network = {
  name: 'r3d_18',
  title: 'R3D-18',
  source:
    'D. Tran, H. Wang, L. Torresani, J. Ray, Y. LeCun, M. Paluri: A Closer Look at Spatiotemporal Convolutions for ' +
    'Action Recognition, CVPR 2018, arXiv:1711.11248. torchvision, models/video/resnet.py.',
  published: { parameters: 33371472, gmacs: 40.697, by: 'torchvision 0.29.1, KINETICS400_V1' },
  document: {
    name: 'r3d_18',
    description: 'R3D-18: an 18-layer residual network of 3-d convolutions, 400 classes.',
    inputs: [{ name: 'video', shape: [3, 16, 112, 112] }],
    blocks: {
      basic: {
        params: { channels: null },
        inputs: ['x'],
        layers: [
          { name: 'conv1.0', ...conv, inputs: ['x'] },
          { name: 'conv1.1', type: 'batch_norm' },
          { name: 'conv1.2', type: 'relu' },
          { name: 'conv2.0', ...conv },
          { name: 'conv2.1', type: 'batch_norm' },
          { name: 'add', type: 'add', inputs: ['conv2.1', 'x'] },
          { name: 'relu', type: 'relu' },
        ],
        outputs: ['relu'],
      },
      basic_downsample: {
        params: { channels: null },
        inputs: ['x'],
        layers: [
          { name: 'conv1.0', ...conv, stride: 2, inputs: ['x'] },
          { name: 'conv1.1', type: 'batch_norm' },
          { name: 'conv1.2', type: 'relu' },
          { name: 'conv2.0', ...conv },
          { name: 'conv2.1', type: 'batch_norm' },
          { name: 'downsample.0', type: 'conv3d', out_channels: '$channels', kernel_size: 1, stride: 2, bias: false, inputs: ['x'] },
          { name: 'downsample.1', type: 'batch_norm' },
          { name: 'add', type: 'add', inputs: ['conv2.1', 'downsample.1'] },
          { name: 'relu', type: 'relu' },
        ],
        outputs: ['relu'],
      },
    },
    layers: [
      { name: 'stem.0', type: 'conv3d', out_channels: 64, kernel_size: [3, 7, 7], stride: [1, 2, 2], padding: [1, 3, 3], bias: false },
      { name: 'stem.1', type: 'batch_norm' },
      { name: 'stem.2', type: 'relu' },
      { name: 'layer1', type: 'block', block: 'basic', repeat: 2, params: { channels: 64 } },
      { name: 'layer2.0', type: 'block', block: 'basic_downsample', params: { channels: 128 } },
      { name: 'layer2.1', type: 'block', block: 'basic', params: { channels: 128 } },
      { name: 'layer3.0', type: 'block', block: 'basic_downsample', params: { channels: 256 } },
      { name: 'layer3.1', type: 'block', block: 'basic', params: { channels: 256 } },
      { name: 'layer4.0', type: 'block', block: 'basic_downsample', params: { channels: 512 } },
      { name: 'layer4.1', type: 'block', block: 'basic', params: { channels: 512 } },
      { name: 'avgpool', type: 'adaptive_avg_pool3d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc', type: 'linear', out_features: 400 },
    ],
  },
};
