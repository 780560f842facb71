import { describe, expect, test } from 'vitest';
import { inferShapes } from '../../src/analysis/infer-shapes.ts';
import { buildGraph } from '../../src/architecture/build-graph.ts';
import { limits, measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const conv = (more: object = {}) => ({ type: 'conv2d', out_channels: 4, kernel_size: 3, ...more });
const outputsOf = (document: unknown) =>
  inferShapes(buildGraph(document, { batch_size: 1, resolution: undefined, limits }), limits).layers.map((layer) =>
    layer?.outputs.map(({ shape, dtype }) => `${dtype} ${shape.join('x')}`).join(' '),
  );

describe('refusals', () => {
  test('of layers that do not depend on each other are all reported, those that follow from one are not', () => {
    const layers = [
      { name: 'a', ...conv({ kernel_size: 9 }) },
      { name: 'after', ...conv({ kernel_size: 99 }) },
      { name: 'b', ...conv({ groups: 2 }), inputs: ['input'] },
      { name: 'c', ...conv({ in_channels: 5 }), inputs: ['input'] },
      { name: 'sum', type: 'add', inputs: ['a', 'b'] },
      { name: 'fine', ...conv(), inputs: ['input'] },
      { name: 'd', type: 'relu', inputs: ['fine:1'] },
    ];
    expect(refusalOf({ input: [3, 8, 8], layers, outputs: ['sum', 'fine:2'] })).toEqual([
      ['#/layers/0/kernel_size kernel_too_large', expect.stringMatching(/^"a": kernel height 9 exceeds padded input height 8/)],
      ['#/layers/2/groups groups_do_not_divide', '"b": groups 2 does not divide the 3 input channels from "input"'],
      ['#/layers/3/in_channels mismatch', '"c": in_channels is 5, but "input" gives 3'],
      ['#/layers/6/inputs/0 unknown_output', '"fine:1" asks for output 1, but "fine" has 1 output'],
      ['#/outputs/1 unknown_output', '"fine:2" asks for output 2, but "fine" has 1 output'],
    ]);
  });

  test('of layers that do not run are reported as well', () => {
    expect(
      placesOf({
        input: [3, 8, 8],
        outputs: ['r'],
        layers: [
          { name: 'r', type: 'relu' },
          { name: 'aux', ...conv({ kernel_size: 9 }) },
        ],
      }),
    ).toEqual(['#/layers/1/kernel_size kernel_too_large']);
  });

  test('point at the input that does not fit, or at the layer where inputs are not written', () => {
    expect(placesOf({ input: [3], layers: [conv()] })).toEqual(['#/layers/0 wrong_rank']);
    expect(placesOf({ input: [3], layers: [{ ...conv(), inputs: ['input'] }] })).toEqual(['#/layers/0/inputs/0 wrong_rank']);
  });

  test('name the producing layer with its full name, and its output', () => {
    const blocks = {
      b: {
        layers: [
          { name: 'stem', ...conv() },
          { name: 'next', ...conv({ in_channels: 3 }) },
        ],
      },
    };
    expect(refusalOf({ input: [3, 8, 8], blocks, layers: [{ name: 's', type: 'block', block: 'b' }] })).toEqual([
      ['#/blocks/b/layers/1/in_channels mismatch', '"s/next": in_channels is 3, but "s/stem" gives 4'],
    ]);
  });

  test('of an activation given as text point at that text', () => {
    expect(placesOf({ input: [3, 7], layers: [{ type: 'relu', activation: 'glu' }] })).toEqual(['#/layers/0/activation not_divisible']);
  });
});

describe('element types', () => {
  test('follow promotion, and a stated one is that of the output', () => {
    const layers = [
      { name: 'a', type: 'cast', dtype: 'float16' },
      { name: 'b', type: 'add', inputs: ['a', 'input'] },
      { name: 'c', type: 'relu', dtype: 'bfloat16', inputs: ['a'] },
      { name: 'd', type: 'linear', out_features: 2, inputs: ['a'] },
      { name: 'e', type: 'linear', out_features: 2, weight_dtype: 'float16', inputs: ['a'] },
    ];
    expect(outputsOf({ input: [3], layers })).toEqual(['float16 1x3', 'float32 1x3', 'bfloat16 1x3', 'float32 1x2', 'float16 1x2']);
  });

  test('of indices stay what they are beside a stated type', () => {
    const pool = { type: 'max_pool1d', kernel_size: 2, return_indices: true, dtype: 'float16' };
    expect(outputsOf({ input: [3, 8], layers: [pool] })).toEqual(['float16 1x3x4 int64 1x3x4']);
    expect(outputsOf({ input: [4, 8], layers: [{ type: 'lstm', hidden_size: 2, dtype: 'float16' }] })).toEqual([
      'float16 1x4x2 float16 1x1x2 float16 1x1x2',
    ]);
  });

  test('of tensors that come from nothing are the document’s', () => {
    const layers = [
      { type: 'parameter', shape: [2] },
      { type: 'constant', shape: [2] },
      { type: 'constant', shape: [2], dtype: 'int64' },
    ];
    expect(outputsOf({ dtype: 'float16', layers })).toEqual(['float16 2', 'float16 2', 'int64 2']);
  });
});

describe('channels last', () => {
  test('turns feature maps for the rule and back, and nothing else', () => {
    const layers = [
      conv({ padding: [1, 0] }),
      { type: 'max_pool2d', kernel_size: [2, 3] },
      { type: 'global_avg_pool' },
      { type: 'flatten' },
      { type: 'linear', out_features: 5 },
    ];
    expect(outputsOf({ input: [8, 11, 3], data_format: 'channels_last', layers })).toEqual([
      'float32 1x8x9x4',
      'float32 1x4x3x4',
      'float32 1x1x1x4',
      'float32 1x4',
      'float32 1x5',
    ]);
  });

  test('holds for a layer alone, and weights lie as ever', () => {
    const document = { input: [8, 8, 3], layers: [conv({ data_format: 'channels_last', groups: 1 })] };
    expect(outputsOf(document)).toEqual(['float32 1x6x6x4']);
    expect(measureDocument(document).layers[0]?.weights.tensors.map(({ shape }) => shape)).toEqual([[4, 3, 3, 3], [4]]);
  });

  test('makes batch norm count the last axis', () => {
    expect(measureDocument({ input: [8, 8, 3], data_format: 'channels_last', layers: [{ type: 'batch_norm' }] }).totals).toMatchObject({
      parameters: 6,
      buffers: 6,
    });
  });
});

describe('an opaque layer', () => {
  const custom = { name: 'x', type: 'custom', operator: 'Warp' };

  test('has no shape, and what follows from it is left out', () => {
    const layers = [
      custom,
      { name: 'a', type: 'relu' },
      { name: 'b', type: 'add', inputs: ['a', 'input'] },
      { name: 'c', type: 'relu', inputs: ['input'] },
    ];
    expect(outputsOf({ input: [3], layers })).toEqual(['', undefined, undefined, 'float32 1x3']);
  });

  test('with shapes is like any other', () => {
    const known = { ...custom, output_shapes: [[1, 6], [2]], output_dtypes: ['float16', 'int64'] };
    expect(outputsOf({ input: [3], layers: [known, { type: 'relu' }] })).toEqual(['float16 1x6 int64 2', 'float16 1x6']);
    expect(placesOf({ input: [3], layers: [known, { type: 'relu', inputs: ['x:2'] }] })).toEqual(['#/layers/1/inputs/0 unknown_output']);
  });

  test('may be asked for any output, since none is known', () => {
    expect(measureDocument({ input: [3], layers: [custom], outputs: ['x:5'] }).layers).toHaveLength(1);
  });
});
