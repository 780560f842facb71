import type { Network } from './network.ts';

// A bottleneck widens to `hidden` channels, filters each of them on its own, and projects back down without an activation.
// Only one that keeps stride and width has the shortcut. Kernels are 3x3 throughout, so padding 1 is half the kernel.
const bottleneck = [
  { name: 'expand', type: 'block', block: 'conv_norm_relu6', params: { out_channels: '$hidden' } },
  {
    name: 'depthwise',
    type: 'block',
    block: 'conv_norm_relu6',
    params: { out_channels: '$hidden', kernel_size: 3, stride: '$stride', padding: 1, groups: '$hidden' },
  },
  { name: 'project', type: 'conv2d', out_channels: '$out_channels', kernel_size: 1, bias: false },
  { name: 'project_norm', type: 'batch_norm' },
];

export const mobilenet_v2: Network = {
  name: 'mobilenet_v2',
  title: 'MobileNetV2',
  source:
    'M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks, ' +
    'CVPR 2018, arXiv:1801.04381. torchvision, models/mobilenetv2.py.',
  published: { parameters: 3504872, gmacs: 0.301, by: 'torchvision 0.29.1, IMAGENET1K_V2' },
  document: {
    name: 'mobilenet_v2',
    description: 'MobileNetV2, width 1.0: inverted residuals with linear bottlenecks.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      conv_norm_relu6: {
        params: { out_channels: null, kernel_size: 1, stride: 1, padding: 0, groups: 1 },
        inputs: ['x'],
        layers: [
          {
            name: 'conv',
            type: 'conv2d',
            out_channels: '$out_channels',
            kernel_size: '$kernel_size',
            stride: '$stride',
            padding: '$padding',
            groups: '$groups',
            bias: false,
          },
          { name: 'norm', type: 'batch_norm' },
          { name: 'relu6', type: 'relu6' },
        ],
        outputs: ['relu6'],
      },
      bottleneck: {
        params: { hidden: null, out_channels: null, stride: 1 },
        inputs: ['x'],
        layers: bottleneck,
        outputs: ['project_norm'],
      },
      residual_bottleneck: {
        params: { hidden: null, out_channels: null, stride: 1 },
        inputs: ['x'],
        layers: [...bottleneck, { name: 'add', type: 'add', inputs: ['x', 'project_norm'] }],
        outputs: ['add'],
      },
    },
    layers: [
      { name: 'stem', type: 'block', block: 'conv_norm_relu6', params: { out_channels: 32, kernel_size: 3, stride: 2, padding: 1 } },
      // The first bottleneck has expansion 1: nothing to widen.
      {
        name: 'stage1_depthwise',
        type: 'block',
        block: 'conv_norm_relu6',
        params: { out_channels: 32, kernel_size: 3, padding: 1, groups: 32 },
      },
      { name: 'stage1_project', type: 'conv2d', out_channels: 16, kernel_size: 1, bias: false },
      { name: 'stage1_project_norm', type: 'batch_norm' },
      ...stage(2, 6, 16, 24, 2, 2),
      ...stage(3, 6, 24, 32, 3, 2),
      ...stage(4, 6, 32, 64, 4, 2),
      ...stage(5, 6, 64, 96, 3, 1),
      ...stage(6, 6, 96, 160, 3, 2),
      ...stage(7, 6, 160, 320, 1, 1),
      { name: 'head', type: 'block', block: 'conv_norm_relu6', params: { out_channels: 1280 } },
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'dropout', type: 'dropout', p: 0.2 },
      { name: 'classifier', type: 'linear', out_features: 1000 },
    ],
    outputs: ['classifier'],
  },
};

function stage(index: number, expansion: number, input: number, output: number, repeats: number, stride: number) {
  const first = {
    name: repeats > 1 ? `stage${index}_first` : `stage${index}`,
    type: 'block',
    block: 'bottleneck',
    params: { hidden: input * expansion, out_channels: output, stride },
  };
  const rest = {
    name: `stage${index}_rest`,
    type: 'block',
    block: 'residual_bottleneck',
    repeat: repeats - 1,
    params: { hidden: output * expansion, out_channels: output },
  };
  return repeats > 1 ? [first, rest] : [first];
}
