/**
 * Type names of ONNX, Keras, PyTorch and Caffe that are no spelling of a type here: they mean several layers, or say their arguments so differently that
 * taking them would be a guess. For each, what to write instead, in one clause; types in it are quoted. Names that fit as they are stand as
 * aliases in the operators' own files.
 */

const depthwise = 'write "conv2d" with groups and out_channels both equal to the channels of its input ("conv1d" and "conv3d" likewise)';
const scaledUp = 'write "upsample" with scale_factor, which is what its size means';
const zeroPadded =
  'write "pad" with padding [[before, after], …] for the last axes as they lie; in a channels_last map the last pair is that of the channels, [0, 0]';
const cropped =
  'write "crop" with cropping [[before, after], …] for the last axes as they lie; in a channels_last map the last pair is that of the channels, [0, 0]';
const reflected = 'write "pad" with mode "reflect" and padding [[before, after], …] for the last axes';
const replicated = 'write "pad" with mode "replicate" and padding [[before, after], …] for the last axes';
const wrapped = 'write "pad" with mode "circular" and padding [[before, after], …] for the last axes';
const declared = 'declare it in inputs of the document, with name and shape, the batch axis left out';
const container = 'the document itself is the model: list the layers in layers, and name a part that comes again in blocks';
const transformer = 'write its parts: "multihead_attention", "add", "layer_norm" and two "linear", in a block where they come again';
const cell = 'write "lstm", "gru" or "rnn" on a sequence of one step';
const trainingOnly = 'it acts in training only: leave it out, or write "identity"';
const loss = 'a loss is no part of the network that is measured; leave it out';
const shapeArithmetic = 'numbers that are shapes are no tensors here; write them into the layer that reads them';
const averageOfInputs = 'write "add" and then "divide" by a "constant" for the average of several tensors; an average over axes is "mean"';
const copied = 'write "identity"';
const joined = 'write "concat" with dim';
const uncosted = 'there is no such type; write "custom" with operator and output_shapes, and the totals are lower bounds';

