import type { Network } from './network.ts';

const source =
  'F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally, K. Keutzer: SqueezeNet: AlexNet-level accuracy with ' +
  '50x fewer parameters and <0.5MB model size, 2016, arXiv:1602.07360. torchvision, models/squeezenet.py.';

/** Squeeze to few channels, then expand by 1x1 and by 3x3 convolutions side by side. `expand` is the width of each. */
const fire = {
  params: { squeeze: null, expand: null },
  inputs: ['x'],
  layers: [
    { name: 'squeeze', type: 'conv2d', out_channels: '$squeeze', kernel_size: 1, inputs: ['x'] },
    { name: 'squeeze_activation', type: 'relu' },
    { name: 'expand1x1', type: 'conv2d', out_channels: '$expand', kernel_size: 1 },
    { name: 'expand1x1_activation', type: 'relu' },
    { name: 'expand3x3', type: 'conv2d', out_channels: '$expand', kernel_size: 3, padding: 1, inputs: ['squeeze_activation'] },
    { name: 'expand3x3_activation', type: 'relu' },
    { name: 'concat', type: 'concat', dim: 1, inputs: ['expand1x1_activation', 'expand3x3_activation'] },
  ],
  outputs: ['concat'],
};

const callFire = (name: string, squeeze: number, expand: number) => ({ name, type: 'block', block: 'fire', params: { squeeze, expand } });

/** torchvision's pools round up: a last, partial window counts. */
const pool = (name: string) => ({ name, type: 'max_pool2d', kernel_size: 3, stride: 2, ceil_mode: true });

const classifier = [
  { name: 'dropout', type: 'dropout', p: 0.5 },
  { name: 'conv10', type: 'conv2d', out_channels: 1000, kernel_size: 1 },
  { name: 'relu_conv10', type: 'relu' },
  { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
  { name: 'flatten', type: 'flatten' },
];

export const squeezenet1_0: Network = {
  name: 'squeezenet1_0',
  title: 'SqueezeNet 1.0',
  source,
  published: { parameters: 1248424, gmacs: 0.819, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'squeezenet1_0',
    description: 'SqueezeNet 1.0: fire modules, no fully connected layer.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: { fire },
    layers: [
      { name: 'conv1', type: 'conv2d', out_channels: 96, kernel_size: 7, stride: 2 },
      { name: 'relu_conv1', type: 'relu' },
      pool('maxpool1'),
      callFire('fire2', 16, 64),
      callFire('fire3', 16, 64),
      callFire('fire4', 32, 128),
      pool('maxpool4'),
      callFire('fire5', 32, 128),
      callFire('fire6', 48, 192),
      callFire('fire7', 48, 192),
      callFire('fire8', 64, 256),
      pool('maxpool8'),
      callFire('fire9', 64, 256),
      ...classifier,
    ],
  },
};

export const squeezenet1_1: Network = {
  name: 'squeezenet1_1',
  title: 'SqueezeNet 1.1',
  source: `${source} The authors' 1.1, from their GitHub release: 2.4 times less compute than 1.0.`,
  published: { parameters: 1235496, gmacs: 0.349, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'squeezenet1_1',
    description: 'SqueezeNet 1.1: a smaller first convolution and earlier pooling than 1.0.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: { fire },
    layers: [
      { name: 'conv1', type: 'conv2d', out_channels: 64, kernel_size: 3, stride: 2 },
      { name: 'relu_conv1', type: 'relu' },
      pool('maxpool1'),
      callFire('fire2', 16, 64),
      callFire('fire3', 16, 64),
      pool('maxpool3'),
      callFire('fire4', 32, 128),
      callFire('fire5', 32, 128),
      pool('maxpool5'),
      callFire('fire6', 48, 192),
      callFire('fire7', 48, 192),
      callFire('fire8', 64, 256),
      callFire('fire9', 64, 256),
      ...classifier,
    ],
  },
};
