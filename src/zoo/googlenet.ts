import type { Network } from './network.ts';

/** The six widths of an inception module, in the order of table 1 of the paper. */
const inception = (name: string, widths: readonly [number, number, number, number, number, number]) => ({
  name,
  type: 'block',
  block: 'inception',
  params: {
    ch1x1: widths[0],
    ch3x3red: widths[1],
    ch3x3: widths[2],
    ch5x5red: widths[3],
    ch5x5: widths[4],
    pool_proj: widths[5],
  },
});

const pool = (name: string, kernel_size: number) => ({ name, type: 'max_pool2d', kernel_size, stride: 2, ceil_mode: true });

const basicConv = (name: string, params: object, from: { inputs?: string[] } = {}) => ({
  name,
  type: 'block',
  block: 'basic_conv2d',
  params,
  ...from,
});

/**
 * GoogLeNet as torchvision builds it: batch norm after each convolution, 3x3 where the paper has 5x5 (a known slip,
 * kept there for its weights), the two auxiliary classifiers of training left out, no re-scaling of the input.
 */
export const googlenet: Network = {
  name: 'googlenet',
  title: 'GoogLeNet (Inception v1)',
  source:
    'C. Szegedy et al.: Going Deeper with Convolutions, CVPR 2015, arXiv:1409.4842. torchvision, ' +
    'models/googlenet.py: with batch norm, 3x3 in place of 5x5; auxiliary heads and input re-scaling left out.',
  published: { parameters: 6624904, gmacs: 1.498, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'googlenet',
    description: 'GoogLeNet: nine inception modules, with batch norm, without auxiliary classifiers.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
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
      inception: {
        params: { ch1x1: null, ch3x3red: null, ch3x3: null, ch5x5red: null, ch5x5: null, pool_proj: null },
        inputs: ['x'],
        layers: [
          basicConv('branch1', { out_channels: '$ch1x1' }, { inputs: ['x'] }),
          basicConv('branch2.0', { out_channels: '$ch3x3red' }, { inputs: ['x'] }),
          basicConv('branch2.1', { out_channels: '$ch3x3', kernel_size: 3, padding: 1 }),
          basicConv('branch3.0', { out_channels: '$ch5x5red' }, { inputs: ['x'] }),
          basicConv('branch3.1', { out_channels: '$ch5x5', kernel_size: 3, padding: 1 }),
          { name: 'branch4.0', type: 'max_pool2d', kernel_size: 3, stride: 1, padding: 1, ceil_mode: true, inputs: ['x'] },
          basicConv('branch4.1', { out_channels: '$pool_proj' }),
          { name: 'concat', type: 'concat', dim: 1, inputs: ['branch1', 'branch2.1', 'branch3.1', 'branch4.1'] },
        ],
        outputs: ['concat'],
      },
    },
    layers: [
      basicConv('conv1', { out_channels: 64, kernel_size: 7, stride: 2, padding: 3 }),
      pool('maxpool1', 3),
      basicConv('conv2', { out_channels: 64 }),
      basicConv('conv3', { out_channels: 192, kernel_size: 3, padding: 1 }),
      pool('maxpool2', 3),
      inception('inception3a', [64, 96, 128, 16, 32, 32]),
      inception('inception3b', [128, 128, 192, 32, 96, 64]),
      pool('maxpool3', 3),
      inception('inception4a', [192, 96, 208, 16, 48, 64]),
      inception('inception4b', [160, 112, 224, 24, 64, 64]),
      inception('inception4c', [128, 128, 256, 24, 64, 64]),
      inception('inception4d', [112, 144, 288, 32, 64, 64]),
      inception('inception4e', [256, 160, 320, 32, 128, 128]),
      pool('maxpool4', 2),
      inception('inception5a', [256, 160, 320, 32, 128, 128]),
      inception('inception5b', [384, 192, 384, 48, 128, 128]),
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'dropout', type: 'dropout', p: 0.2 },
      { name: 'fc', type: 'linear', out_features: 1000 },
    ],
  },
};
