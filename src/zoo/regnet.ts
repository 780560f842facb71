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

// f of the residual block x + f(x); both kinds of block call it.
const transform = {
  name: 'f',
  type: 'block',
  block: 'bottleneck_transform',
  inputs: ['x'],
  params: { width: '$width', stride: '$stride', groups: '$groups', squeeze_channels: '$squeeze_channels' },
};

export const regnet_y_400mf: Network = {
  name: 'regnet_y_400mf',
  title: 'RegNetY-400MF',
  source:
    'I. Radosavovic, R. Kosaraju, R. Girshick, K. He, P. Dollár: Designing Network Design Spaces, CVPR 2020, ' +
    'arXiv:2003.13678. torchvision, models/regnet.py.',
  published: { parameters: 4344144, gmacs: 0.402, by: 'torchvision 0.29.1, IMAGENET1K_V2' },
  document: {
    name: 'regnet_y_400mf',
    description: 'RegNetY-400MF (depth 16, w_0 48, w_a 27.89, w_m 2.09, group width 8): residual bottlenecks with squeeze-and-excitation.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      conv_norm: {
        params: { out_channels: null, ...window },
        inputs: ['x'],
        layers: [conv, { name: 'norm', type: 'batch_norm' }],
        outputs: ['norm'],
      },
      conv_norm_relu: {
        params: { out_channels: null, ...window },
        inputs: ['x'],
        layers: [conv, { name: 'norm', type: 'batch_norm' }, { name: 'relu', type: 'relu' }],
        outputs: ['relu'],
      },
      squeeze_excitation: {
        params: { channels: null, squeeze_channels: null },
        inputs: ['x'],
        layers: [
          { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
          { name: 'fc1', type: 'conv2d', out_channels: '$squeeze_channels', kernel_size: 1 },
          { name: 'activation', type: 'relu' },
          { name: 'fc2', type: 'conv2d', out_channels: '$channels', kernel_size: 1 },
          { name: 'scale_activation', type: 'sigmoid' },
          { name: 'multiply', type: 'multiply', inputs: ['scale_activation', 'x'] },
        ],
        outputs: ['multiply'],
      },
      bottleneck_transform: {
        params: { width: null, stride: null, groups: null, squeeze_channels: null },
        inputs: ['x'],
        layers: [
          { name: 'a', type: 'block', block: 'conv_norm_relu', params: { out_channels: '$width' } },
          {
            name: 'b',
            type: 'block',
            block: 'conv_norm_relu',
            params: { out_channels: '$width', kernel_size: 3, stride: '$stride', padding: 1, groups: '$groups' },
          },
          { name: 'se', type: 'block', block: 'squeeze_excitation', params: { channels: '$width', squeeze_channels: '$squeeze_channels' } },
          { name: 'c', type: 'block', block: 'conv_norm', params: { out_channels: '$width' } },
        ],
        outputs: ['c'],
      },
      projected_res_bottleneck: {
        params: { width: null, stride: null, groups: null, squeeze_channels: null },
        inputs: ['x'],
        layers: [
          { name: 'proj', type: 'block', block: 'conv_norm', params: { out_channels: '$width', stride: '$stride' } },
          transform,
          { name: 'add', type: 'add', inputs: ['proj', 'f'] },
          { name: 'activation', type: 'relu' },
        ],
        outputs: ['activation'],
      },
      res_bottleneck: {
        params: { width: null, stride: 1, groups: null, squeeze_channels: null },
        inputs: ['x'],
        layers: [transform, { name: 'add', type: 'add', inputs: ['x', 'f'] }, { name: 'activation', type: 'relu' }],
        outputs: ['activation'],
      },
    },
    layers: [
      { name: 'stem', type: 'block', block: 'conv_norm_relu', params: { out_channels: 32, kernel_size: 3, stride: 2, padding: 1 } },
      ...stage(1, 32, 48, 1),
      ...stage(2, 48, 104, 3),
      ...stage(3, 104, 208, 6),
      ...stage(4, 208, 440, 6),
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc', type: 'linear', out_features: 1000 },
    ],
    outputs: ['fc'],
  },
};

// A group is 8 channels wide; the squeeze is a quarter of what comes into the block.
function stage(index: number, input: number, width: number, repeats: number) {
  const first = {
    name: repeats > 1 ? `block${index}_first` : `block${index}`,
    type: 'block',
    block: 'projected_res_bottleneck',
    params: { width, stride: 2, groups: width / 8, squeeze_channels: input / 4 },
  };
  const rest = {
    name: `block${index}_rest`,
    type: 'block',
    block: 'res_bottleneck',
    repeat: repeats - 1,
    params: { width, groups: width / 8, squeeze_channels: width / 4 },
  };
  return repeats > 1 ? [first, rest] : [first];
}
