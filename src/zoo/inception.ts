import type { Network } from './network.ts';

const conv = (name: string, params: object, inputs?: readonly string[]) => ({
  name,
  type: 'block',
  block: 'basic_conv2d',
  params,
  ...(inputs ? { inputs } : {}),
});

const concat = (inputs: readonly string[], name = 'concat') => ({ name, type: 'concat', dim: 1, inputs });

const avgPool = { name: 'pool', type: 'avg_pool2d', kernel_size: 3, stride: 1, padding: 1, inputs: ['x'] };
const maxPool = { name: 'pool', type: 'max_pool2d', kernel_size: 3, stride: 2, inputs: ['x'] };

/** A convolution along one axis keeps the extent of both. */
const rowOf = (taps: number) => ({ kernel_size: [1, taps], padding: [0, (taps - 1) / 2] });
const columnOf = (taps: number) => ({ kernel_size: [taps, 1], padding: [(taps - 1) / 2, 0] });

const blocks = {
  basic_conv2d: {
    params: { out_channels: null, kernel_size: 1, stride: 1, padding: 0 },
    inputs: ['x'],
    layers: [
      {
        name: 'conv',
        type: 'conv2d',
        out_channels: '$out_channels',
        kernel_size: '$kernel_size',
        stride: '$stride',
        padding: '$padding',
        bias: false,
        inputs: ['x'],
      },
      { name: 'bn', type: 'batch_norm', eps: 0.001 },
      { name: 'relu', type: 'relu' },
    ],
    outputs: ['relu'],
  },
  inception_a: {
    params: { pool_features: null },
    inputs: ['x'],
    layers: [
      conv('branch1x1', { out_channels: 64 }, ['x']),
      conv('branch5x5_1', { out_channels: 48 }, ['x']),
      conv('branch5x5_2', { out_channels: 64, kernel_size: 5, padding: 2 }),
      conv('branch3x3dbl_1', { out_channels: 64 }, ['x']),
      conv('branch3x3dbl_2', { out_channels: 96, kernel_size: 3, padding: 1 }),
      conv('branch3x3dbl_3', { out_channels: 96, kernel_size: 3, padding: 1 }),
      avgPool,
      conv('branch_pool', { out_channels: '$pool_features' }),
      concat(['branch1x1', 'branch5x5_2', 'branch3x3dbl_3', 'branch_pool']),
    ],
    outputs: ['concat'],
  },
  inception_b: {
    inputs: ['x'],
    layers: [
      conv('branch3x3', { out_channels: 384, kernel_size: 3, stride: 2 }, ['x']),
      conv('branch3x3dbl_1', { out_channels: 64 }, ['x']),
      conv('branch3x3dbl_2', { out_channels: 96, kernel_size: 3, padding: 1 }),
      conv('branch3x3dbl_3', { out_channels: 96, kernel_size: 3, stride: 2 }),
      maxPool,
      concat(['branch3x3', 'branch3x3dbl_3', 'pool']),
    ],
    outputs: ['concat'],
  },
  inception_c: {
    params: { channels_7x7: null },
    inputs: ['x'],
    layers: [
      conv('branch1x1', { out_channels: 192 }, ['x']),
      conv('branch7x7_1', { out_channels: '$channels_7x7' }, ['x']),
      conv('branch7x7_2', { out_channels: '$channels_7x7', ...rowOf(7) }),
      conv('branch7x7_3', { out_channels: 192, ...columnOf(7) }),
      conv('branch7x7dbl_1', { out_channels: '$channels_7x7' }, ['x']),
      conv('branch7x7dbl_2', { out_channels: '$channels_7x7', ...columnOf(7) }),
      conv('branch7x7dbl_3', { out_channels: '$channels_7x7', ...rowOf(7) }),
      conv('branch7x7dbl_4', { out_channels: '$channels_7x7', ...columnOf(7) }),
      conv('branch7x7dbl_5', { out_channels: 192, ...rowOf(7) }),
      avgPool,
      conv('branch_pool', { out_channels: 192 }),
      concat(['branch1x1', 'branch7x7_3', 'branch7x7dbl_5', 'branch_pool']),
    ],
    outputs: ['concat'],
  },
  inception_d: {
    inputs: ['x'],
    layers: [
      conv('branch3x3_1', { out_channels: 192 }, ['x']),
      conv('branch3x3_2', { out_channels: 320, kernel_size: 3, stride: 2 }),
      conv('branch7x7x3_1', { out_channels: 192 }, ['x']),
      conv('branch7x7x3_2', { out_channels: 192, ...rowOf(7) }),
      conv('branch7x7x3_3', { out_channels: 192, ...columnOf(7) }),
      conv('branch7x7x3_4', { out_channels: 192, kernel_size: 3, stride: 2 }),
      maxPool,
      concat(['branch3x3_2', 'branch7x7x3_4', 'pool']),
    ],
    outputs: ['concat'],
  },
  inception_e: {
    inputs: ['x'],
    layers: [
      conv('branch1x1', { out_channels: 320 }, ['x']),
      conv('branch3x3_1', { out_channels: 384 }, ['x']),
      conv('branch3x3_2a', { out_channels: 384, ...rowOf(3) }, ['branch3x3_1']),
      conv('branch3x3_2b', { out_channels: 384, ...columnOf(3) }, ['branch3x3_1']),
      concat(['branch3x3_2a', 'branch3x3_2b'], 'branch3x3'),
      conv('branch3x3dbl_1', { out_channels: 448 }, ['x']),
      conv('branch3x3dbl_2', { out_channels: 384, kernel_size: 3, padding: 1 }),
      conv('branch3x3dbl_3a', { out_channels: 384, ...rowOf(3) }, ['branch3x3dbl_2']),
      conv('branch3x3dbl_3b', { out_channels: 384, ...columnOf(3) }, ['branch3x3dbl_2']),
      concat(['branch3x3dbl_3a', 'branch3x3dbl_3b'], 'branch3x3dbl'),
      avgPool,
      conv('branch_pool', { out_channels: 192 }),
      concat(['branch1x1', 'branch3x3', 'branch3x3dbl', 'branch_pool']),
    ],
    outputs: ['concat'],
  },
  inception_aux: {
    inputs: ['x'],
    layers: [
      { name: 'pool', type: 'avg_pool2d', kernel_size: 5, stride: 3, inputs: ['x'] },
      conv('conv0', { out_channels: 128 }),
      conv('conv1', { out_channels: 768, kernel_size: 5 }),
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc', type: 'linear', out_features: 1000 },
    ],
    outputs: ['fc'],
  },
};

