import type { Network } from './network.ts';

/** Convolutions in each of the five stages: configurations A, D and E of the paper's table 1. */
const A = [1, 1, 2, 2, 2];
const D = [2, 2, 3, 3, 3];
const E = [2, 2, 4, 4, 4];

const stageChannels = [64, 128, 256, 512, 512];

export const vgg11 = vgg('vgg11', 'VGG-11', A, false, { parameters: 132863336, gmacs: 7.609 });
export const vgg16 = vgg('vgg16', 'VGG-16', D, false, { parameters: 138357544, gmacs: 15.47 });
export const vgg19 = vgg('vgg19', 'VGG-19', E, false, { parameters: 143667240, gmacs: 19.632 });
export const vgg16_bn = vgg('vgg16_bn', 'VGG-16 with batch normalisation', D, true, {
  parameters: 138365992,
  gmacs: 15.47,
});

/**
 * Layers are named as in the authors' Caffe release (conv1_1 … fc8), one row a layer and no block, so that a row's name is
 * the field's own. torchvision's adaptive average pool to 7x7, the identity at 224x224, is left out, as in the paper.
 */
function vgg(
  name: string,
  title: string,
  stages: readonly number[],
  batchNorm: boolean,
  figures: { readonly parameters: number; readonly gmacs: number },
): Network {
  return {
    name,
    title,
    source:
      'K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015, ' +
      'arXiv:1409.1556. torchvision, models/vgg.py, without its adaptive average pool (the identity at 224x224).',
    published: { ...figures, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
    document: {
      name,
      description: `${title}: 3x3 convolutions in five stages, then three linear layers.`,
      inputs: [{ name: 'image', shape: [3, 224, 224] }],
      layers: [
        ...stages.flatMap((convolutions, index) => stage(index + 1, convolutions, batchNorm)),
        { name: 'flatten', type: 'flatten' },
        { name: 'fc6', type: 'linear', out_features: 4096 },
        { name: 'relu6', type: 'relu' },
        { name: 'drop6', type: 'dropout', p: 0.5 },
        { name: 'fc7', type: 'linear', out_features: 4096 },
        { name: 'relu7', type: 'relu' },
        { name: 'drop7', type: 'dropout', p: 0.5 },
        { name: 'fc8', type: 'linear', out_features: 1000 },
      ],
    },
  };
}

function stage(number: number, convolutions: number, batchNorm: boolean) {
  const out_channels = stageChannels[number - 1];
  const layers = Array.from({ length: convolutions }, (_, index) => {
    const suffix = `${number}_${index + 1}`;
    return [
      { name: `conv${suffix}`, type: 'conv2d', out_channels, kernel_size: 3, padding: 1 },
      ...(batchNorm ? [{ name: `bn${suffix}`, type: 'batch_norm' }] : []),
      { name: `relu${suffix}`, type: 'relu' },
    ];
  });
  return [...layers.flat(), { name: `pool${number}`, type: 'max_pool2d', kernel_size: 2 }];
}
