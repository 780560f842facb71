import type { Network } from './network.ts';

export const shufflenet_v2_x1_0: Network = {
  name: 'shufflenet_v2_x1_0',
  title: 'ShuffleNetV2 x1.0',
  source:
    'N. Ma, X. Zhang, H.-T. Zheng, J. Sun: ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, ' +
    'ECCV 2018, arXiv:1807.11164. torchvision, models/shufflenetv2.py.',
  published: { parameters: 2278604, gmacs: 0.145, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'shufflenet_v2_x1_0',
    description: 'ShuffleNetV2, width 1.0: channel split, depthwise convolutions, channel shuffle.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      basic_unit: {
        params: { branch_features: null, stride: 1 },
        inputs: ['x'],
        layers: [{ name: 'split', type: 'split', split_size: '$branch_features', dim: 1 }, ...branch2('split:1'), ...joined('split:0')],
        outputs: ['channel_shuffle'],
      },
      downsampling_unit: {
        params: { in_channels: null, branch_features: null, stride: 2 },
        inputs: ['x'],
        layers: [
          {
            name: 'branch1_depthwise',
            type: 'conv2d',
            out_channels: '$in_channels',
            kernel_size: 3,
            stride: '$stride',
            padding: 1,
            groups: '$in_channels',
            bias: false,
            inputs: ['x'],
          },
          { name: 'branch1_depthwise_norm', type: 'batch_norm' },
          { name: 'branch1_pointwise', type: 'conv2d', out_channels: '$branch_features', kernel_size: 1, bias: false },
          { name: 'branch1_pointwise_norm', type: 'batch_norm' },
          { name: 'branch1_pointwise_relu', type: 'relu' },
          ...branch2('x'),
          ...joined('branch1_pointwise_relu'),
        ],
        outputs: ['channel_shuffle'],
      },
    },
    layers: [
      { name: 'conv1', type: 'conv2d', out_channels: 24, kernel_size: 3, stride: 2, padding: 1, bias: false },
      { name: 'conv1_norm', type: 'batch_norm' },
      { name: 'conv1_relu', type: 'relu' },
      { name: 'maxpool', type: 'max_pool2d', kernel_size: 3, stride: 2, padding: 1 },
      ...stage(2, 24, 116, 4),
      ...stage(3, 116, 232, 8),
      ...stage(4, 232, 464, 4),
      { name: 'conv5', type: 'conv2d', out_channels: 1024, kernel_size: 1, bias: false },
      { name: 'conv5_norm', type: 'batch_norm' },
      { name: 'conv5_relu', type: 'relu' },
      { name: 'globalpool', type: 'mean', dim: [2, 3] },
      { name: 'fc', type: 'linear', out_features: 1000 },
    ],
    outputs: ['fc'],
  },
};

// The main branch of both units: pointwise, depthwise, pointwise, to half of the unit's channels.
// Which tensor it reads differs: a unit of stride 1 gives it one half of its input, a unit of stride 2 all of it.
function branch2(input: string) {
  return [
    { name: 'branch2_pointwise1', type: 'conv2d', out_channels: '$branch_features', kernel_size: 1, bias: false, inputs: [input] },
    { name: 'branch2_pointwise1_norm', type: 'batch_norm' },
    { name: 'branch2_pointwise1_relu', type: 'relu' },
    {
      name: 'branch2_depthwise',
      type: 'conv2d',
      out_channels: '$branch_features',
      kernel_size: 3,
      stride: '$stride',
      padding: 1,
      groups: '$branch_features',
      bias: false,
    },
    { name: 'branch2_depthwise_norm', type: 'batch_norm' },
    { name: 'branch2_pointwise2', type: 'conv2d', out_channels: '$branch_features', kernel_size: 1, bias: false },
    { name: 'branch2_pointwise2_norm', type: 'batch_norm' },
    { name: 'branch2_pointwise2_relu', type: 'relu' },
  ];
}

function joined(branch1: string) {
  return [
    { name: 'concat', type: 'concat', dim: 1, inputs: [branch1, 'branch2_pointwise2_relu'] },
    { name: 'channel_shuffle', type: 'channel_shuffle', groups: 2 },
  ];
}

function stage(index: number, input: number, output: number, repeats: number) {
  return [
    { name: `stage${index}_first`, type: 'block', block: 'downsampling_unit', params: { in_channels: input, branch_features: output / 2 } },
    { name: `stage${index}_rest`, type: 'block', block: 'basic_unit', repeat: repeats - 1, params: { branch_features: output / 2 } },
  ];
}