/**
 * Inception v3. The auxiliary classifier is there, as in the published model, but nothing reads it in inference: `outputs`
 * leaves it out, so its parameters count and its compute does not. The input is not re-scaled (`transform_input` false).
 */
export const inception_v3: Network = {
  name: 'inception_v3',
  title: 'Inception v3',
  source:
    'C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna: Rethinking the Inception Architecture for Computer ' +
    'Vision, CVPR 2016, arXiv:1512.00567. torchvision, models/inception.py, with its auxiliary head (not run), ' +
    'without input re-scaling.',
  published: { parameters: 27161264, gmacs: 5.713, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'inception_v3',
    description: 'Inception v3 with its auxiliary classifier, which inference does not run.',
    inputs: [{ name: 'image', shape: [3, 299, 299] }],
    blocks,
    layers: [
      conv('Conv2d_1a_3x3', { out_channels: 32, kernel_size: 3, stride: 2 }),
      conv('Conv2d_2a_3x3', { out_channels: 32, kernel_size: 3 }),
      conv('Conv2d_2b_3x3', { out_channels: 64, kernel_size: 3, padding: 1 }),
      { name: 'maxpool1', type: 'max_pool2d', kernel_size: 3, stride: 2 },
      conv('Conv2d_3b_1x1', { out_channels: 80 }),
      conv('Conv2d_4a_3x3', { out_channels: 192, kernel_size: 3 }),
      { name: 'maxpool2', type: 'max_pool2d', kernel_size: 3, stride: 2 },
      { name: 'Mixed_5b', type: 'block', block: 'inception_a', params: { pool_features: 32 } },
      { name: 'Mixed_5c', type: 'block', block: 'inception_a', params: { pool_features: 64 } },
      { name: 'Mixed_5d', type: 'block', block: 'inception_a', params: { pool_features: 64 } },
      { name: 'Mixed_6a', type: 'block', block: 'inception_b' },
      { name: 'Mixed_6b', type: 'block', block: 'inception_c', params: { channels_7x7: 128 } },
      { name: 'Mixed_6c', type: 'block', block: 'inception_c', params: { channels_7x7: 160 } },
      { name: 'Mixed_6d', type: 'block', block: 'inception_c', params: { channels_7x7: 160 } },
      { name: 'Mixed_6e', type: 'block', block: 'inception_c', params: { channels_7x7: 192 } },
      { name: 'AuxLogits', type: 'block', block: 'inception_aux' },
      { name: 'Mixed_7a', type: 'block', block: 'inception_d', inputs: ['Mixed_6e'] },
      { name: 'Mixed_7b', type: 'block', block: 'inception_e' },
      { name: 'Mixed_7c', type: 'block', block: 'inception_e' },
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'dropout', type: 'dropout', p: 0.5 },
      { name: 'flatten', type: 'flatten' },
      { name: 'fc', type: 'linear', out_features: 1000 },
    ],
    outputs: ['fc'],
  },
};
