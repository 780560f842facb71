import type { Network } from './network.ts';

// torchvision's momentum: TensorFlow's 0.9997 counted from the other end.
const norm = { type: 'batch_norm', momentum: 0.0003 };

const inverted = [
  { name: 'expand', type: 'conv2d', out_channels: '$hidden', kernel_size: 1, bias: false },
  { name: 'expand_norm', ...norm },
  { name: 'expand_relu', type: 'relu' },
  {
    name: 'depthwise',
    type: 'conv2d',
    out_channels: '$hidden',
    kernel_size: '$kernel_size',
    stride: '$stride',
    padding: '$padding',
    groups: '$hidden',
    bias: false,
  },
  { name: 'depthwise_norm', ...norm },
  { name: 'depthwise_relu', type: 'relu' },
  { name: 'project', type: 'conv2d', out_channels: '$out_channels', kernel_size: 1, bias: false },
  { name: 'project_norm', ...norm },
];

export const mnasnet1_0: Network = {
  name: 'mnasnet1_0',
  title: 'MnasNet 1.0',
  source:
    'M. Tan, B. Chen, R. Pang, V. Vasudevan, M. Sandler, A. Howard, Q. Le: MnasNet: Platform-Aware Neural Architecture ' +
    'Search for Mobile, CVPR 2019, arXiv:1807.11626. torchvision, models/mnasnet.py (the B1 variant: no squeeze-and-excitation).',
  published: { parameters: 4383312, gmacs: 0.314, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'mnasnet1_0',
    description: 'MnasNet-B1, depth multiplier 1.0: stacks of inverted residuals found by search.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      inverted_bottleneck: {
        params: { hidden: null, out_channels: null, kernel_size: 3, padding: 1, stride: 1 },
        inputs: ['x'],
        layers: inverted,
        outputs: ['project_norm'],
      },
      inverted_residual: {
        params: { hidden: null, out_channels: null, kernel_size: 3, padding: 1, stride: 1 },
        inputs: ['x'],
        layers: [...inverted, { name: 'add', type: 'add', inputs: ['project_norm', 'x'] }],
        outputs: ['add'],
      },
    },
    layers: [
      { name: 'stem', type: 'conv2d', out_channels: 32, kernel_size: 3, stride: 2, padding: 1, bias: false },
      { name: 'stem_norm', ...norm },
      { name: 'stem_relu', type: 'relu' },
      { name: 'separable_depthwise', type: 'conv2d', out_channels: 32, kernel_size: 3, padding: 1, groups: 32, bias: false },
      { name: 'separable_depthwise_norm', ...norm },
      { name: 'separable_depthwise_relu', type: 'relu' },
      { name: 'separable_project', type: 'conv2d', out_channels: 16, kernel_size: 1, bias: false },
      { name: 'separable_project_norm', ...norm },
      ...stack(1, 16, 24, 3, 2, 3, 3),
      ...stack(2, 24, 40, 5, 2, 3, 3),
      ...stack(3, 40, 80, 5, 2, 6, 3),
      ...stack(4, 80, 96, 3, 1, 6, 2),
      ...stack(5, 96, 192, 5, 2, 6, 4),
      ...stack(6, 192, 320, 3, 1, 6, 1),
      { name: 'head', type: 'conv2d', out_channels: 1280, kernel_size: 1, bias: false },
      { name: 'head_norm', ...norm },
      { name: 'head_relu', type: 'relu' },
      { name: 'globalpool', type: 'mean', dim: [2, 3] },
      { name: 'dropout', type: 'dropout', p: 0.2 },
      { name: 'classifier', type: 'linear', out_features: 1000 },
    ],
    outputs: ['classifier'],
  },
};

function stack(index: number, input: number, output: number, kernel: number, stride: number, expansion: number, repeats: number) {
  const window = { kernel_size: kernel, padding: (kernel - 1) / 2 };
  const first = {
    name: repeats > 1 ? `stack${index}_first` : `stack${index}`,
    type: 'block',
    block: 'inverted_bottleneck',
    params: { hidden: input * expansion, out_channels: output, ...window, stride },
  };
  const rest = {
    name: `stack${index}_rest`,
    type: 'block',
    block: 'inverted_residual',
    repeat: repeats - 1,
    params: { hidden: output * expansion, out_channels: output, ...window },
  };
  return repeats > 1 ? [first, rest] : [first];
}
