import type { Network } from './network.ts';

const residualLearning = 'K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition, CVPR 2016, arXiv:1512.03385.';
const reference = 'torchvision, models/resnet.py';
const referenceV15 = `${reference} (ResNet v1.5: the 3x3 convolution has the stride, in the paper the first 1x1).`;

const stem = [
  { name: 'conv1', type: 'conv2d', out_channels: 64, kernel_size: 7, stride: 2, padding: 3, bias: false },
  { name: 'bn1', type: 'batch_norm' },
  { name: 'relu', type: 'relu' },
  { name: 'maxpool', type: 'max_pool2d', kernel_size: 3, stride: 2, padding: 1 },
];

export const resnet18 = resnet('resnet18', 'ResNet-18', {
  source: `${residualLearning} ${reference}.`,
  published: { parameters: 11689512, gmacs: 1.814 },
  backbone: basicBackbone([2, 2, 2, 2]),
});

export const resnet34 = resnet('resnet34', 'ResNet-34', {
  source: `${residualLearning} ${reference}.`,
  published: { parameters: 21797672, gmacs: 3.664 },
  backbone: basicBackbone([3, 4, 6, 3]),
});

export const resnet50 = resnet('resnet50', 'ResNet-50', {
  source: `${residualLearning} ${referenceV15}`,
  published: { parameters: 25557032, gmacs: 4.089 },
  backbone: bottleneckBackbone([3, 4, 6, 3]),
});

export const resnet101 = resnet('resnet101', 'ResNet-101', {
  source: `${residualLearning} ${referenceV15}`,
  published: { parameters: 44549160, gmacs: 7.801 },
  backbone: bottleneckBackbone([3, 4, 23, 3]),
});

export const resnet152 = resnet('resnet152', 'ResNet-152', {
  source: `${residualLearning} ${referenceV15}`,
  published: { parameters: 60192808, gmacs: 11.514 },
  backbone: bottleneckBackbone([3, 8, 36, 3]),
});

export const wide_resnet50_2 = resnet('wide_resnet50_2', 'Wide ResNet-50-2', {
  source:
    'S. Zagoruyko, N. Komodakis: Wide Residual Networks, BMVC 2016, arXiv:1605.07146. ' +
    `${reference}: ResNet-50 v1.5 with 3x3 convolutions twice as wide.`,
  published: { parameters: 68883240, gmacs: 11.398 },
  backbone: bottleneckBackbone([3, 4, 6, 3], { width: 128 }),
});

export const resnext50_32x4d = resnet('resnext50_32x4d', 'ResNeXt-50 32x4d', {
  source:
    'S. Xie, R. Girshick, P. Dollár, Z. Tu, K. He: Aggregated Residual Transformations for Deep Neural Networks, ' +
    `CVPR 2017, arXiv:1611.05431. ${reference}.`,
  published: { parameters: 25028904, gmacs: 4.23 },
  backbone: bottleneckBackbone([3, 4, 6, 3], { width: 128, groups: 32 }),
});

type Params = Readonly<Record<string, unknown>>;
type Depths = readonly [number, number, number, number];

