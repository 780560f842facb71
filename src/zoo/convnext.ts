import type { Network } from './network.ts';

export const convnext_tiny: Network = {
  name: 'convnext_tiny',
  title: 'ConvNeXt-Tiny',
  source:
    'Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie: A ConvNet for the 2020s, CVPR 2022, ' +
    'arXiv:2201.03545. torchvision, models/convnext.py.',
  published: { parameters: 28589128, gmacs: 4.456, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'convnext_tiny',
    description:
      'ConvNeXt-Tiny: 7x7 depthwise convolution, layer norm and a pointwise MLP; stochastic depth, the identity at inference, is left out.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      layer_norm2d: {
        description: 'Layer norm over the channels of a feature map.',
        params: { channels: null },
        inputs: ['x'],
        layers: [
          { name: 'to_channels_last', type: 'permute', dims: [0, 2, 3, 1] },
          { name: 'norm', type: 'layer_norm', normalized_shape: ['$channels'], eps: 0.000001 },
          { name: 'to_channels_first', type: 'permute', dims: [0, 3, 1, 2] },
        ],
        outputs: ['to_channels_first'],
      },
      cn_block: {
        params: { channels: null, hidden: null },
        inputs: ['x'],
        layers: [
          { name: 'depthwise', type: 'conv2d', out_channels: '$channels', kernel_size: 7, padding: 3, groups: '$channels' },
          { name: 'to_channels_last', type: 'permute', dims: [0, 2, 3, 1] },
          { name: 'norm', type: 'layer_norm', normalized_shape: ['$channels'], eps: 0.000001 },
          { name: 'expand', type: 'linear', out_features: '$hidden' },
          { name: 'gelu', type: 'gelu' },
          { name: 'project', type: 'linear', out_features: '$channels' },
          { name: 'to_channels_first', type: 'permute', dims: [0, 3, 1, 2] },
          { name: 'layer_scale', type: 'parameter', shape: ['$channels', 1, 1] },
          { name: 'scale', type: 'multiply', inputs: ['layer_scale', 'to_channels_first'] },
          { name: 'add', type: 'add', inputs: ['scale', 'x'] },
        ],
        outputs: ['add'],
      },
      downsample: {
        params: { channels: null, out_channels: null },
        inputs: ['x'],
        layers: [
          { name: 'norm', type: 'block', block: 'layer_norm2d', params: { channels: '$channels' } },
          { name: 'conv', type: 'conv2d', out_channels: '$out_channels', kernel_size: 2, stride: 2 },
        ],
        outputs: ['conv'],
      },
    },
    layers: [
      { name: 'stem', type: 'conv2d', out_channels: 96, kernel_size: 4, stride: 4 },
      { name: 'stem_norm', type: 'block', block: 'layer_norm2d', params: { channels: 96 } },
      stage(1, 96, 3),
      downsample(1, 96, 192),
      stage(2, 192, 3),
      downsample(2, 192, 384),
      stage(3, 384, 9),
      downsample(3, 384, 768),
      stage(4, 768, 3),
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'classifier_norm', type: 'block', block: 'layer_norm2d', params: { channels: 768 } },
      { name: 'flatten', type: 'flatten' },
      { name: 'classifier', type: 'linear', out_features: 1000 },
    ],
    outputs: ['classifier'],
  },
};

function stage(index: number, channels: number, repeats: number) {
  return { name: `stage${index}`, type: 'block', block: 'cn_block', repeat: repeats, params: { channels, hidden: 4 * channels } };
}

function downsample(index: number, channels: number, out_channels: number) {
  return { name: `downsample${index}`, type: 'block', block: 'downsample', params: { channels, out_channels } };
}
