import { describe, expect, it } from 'vitest';
import { readEntry } from '../../../../src/importers/keras/entry.ts';
import { ruleOf } from '../../../../src/importers/keras/layers/index.ts';
import { binaries, reductions, unaries } from '../../../../src/importers/keras/layers/operation-names.ts';
import { operatorOf } from '../../../../src/operators/index.ts';

/** Every layer that `dir(keras.layers)` of Keras 3.15 lists, base classes and other frameworks' wrappers apart; then those of Keras 2. */
const layers =
  'Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D ' +
  'AdaptiveMaxPooling3D Add AdditiveAttention AlphaDropout Attention AugMix AutoContrast Average AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D ' +
  'AvgPool2D AvgPool3D BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate ContrastLimitedAdaptiveHistogramEqualization Conv1D ' +
  'Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose Convolution2D ' +
  'Convolution2DTranspose Convolution3D Convolution3DTranspose Cropping1D Cropping2D Cropping3D CutMix Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot ' +
  'Dropout ELU EinsumDense Embedding Equalization Flatten GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D ' +
  'GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool2D GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling2D ' +
  'GlobalMaxPooling3D GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity IntegerLookup LSTM LSTMCell LayerNormalization LeakyReLU Masking ' +
  'MaxNumBoundingBoxes MaxPool1D MaxPool2D MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D Maximum MelSpectrogram Minimum MixUp MultiHeadAttention Multiply ' +
  'Normalization PReLU Permute Pipeline RMSNormalization RNN RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop ' +
  'RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization ' +
  'RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing ReversibleEmbedding ' +
  'STFTSpectrogram SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D SimpleRNN SimpleRNNCell Softmax Solarization ' +
  'SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells StringLookup Subtract TextVectorization TimeDistributed ' +
  'UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D ' +
  'CuDNNGRU CuDNNLSTM LocallyConnected1D LocallyConnected2D ThresholdedReLU';

function rule(class_name: string, module = 'keras.layers') {
  return ruleOf(readEntry({ class_name, module, config: {} }, []));
}

const custom = rule('NoLayerOfKeras');

describe('ruleOf', () => {
  it('knows every layer of Keras', () => {
    expect(layers.split(' ').filter((name) => rule(name) === custom)).toEqual([]);
  });

  it('takes code, and the layers of other frameworks, for custom ones', () => {
    for (const name of ['Lambda', 'TorchModuleWrapper', 'JaxLayer', 'FlaxLayer', 'TFSMLayer', 'constructor', '__proto__', 'toString'])
      expect(rule(name), name).toBe(custom);
  });

  it('tells an operation from the layer of its name by the module', () => {
    expect(rule('Add', 'keras.src.ops.numpy')).not.toBe(rule('Add'));
    expect(rule('Dense', 'somebody.layers')).toBe(custom);
    expect(rule('Dense', 'tf_keras.layers')).toBe(rule('Dense'));
  });

  it('leads operations to native types that there are', () => {
    const types = [unaries, binaries, reductions].flatMap((table) => Object.keys(table));
    expect(types.filter((type) => operatorOf(type) === undefined)).toEqual([]);
  });
});
