import type { DocumentBlock } from '../architecture/document.ts';
import type { Posted } from '../architecture/read-layer.ts';
import type { Network } from './network.ts';

/** A "bneck" row of the paper's tables; `repeat` where rows are alike. */
interface Bneck {
  readonly kernel_size: number;
  readonly expanded: number;
  readonly out_channels: number;
  readonly squeeze?: true;
  readonly activation: 'relu' | 'hardswish';
  readonly stride?: 2;
  readonly repeat?: number;
}

const large: readonly Bneck[] = [
  { kernel_size: 3, expanded: 16, out_channels: 16, activation: 'relu' },
  { kernel_size: 3, expanded: 64, out_channels: 24, activation: 'relu', stride: 2 },
  { kernel_size: 3, expanded: 72, out_channels: 24, activation: 'relu' },
  { kernel_size: 5, expanded: 72, out_channels: 40, squeeze: true, activation: 'relu', stride: 2 },
  { kernel_size: 5, expanded: 120, out_channels: 40, squeeze: true, activation: 'relu', repeat: 2 },
  { kernel_size: 3, expanded: 240, out_channels: 80, activation: 'hardswish', stride: 2 },
  { kernel_size: 3, expanded: 200, out_channels: 80, activation: 'hardswish' },
  { kernel_size: 3, expanded: 184, out_channels: 80, activation: 'hardswish', repeat: 2 },
  { kernel_size: 3, expanded: 480, out_channels: 112, squeeze: true, activation: 'hardswish' },
  { kernel_size: 3, expanded: 672, out_channels: 112, squeeze: true, activation: 'hardswish' },
  { kernel_size: 5, expanded: 672, out_channels: 160, squeeze: true, activation: 'hardswish', stride: 2 },
  { kernel_size: 5, expanded: 960, out_channels: 160, squeeze: true, activation: 'hardswish', repeat: 2 },
];

const small: readonly Bneck[] = [
  { kernel_size: 3, expanded: 16, out_channels: 16, squeeze: true, activation: 'relu', stride: 2 },
  { kernel_size: 3, expanded: 72, out_channels: 24, activation: 'relu', stride: 2 },
  { kernel_size: 3, expanded: 88, out_channels: 24, activation: 'relu' },
  { kernel_size: 5, expanded: 96, out_channels: 40, squeeze: true, activation: 'hardswish', stride: 2 },
  { kernel_size: 5, expanded: 240, out_channels: 40, squeeze: true, activation: 'hardswish', repeat: 2 },
  { kernel_size: 5, expanded: 120, out_channels: 48, squeeze: true, activation: 'hardswish' },
  { kernel_size: 5, expanded: 144, out_channels: 48, squeeze: true, activation: 'hardswish' },
  { kernel_size: 5, expanded: 288, out_channels: 96, squeeze: true, activation: 'hardswish', stride: 2 },
  { kernel_size: 5, expanded: 576, out_channels: 96, squeeze: true, activation: 'hardswish', repeat: 2 },
];

// torchvision's norm throughout, with TensorFlow's epsilon and (inverted) momentum.
const norm = { name: 'norm', type: 'batch_norm', eps: 0.001, momentum: 0.01 };

const conv = {
  name: 'conv',
  type: 'conv2d',
  out_channels: '$out_channels',
  kernel_size: '$kernel_size',
  stride: '$stride',
  padding: '$padding',
  groups: '$groups',
  bias: false,
};

const commonBlocks = {
  conv_norm: {
    params: { out_channels: null, kernel_size: 1, stride: 1, padding: 0, groups: 1 },
    inputs: ['x'],
    layers: [conv, norm],
    outputs: ['norm'],
  },
  conv_norm_activation: {
    params: { out_channels: null, kernel_size: 1, stride: 1, padding: 0, groups: 1, activation: 'hardswish' },
    inputs: ['x'],
    layers: [conv, norm, { name: 'activation', type: '$activation' }],
    outputs: ['activation'],
  },
  squeeze_excitation: {
    params: { channels: null, squeeze_channels: null },
    inputs: ['x'],
    layers: [
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'fc1', type: 'conv2d', out_channels: '$squeeze_channels', kernel_size: 1 },
      { name: 'activation', type: 'relu' },
      { name: 'fc2', type: 'conv2d', out_channels: '$channels', kernel_size: 1 },
      { name: 'scale_activation', type: 'hardsigmoid' },
      { name: 'multiply', type: 'multiply', inputs: ['scale_activation', 'x'] },
    ],
    outputs: ['multiply'],
  },
};

const source =
  'A. Howard, M. Sandler, G. Chu, L.-C. Chen, B. Chen, M. Tan, W. Wang, Y. Zhu, R. Pang, V. Vasudevan, Q. Le, H. Adam: ' +
  'Searching for MobileNetV3, ICCV 2019, arXiv:1905.02244. torchvision, models/mobilenetv3.py.';