function resnet(
  name: string,
  title: string,
  about: {
    readonly source: string;
    readonly published: { readonly parameters: number; readonly gmacs: number };
    readonly backbone: ReturnType<typeof basicBackbone | typeof bottleneckBackbone>;
  },
): Network {
  return {
    name,
    title,
    source: about.source,
    published: { ...about.published, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
    document: {
      name,
      description: `${title}: residual blocks in four stages.`,
      inputs: [{ name: 'image', shape: [3, 224, 224] }],
      blocks: about.backbone.blocks,
      layers: [
        ...about.backbone.layers,
        { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
        { name: 'flatten', type: 'flatten' },
        { name: 'fc', type: 'linear', out_features: 1000 },
      ],
    },
  };
}

/** ResNet-18 and ResNet-34: residual blocks of two 3x3 convolutions. */
function basicBackbone(depths: Depths) {
  const conv = { type: 'conv2d', out_channels: '$channels', kernel_size: 3, padding: 1, bias: false };
  const branch = (stride: { stride?: string }) => [
    { name: 'conv1', ...conv, ...stride, inputs: ['x'] },
    { name: 'bn1', type: 'batch_norm' },
    { name: 'relu1', type: 'relu' },
    { name: 'conv2', ...conv },
    { name: 'bn2', type: 'batch_norm' },
  ];
  return {
    blocks: {
      basic: identityBlock({ channels: null }, branch({})),
      basic_downsample: downsampleBlock({ channels: null, stride: 2 }, branch({ stride: '$stride' }), '$channels'),
    },
    layers: [
      ...stem,
      // The first stage needs no downsampling: the stem has its shape already.
      { name: 'layer1', type: 'block', block: 'basic', repeat: depths[0], params: { channels: 64 } },
      ...stage('layer2', 'basic', depths[1], { channels: 128 }),
      ...stage('layer3', 'basic', depths[2], { channels: 256 }),
      ...stage('layer4', 'basic', depths[3], { channels: 512 }),
    ],
  };
}

/**
 * ResNet-50 and deeper: residual blocks of a 1x1, a 3x3 and a 1x1 convolution. `width` is that of the 3x3 convolution in
 * the first stage; widths double from stage to stage. `dilated` is the form for segmentation: the last two stages keep
 * their resolution and dilate by 2 and 4 instead, each beginning with the dilation of the stage before it.
 */
export function bottleneckBackbone(
  depths: Depths,
  { width = 64, groups = 1, dilated = false }: { width?: number; groups?: number; dilated?: boolean } = {},
) {
  const dilation = dilated ? { padding: '$dilation', dilation: '$dilation' } : { padding: 1 };
  const branch = (stride: { stride?: string }) => [
    { name: 'conv1', type: 'conv2d', out_channels: '$width', kernel_size: 1, bias: false, inputs: ['x'] },
    { name: 'bn1', type: 'batch_norm' },
    { name: 'relu1', type: 'relu' },
    {
      name: 'conv2',
      type: 'conv2d',
      out_channels: '$width',
      kernel_size: 3,
      ...stride,
      ...dilation,
      ...(groups > 1 ? { groups } : {}),
      bias: false,
    },
    { name: 'bn2', type: 'batch_norm' },
    { name: 'relu2', type: 'relu' },
    { name: 'conv3', type: 'conv2d', out_channels: '$out_channels', kernel_size: 1, bias: false },
    { name: 'bn3', type: 'batch_norm' },
  ];
  const params = { width: null, out_channels: null, ...(dilated ? { dilation: 1 } : {}) };
  const widths = (factor: number) => ({ width: width * factor, out_channels: 256 * factor });
  return {
    blocks: {
      bottleneck: identityBlock(params, branch({})),
      bottleneck_downsample: downsampleBlock({ ...params, stride: 2 }, branch({ stride: '$stride' }), '$out_channels'),
    },
    layers: [
      ...stem,
      ...stage('layer1', 'bottleneck', depths[0], widths(1), { stride: 1 }),
      ...stage('layer2', 'bottleneck', depths[1], widths(2)),
      ...(dilated
        ? [
            ...stage('layer3', 'bottleneck', depths[2], widths(4), { stride: 1 }, { dilation: 2 }),
            ...stage('layer4', 'bottleneck', depths[3], widths(8), { stride: 1, dilation: 2 }, { dilation: 4 }),
          ]
        : [...stage('layer3', 'bottleneck', depths[2], widths(4)), ...stage('layer4', 'bottleneck', depths[3], widths(8))]),
    ],
  };
}

/** A stage of `depth` blocks: the first, torchvision's layerN.0, changes the shape; the rest, from layerN.1 on, keep it. */
function stage(name: string, block: string, depth: number, params: Params, first: Params = {}, rest: Params = {}) {
  return [
    { name: `${name}.0`, type: 'block', block: `${block}_downsample`, params: { ...params, ...first } },
    depth === 2
      ? { name: `${name}.1`, type: 'block', block, params: { ...params, ...rest } }
      : { name: `${name}.rest`, type: 'block', block, repeat: depth - 1, params: { ...params, ...rest } },
  ];
}

/** y = relu(x + branch(x)) */
function identityBlock<Layer extends { name: string }>(params: Params, branch: readonly Layer[]) {
  return {
    params,
    inputs: ['x'],
    layers: [...branch, { name: 'add', type: 'add', inputs: [branch.at(-1)?.name, 'x'] }, { name: 'relu', type: 'relu' }],
    outputs: ['relu'],
  };
}

/** y = relu(downsample(x) + branch(x)) */
function downsampleBlock<Layer extends { name: string }>(params: Params, branch: readonly Layer[], out_channels: string) {
  return {
    params,
    inputs: ['x'],
    layers: [
      ...branch,
      { name: 'downsample.0', type: 'conv2d', out_channels, kernel_size: 1, stride: '$stride', bias: false, inputs: ['x'] },
      { name: 'downsample.1', type: 'batch_norm' },
      { name: 'add', type: 'add', inputs: [branch.at(-1)?.name, 'downsample.1'] },
      { name: 'relu', type: 'relu' },
    ],
    outputs: ['relu'],
  };
}