const named: Readonly<Record<string, string>> = {
  // Products and convolutions
  Gemm: 'write "linear" with out_features, or "matmul" of two tensors',
  addmm: 'write "linear" with out_features, or "matmul" and "add" of tensors',
  baddbmm: 'write "matmul" and "add"',
  FullyConnected: 'write "linear" with out_features',
  FusedMatMul: 'write "matmul"',
  Dot: 'write "matmul", or "einsum" with equation',
  EinsumDense: 'write "linear" with out_features, or "einsum" with equation and a "parameter" as its second input',
  LazyLinear: 'write "linear"; in_features is inferred in any case',
  LazyConv1d: 'write "conv1d"; in_channels is inferred in any case',
  LazyConv2d: 'write "conv2d"; in_channels is inferred in any case',
  LazyConv3d: 'write "conv3d"; in_channels is inferred in any case',
  DepthwiseConv1D: depthwise,
  DepthwiseConv2D: depthwise,
  DepthwiseConvolution: depthwise,
  ConvolutionDepthwise: depthwise,
  FusedConv: 'write "conv2d" with activation',
  ConvInteger: 'write "conv2d" with dtype and weight_dtype',
  QLinearConv: 'write "conv2d" with dtype and weight_dtype',
  MatMulInteger: 'write "matmul" with dtype',
  QLinearMatMul: 'write "matmul" with dtype',
  SqueezeExcitation: 'write its parts: "global_avg_pool", two "conv2d" with kernel_size 1, and "multiply"',
  // Pooling and resampling
  Pooling:
    'write "max_pool2d" or "avg_pool2d", whichever its pool names; "global_avg_pool" or "global_max_pool" where global_pooling is true',
  AdaptiveAvgPool: 'write "adaptive_avg_pool2d" with output_size ("adaptive_avg_pool1d" and "adaptive_avg_pool3d" likewise)',
  AdaptiveMaxPool: 'write "adaptive_max_pool2d" with output_size ("adaptive_max_pool1d" and "adaptive_max_pool3d" likewise)',
  MaxUnpool: 'write "max_unpool2d" with kernel_size ("max_unpool1d" and "max_unpool3d" likewise)',
  UpSampling1D: scaledUp,
  UpSampling2D: scaledUp,
  UpSampling3D: scaledUp,
  UpsamplingBilinear2d: 'write "upsample" with mode "bilinear", align_corners true, and size or scale_factor',
  Interp: 'write "upsample" with mode "bilinear", and size or scale_factor',
  Resizing: 'write "upsample" with mode "bilinear" and size',
  Reorg: 'write "pixel_unshuffle" with downscale_factor',
  // Cells added and cut
  ZeroPadding1D: zeroPadded,
  ZeroPadding2D: zeroPadded,
  ZeroPadding3D: zeroPadded,
  Cropping1D: cropped,
  Cropping2D: cropped,
  Cropping3D: cropped,
  Crop: 'write "crop" with cropping [[before, after], …], which is stated, not read from a second input',
  CenterCrop: 'write "crop" with cropping [[before, after], …] for the last axes',
  CenterCropPad: 'write "crop" with cropping or "pad" with padding',
  ReflectionPad1d: reflected,
  ReflectionPad2d: reflected,
  ReflectionPad3d: reflected,
  ReplicationPad1d: replicated,
  ReplicationPad2d: replicated,
  ReplicationPad3d: replicated,
  CircularPad1d: wrapped,
  CircularPad2d: wrapped,
  CircularPad3d: wrapped,
  // Activations and normalisations
  Activation: 'write the function itself as a type, such as "relu", or as activation of the layer before it',
  NonLinearity: 'write the function itself as a type, such as "relu", or as activation of the layer before it',
  FastGelu: 'write "gelu" with approximate "tanh"',
  BiasGelu: 'write "add" and "gelu"',
  RReLU: 'write "leaky_relu", which it is in inference',
  Softmax2d: 'write "softmax" with dim 1',
  Softmin: 'write "neg" and "softmax"',
  Scale:
    'together with the batch normalisation before it, it is one "batch_norm"; alone, write "scale" with shape, aligned with the input at the end',
  Bias: 'write "add" with a "parameter"',
  FrozenBatchNorm2d: 'write "batch_norm" with trainable false',
  LazyBatchNorm1d: 'write "batch_norm"; num_features is inferred in any case',
  LazyBatchNorm2d: 'write "batch_norm"; num_features is inferred in any case',
  LazyBatchNorm3d: 'write "batch_norm"; num_features is inferred in any case',
  LpNormalization: 'write "lp_normalize" with p and dim',
  MVN: 'write "instance_norm" with affine false',
  SkipLayerNormalization: 'write "add" and "layer_norm"',
  SimplifiedLayerNormalization: 'write "rms_norm"',
  Rescaling: 'write "multiply" with a "constant", or leave it to the preparation of the data',
  Normalization: 'write "standardize" with shape, or leave it to the preparation of the data',
  // Elementwise and reductions
  Eltwise: 'write "add", "multiply" or "maximum", whichever its operation names',
  Average: averageOfInputs,
  Mean: averageOfInputs,
  max: 'write "reduce_max" over axes, or "maximum" of two tensors',
  min: 'write "reduce_min" over axes, or "minimum" of two tensors',
  Power: 'write "pow" with a "constant" as its second input',
  Reduction: 'write "sum" or "mean" with dim',
  // Axes, pieces and positions
  select: 'write "slice" and "squeeze" with dim',
  narrow: 'write "slice" with dim, start and end',
  Trilu: 'write "tril" or "triu" with diagonal',
  StridedSlice: 'write "slice" with dim, start, end and step, lists of them for several axes',
  chunk: 'write "split" with split_size and dim',
  unbind: 'write "split" with split_size 1, and "squeeze" of what is read',
  hstack: joined,
  vstack: joined,
  RepeatVector: 'write "unsqueeze" with dim 1, and "expand" with shape [-1, n, -1]',
  ConstantFill: 'write "constant" with shape',
  Shape: shapeArithmetic,
  Size: shapeArithmetic,
  Range: shapeArithmetic,
  arange: shapeArithmetic,
  clone: copied,
  contiguous: copied,
  detach: copied,
  NoOp: copied,
  // Sequences and attention
  Bidirectional: 'write "rnn", "lstm" or "gru" with bidirectional true',
  TimeDistributed:
    'write the inner layer itself: "linear", normalisations and activations act on every step; before a convolution, "reshape" the steps into the batch axis',
  CuDNNLSTM: 'write "lstm" with hidden_size',
  CuDNNGRU: 'write "gru" with hidden_size',
  LSTMCell: cell,
  GRUCell: cell,
  RNNCell: cell,
  SimpleRNNCell: cell,
  Transformer: transformer,
  TransformerEncoder: transformer,
  TransformerEncoderLayer: transformer,
  TransformerDecoder: transformer,
  TransformerDecoderLayer: transformer,
  // What is no layer, or acts in training only
  Input: declared,
  InputLayer: declared,
  Placeholder: declared,
  Data: declared,
  ImageData: declared,
  DummyData: declared,
  MemoryData: declared,
  HDF5Data: declared,
  Sequential: container,
  Functional: container,
  Model: container,
  Module: container,
  ModuleList: container,
  ModuleDict: container,
  Masking: 'a mask changes no shape and no cost: leave it out, or write "identity"',
  Lambda: 'write the operators that it computes, or "custom" with operator and output_shapes',
  ActivityRegularization: trainingOnly,
  GaussianNoise: trainingOnly,
  DropPath: trainingOnly,
  DropBlock2d: trainingOnly,
  StochasticDepth: trainingOnly,
  SpectralNormalization: 'write the layer inside it: its weights are the same in inference',
  SoftmaxWithLoss: 'write "softmax"; a loss is no part of the network that is measured',
  CrossEntropyLoss: loss,
  NLLLoss: loss,
  MSELoss: loss,
  BCELoss: loss,
  BCEWithLogitsLoss: loss,
  EuclideanLoss: loss,
  Accuracy: 'it measures predictions and is no part of the network; leave it out',
  // Known, and without a cost of ours
  ...Object.fromEntries(
    (
      'AdaptiveLogSoftmaxWithLoss AdditiveAttention CosineSimilarity DetectionOutput ' +
      'EmbeddingBag Exp2 FractionalMaxPool2d FractionalMaxPool3d If ' +
      'LocallyConnected1D LocallyConnected2D Loop MaxRoiPool NonMaxSuppression ' +
      'NonZero PairwiseDistance PriorBox Scan ' +
      'Unique'
    )
      .split(' ')
      .map((name) => [name, uncosted]),
  ),
};

/** Case and underscores apart: `depthwise_conv2d` is `DepthwiseConv2D`. */
function folded(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

const byName: ReadonlyMap<string, string> = new Map(Object.entries(named).map(([name, instead]) => [folded(name), instead]));

/** Names as their frameworks write them. */
export const foreignNames: readonly string[] = Object.keys(named);

/** What to write instead of a type known from elsewhere: a clause for the message that it is unknown here. */
export function insteadOf(type: string): string | undefined {
  return type.length > 64 ? undefined : byName.get(folded(type));
}