export const mobilenet_v3_small: Network = {
  name: 'mobilenet_v3_small',
  title: 'MobileNetV3-Small',
  source,
  published: { parameters: 2542856, gmacs: 0.057, by: 'torchvision 0.29.1, IMAGENET1K_V1' },
  document: document(
    'mobilenet_v3_small',
    'MobileNetV3-Small, width 1.0: searched inverted residuals, some with squeeze-and-excitation.',
    small,
    576,
    1024,
  ),
};

export const mobilenet_v3_large: Network = {
  name: 'mobilenet_v3_large',
  title: 'MobileNetV3-Large',
  source,
  published: { parameters: 5483032, gmacs: 0.217, by: 'torchvision 0.29.1, IMAGENET1K_V2' },
  document: document(
    'mobilenet_v3_large',
    'MobileNetV3-Large, width 1.0: searched inverted residuals, some with squeeze-and-excitation.',
    large,
    960,
    1280,
  ),
};

function document(name: string, description: string, rows: readonly Bneck[], lastConv: number, lastChannel: number) {
  const { blocks, layers } = features(rows);
  return {
    name,
    description,
    inputs: [{ name: 'image', shape: [3, 224, 224] }],
    blocks,
    layers: [
      { name: 'stem', type: 'block', block: 'conv_norm_activation', params: { out_channels: 16, kernel_size: 3, stride: 2, padding: 1 } },
      ...layers,
      { name: 'head', type: 'block', block: 'conv_norm_activation', params: { out_channels: lastConv } },
      { name: 'avgpool', type: 'adaptive_avg_pool2d', output_size: 1 },
      { name: 'flatten', type: 'flatten' },
      { name: 'classifier_hidden', type: 'linear', out_features: lastChannel },
      { name: 'classifier_hardswish', type: 'hardswish' },
      { name: 'classifier_dropout', type: 'dropout', p: 0.2 },
      { name: 'classifier', type: 'linear', out_features: 1000 },
    ],
    outputs: ['classifier'],
  };
}

/** The calls, named after the number of their first bneck, and the blocks that they need. */
function features(rows: readonly Bneck[]) {
  const blocks: Record<string, DocumentBlock> = { ...commonBlocks };
  const layers: Posted[] = [];
  let number = 1;
  let input = 16;
  for (const { squeeze = false, stride = 1, repeat = 1, ...row } of rows) {
    const expands = row.expanded !== input;
    const shortcut = stride === 1 && row.out_channels === input;
    const block = `${expands ? '' : 'unexpanded_'}${shortcut ? 'residual' : 'bottleneck'}${squeeze ? '_se' : ''}`;
    blocks[block] ??= invertedResidual(expands, squeeze, shortcut);
    const squeezed = squeeze ? { squeeze_channels: roundToEight(row.expanded / 4) } : {};
    const params = { ...row, padding: (row.kernel_size - 1) / 2, stride, ...squeezed };
    layers.push({ name: `bneck${number}`, type: 'block', block, ...(repeat > 1 ? { repeat } : {}), params });
    number += repeat;
    input = row.out_channels;
  }
  return { blocks, layers };
}

/** The definition of one kind of bneck: three of its parts are there or not. */
function invertedResidual(expands: boolean, squeezes: boolean, shortcut: boolean) {
  const expand = {
    name: 'expand',
    type: 'block',
    block: 'conv_norm_activation',
    params: { out_channels: '$expanded', activation: '$activation' },
  };
  const depthwise = {
    name: 'depthwise',
    type: 'block',
    block: 'conv_norm_activation',
    params: {
      out_channels: '$expanded',
      kernel_size: '$kernel_size',
      stride: '$stride',
      padding: '$padding',
      groups: '$expanded',
      activation: '$activation',
    },
  };
  const squeeze = {
    name: 'se',
    type: 'block',
    block: 'squeeze_excitation',
    params: { channels: '$expanded', squeeze_channels: '$squeeze_channels' },
  };
  const project = { name: 'project', type: 'block', block: 'conv_norm', params: { out_channels: '$out_channels' } };
  const add = { name: 'add', type: 'add', inputs: ['project', 'x'] };
  return {
    params: {
      expanded: null,
      out_channels: null,
      kernel_size: 3,
      padding: 1,
      stride: 1,
      activation: 'hardswish',
      ...(squeezes ? { squeeze_channels: null } : {}),
    },
    inputs: ['x'],
    layers: [...(expands ? [expand] : []), depthwise, ...(squeezes ? [squeeze] : []), project, ...(shortcut ? [add] : [])],
    outputs: [shortcut ? 'add' : 'project'],
  };
}

/** Rounds to the nearest multiple of 8, never down by more than a tenth (torchvision's _make_divisible). */
function roundToEight(width: number): number {
  const rounded = Math.max(8, Math.floor((width + 4) / 8) * 8);
  return rounded < 0.9 * width ? rounded + 8 : rounded;
}
