import type { Network } from './network.ts';

/** The single-column AlexNet of 2014, which torchvision implements: narrower than the one of 2012, no response normalisation. */
export const alexnet: Network = {
  name: 'alexnet',
  title: 'AlexNet',
  source:
    'A. Krizhevsky: One weird trick for parallelizing convolutional neural networks, 2014, arXiv:1404.5997 ' +
    '(after A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet Classification with Deep Convolutional Neural ' +
    'Networks, NeurIPS 2012). torchvision, models/alexnet.py.',
  published: { parameters: 61100840, gmacs: 0.714, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: {
    name: 'alexnet',
    description: 'AlexNet, the single-column form of 2014.',
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    layers: [
      { name: 'conv1', type: 'conv2d', out_channels: 64, kernel_size: 11, stride: 4, padding: 2 },
      { name: 'relu1', type: 'relu' },
      { name: 'pool1', type: 'max_pool2d', kernel_size: 3, stride: 2 },
      { name: 'conv2', type: 'conv2d', out_channels: 192, kernel_size: 5, padding: 2 },
      { name: 'relu2', type: 'relu' },
      { name: 'pool2', type: 'max_pool2d', kernel_size: 3, stride: 2 },
      { name: 'conv3', type: 'conv2d', out_channels: 384, kernel_size: 3, padding: 1 },
      { name: 'relu3', type: 'relu' },
      { name: 'conv4', type: 'conv2d', out_channels: 256, kernel_size: 3, padding: 1 },
      { name: 'relu4', type: 'relu' },
      { name: 'conv5', type: 'conv2d', out_channels: 256, kernel_size: 3, padding: 1 },
      { name: 'relu5', type: 'relu' },
      { name: 'pool5', type: 'max_pool2d', kernel_size: 3, stride: 2 },
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 6 },
      { name: 'flatten', type: 'flatten' },
      { name: 'dropout6', type: 'dropout', p: 0.5 },
      { name: 'fc6', type: 'linear', out_features: 4096 },
      { name: 'relu6', type: 'relu' },
      { name: 'dropout7', type: 'dropout', p: 0.5 },
      { name: 'fc7', type: 'linear', out_features: 4096 },
      { name: 'relu7', type: 'relu' },
      { name: 'fc8', type: 'linear', out_features: 1000 },
    ],
  },
};
