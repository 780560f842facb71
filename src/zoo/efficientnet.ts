import type { Network } from './network.ts';

const conv = {
  name: 'conv',
  type: 'conv2d',
  out_channels: '$out_channels',
  kernel_size: '$kernel_size',
  stride: '$stride',
  padding: '$padding',
  groups: '$groups',
  bias: false,
};

const window = { kernel_size: 1, stride: 1, padding: 0, groups: 1 };

const expand = { name: 'expand', type: 'block', block: 'conv_norm_silu', params: { out_channels: '$expanded' } };

const depthwise = {
  name: 'depthwise',
  type: 'block',
  block: 'conv_norm_silu',
  params: { out_channels: '$expanded', kernel_size: '$kernel_size', stride: '$stride', padding: '$padding', groups: '$expanded' },
};

const squeezeAndProject = [
  { name: 'se', type: 'block', block: 'squeeze_excitation', params: { channels: '$expanded', squeeze_channels: '$squeeze_channels' } },
  { name: 'project', type: 'block', block: 'conv_norm', params: { out_channels: '$out_channels' } },
];

const mbconvParams = { expanded: null, squeeze_channels: null, out_channels: null, kernel_size: 3, padding: 1, stride: 1 };

export const efficientnet_b0: Network = {
  name: 'efficientnet_b0',
  title: 'EfficientNet-B0',
  source:
    'M. Tan, Q. Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019, ' +
    'arXiv:1905.11946. torchvision, models/efficientnet.py.',
  published: { parameters: 5288548, gmacs: 0.386, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'efficientnet_b0',
    description:
      'EfficientNet-B0: mobile inverted bottlenecks with squeeze-and-excitation; stochastic depth, the identity at inference, is left out.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      conv_norm: {
        params: { out_channels: null, ...window },
        inputs: ['x'],
        layers: [conv, { name: 'norm', type: 'batch_norm' }],
        outputs: ['norm'],
      },
      conv_norm_silu: {
        params: { out_channels: null, ...window },
        inputs: ['x'],
        layers: [conv, { name: 'norm', type: 'batch_norm' }, { name: 'silu', type: 'silu' }],
        outputs: ['silu'],
      },
      squeeze_excitation: {
        params: { channels: null, squeeze_channels: null },
        inputs: ['x'],
        layers: [
          { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
          { name: 'fc1', type: 'conv2d', out_channels: '$squeeze_channels', kernel_size: 1 },
          { name: 'activation', type: 'silu' },
          { name: 'fc2', type: 'conv2d', out_channels: '$channels', kernel_size: 1 },
          { name: 'scale_activation', type: 'sigmoid' },
          { name: 'multiply', type: 'multiply', inputs: ['scale_activation', 'x'] },
        ],
        outputs: ['multiply'],
      },
      mbconv1: {
        description: 'Expansion 1: nothing to widen.',
        params: mbconvParams,
        inputs: ['x'],
        layers: [depthwise, ...squeezeAndProject],
        outputs: ['project'],
      },
      mbconv: {
        params: mbconvParams,
        inputs: ['x'],
        layers: [expand, depthwise, ...squeezeAndProject],
        outputs: ['project'],
      },
      residual_mbconv: {
        params: mbconvParams,
        inputs: ['x'],
        layers: [expand, depthwise, ...squeezeAndProject, { name: 'add', type: 'add', inputs: ['project', 'x'] }],
        outputs: ['add'],
      },
    },
    layers: [
      { name: 'stem', type: 'block', block: 'conv_norm_silu', params: { out_channels: 32, kernel_size: 3, stride: 2, padding: 1 } },
      ...stage(1, 1, 3, 1, 32, 16, 1),
      ...stage(2, 6, 3, 2, 16, 24, 2),
      ...stage(3, 6, 5, 2, 24, 40, 2),
      ...stage(4, 6, 3, 2, 40, 80, 3),
      ...stage(5, 6, 5, 1, 80, 112, 3),
      ...stage(6, 6, 5, 2, 112, 192, 4),
      ...stage(7, 6, 3, 1, 192, 320, 1),
      { name: 'head', type: 'block', block: 'conv_norm_silu', params: { out_channels: 1280 } },
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'dropout', type: 'dropout', p: 0.2 },
      { name: 'classifier', type: 'linear', out_features: 1000 },
    ],
    outputs: ['classifier'],
  },
};

// The squeeze is a quarter of what comes into the block, not of the expanded width.
function stage(index: number, expansion: number, kernel: number, stride: number, input: number, output: number, repeats: number) {
  const kernelParams = { kernel_size: kernel, padding: (kernel - 1) / 2 };
  const first = {
    name: repeats > 1 ? `stage${index}_first` : `stage${index}`,
    type: 'block',
    block: expansion === 1 ? 'mbconv1' : 'mbconv',
    params: { expanded: input * expansion, squeeze_channels: Math.floor(input / 4), out_channels: output, ...kernelParams, stride },
  };
  const rest = {
    name: `stage${index}_rest`,
    type: 'block',
    block: 'residual_mbconv',
    repeat: repeats - 1,
    params: { expanded: output * expansion, squeeze_channels: Math.floor(output / 4), out_channels: output, ...kernelParams },
  };
  return repeats > 1 ? [first, rest] : [first];
}
