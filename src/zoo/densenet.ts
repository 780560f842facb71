import type { Network } from './network.ts';

/** Growth rate k of DenseNet-121: channels that each dense layer adds. Its 1x1 bottleneck has 4k. */
const growthRate = 32;

/**
 * DenseNet-BC. torchvision keeps a list of feature maps and concatenates all of it before every layer; here each layer
 * appends its k channels to one growing map, as the Keras implementation does. Tensors that are normalised and convolved,
 * and so parameters, MACs and activations, are the same; only torchvision's first concatenation in a block, of a
 * single map, has no counterpart.
 */
export const densenet121: Network = {
  name: 'densenet121',
  title: 'DenseNet-121',
  source:
    'G. Huang, Z. Liu, L. van der Maaten, K. Weinberger: Densely Connected Convolutional Networks, CVPR 2017, ' +
    'arXiv:1608.06993. torchvision, models/densenet.py; feature maps are concatenated one layer at a time.',
  published: { parameters: 7978856, gmacs: 2.834, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'densenet121',
    description: 'DenseNet-121: four dense blocks of 6, 12, 24 and 16 layers that each add 32 channels.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks: {
      dense_layer: {
        inputs: ['x'],
        layers: [
          { name: 'norm1', type: 'batch_norm', inputs: ['x'] },
          { name: 'relu1', type: 'relu' },
          { name: 'conv1', type: 'conv2d', out_channels: 4 * growthRate, kernel_size: 1, bias: false },
          { name: 'norm2', type: 'batch_norm' },
          { name: 'relu2', type: 'relu' },
          { name: 'conv2', type: 'conv2d', out_channels: growthRate, kernel_size: 3, padding: 1, bias: false },
          { name: 'concat', type: 'concat', dim: 1, inputs: ['x', 'conv2'] },
        ],
        outputs: ['concat'],
      },
      transition: {
        params: { out_channels: null },
        inputs: ['x'],
        layers: [
          { name: 'norm', type: 'batch_norm', inputs: ['x'] },
          { name: 'relu', type: 'relu' },
          { name: 'conv', type: 'conv2d', out_channels: '$out_channels', kernel_size: 1, bias: false },
          { name: 'pool', type: 'avg_pool2d', kernel_size: 2 },
        ],
        outputs: ['pool'],
      },
    },
    layers: [
      { name: 'conv0', type: 'conv2d', out_channels: 64, kernel_size: 7, stride: 2, padding: 3, bias: false },
      { name: 'norm0', type: 'batch_norm' },
      { name: 'relu0', type: 'relu' },
      { name: 'pool0', type: 'max_pool2d', kernel_size: 3, stride: 2, padding: 1 },
      { name: 'denseblock1', type: 'block', block: 'dense_layer', repeat: 6 },
      { name: 'transition1', type: 'block', block: 'transition', params: { out_channels: 128 } },
      { name: 'denseblock2', type: 'block', block: 'dense_layer', repeat: 12 },
      { name: 'transition2', type: 'block', block: 'transition', params: { out_channels: 256 } },
      { name: 'denseblock3', type: 'block', block: 'dense_layer', repeat: 24 },
      { name: 'transition3', type: 'block', block: 'transition', params: { out_channels: 512 } },
      { name: 'denseblock4', type: 'block', block: 'dense_layer', repeat: 16 },
      { name: 'norm5', type: 'batch_norm' },
      { name: 'relu5', type: 'relu' },
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'classifier', type: 'linear', out_features: 1000 },
    ],
  },
};
