import type { Network } from './network.ts';

/**
 * LeNet-5 as it is commonly built today. The 1998 paper differs in five places: S2 and S4 have one learned
 * coefficient and one learned bias a map and squash their result; C3 connects each map to only some maps of
 * S2 (1,516 parameters, not 2,416); the squashing function is 1.7159 tanh(2x/3); the output layer is ten
 * Euclidean radial basis units with fixed codes. The paper counts 60,000 trainable parameters.
 */
export const lenet5: Network = {
  name: 'lenet5',
  title: 'LeNet-5',
  source:
    'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-Based Learning Applied to Document Recognition, ' +
    'Proceedings of the IEEE 86(11), 1998. Common convolutional form: plain average pooling, C3 connected to ' +
    'every map of S2, a linear output layer; the paper has learned subsampling, a sparse C3 and RBF outputs.',
  published: {
    parameters: 61706,
    by: 'planetopenllms/lenet (PyTorch), SUMMARY.md; 156 + 2,416 + 48,120 + 10,164 + 850',
  },
  document: {
    name: 'lenet5',
    description: 'LeNet-5 with plain average pooling, a fully connected C3 and a linear output.',
    inputs: [{ name: 'image', shape: [1, 32, 32] }],
    layers: [
      { name: 'c1', type: 'conv2d', out_channels: 6, kernel_size: 5 },
      { name: 'c1.tanh', type: 'tanh' },
      { name: 's2', type: 'avg_pool2d', kernel_size: 2 },
      { name: 'c3', type: 'conv2d', out_channels: 16, kernel_size: 5 },
      { name: 'c3.tanh', type: 'tanh' },
      { name: 's4', type: 'avg_pool2d', kernel_size: 2 },
      { name: 'c5', type: 'conv2d', out_channels: 120, kernel_size: 5 },
      { name: 'c5.tanh', type: 'tanh' },
      { name: 'flatten', type: 'flatten' },
      { name: 'f6', type: 'linear', out_features: 84 },
      { name: 'f6.tanh', type: 'tanh' },
      { name: 'output', type: 'linear', out_features: 10 },
    ],
  },
};
