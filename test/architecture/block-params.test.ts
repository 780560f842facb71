import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const conv = { name: 'conv', type: 'conv2d', out_channels: '$width', kernel_size: 3, padding: 1 };
const call = (block: string, more: object = {}) => ({ type: 'block', block, ...more });
const document = (layers: unknown[], blocks: object, more: object = {}) => ({ input: [3, 8, 8], layers, blocks, ...more });
const rows = (posted: unknown) => measureDocument(posted).layers;
const wiring = (posted: unknown) => rows(posted).map(({ name, inputs }) => `${name} ← ${inputs.join(', ')}`);

describe('a parameter', () => {
  test('replaces a whole value of any kind, anywhere in a layer', () => {
    const b = {
      params: {
        type: 'conv2d',
        n: 4,
        k: [3, 1],
        bias: false,
        act: { type: 'prelu', num_parameters: 4 },
        from: 'x',
        slope: 0.1,
        inner: 2,
        pad: 'same',
        list: [['x']],
      },
      inputs: ['x', 'y'],
      outputs: ['last'],
      layers: [
        {
          name: 'c',
          type: '$type',
          out_channels: '$n',
          kernel_size: '$k',
          bias: '$bias',
          padding: '$pad',
          activation: '$act',
          inputs: ['$from'],
        },
        { name: 'l', type: 'leaky_relu', negative_slope: '$slope', activation: { type: 'prelu', num_parameters: '$n' } },
        { name: 'i', type: 'block', block: 'inner', repeat: '$inner', params: { width: '$n', nested: ['$n', { a: '$k' }] } },
        { name: 'last', type: 'relu' },
      ],
    };
    const inner = { params: { width: null, nested: null }, layers: [{ type: 'conv2d', out_channels: '$width', kernel_size: 1 }] };
    const found = rows(
      document([call('b', { name: 's', inputs: ['input', 'input'], params: { n: 5, act: 'relu', from: 'y' } })], { b, inner }),
    );
    expect(found.map(({ name, type, weights }) => [name, type, weights.parameters])).toEqual([
      ['s/c', 'conv2d', 5 * 3 * 3 * 1],
      ['s/c.activation', 'relu', 0],
      ['s/l', 'leaky_relu', 0],
      ['s/l.activation', 'prelu', 5],
      ['s/i/0/conv2d_1', 'conv2d', 5 * 5 + 5],
      ['s/i/1/conv2d_1', 'conv2d', 5 * 5 + 5],
      ['s/last', 'relu', 0],
    ]);
    expect(found[0]).toMatchObject({ inputs: ['input'], output_shapes: [[1, 5, 8, 8]] });
    expect(found[0]?.weights.tensors).toEqual([{ name: 'weight', shape: [5, 3, 3, 1], kind: 'parameter', trainable: true }]);
  });

  test('may name the block to call, or the layer itself', () => {
    const pick = { params: { which: null, name: null }, layers: [{ type: 'block', block: '$which', name: '$name' }] };
    expect(
      wiring(document([call('pick', { name: 's', params: { which: 'b', name: 'n' } })], { pick, b: { layers: [{ type: 'relu' }] } })),
    ).toEqual(['s/n/relu_1 ← input']);
  });

  test('is not looked for in descriptions and metadata of layers, but in parameters of these names', () => {
    const b = {
      params: { width: 4 },
      layers: [
        { type: 'relu', description: '$5 a piece', metadata: { price: '$5' }, activation: { type: 'relu', description: '$6' } },
        call('c', { description: '$7', params: { description: '$width', metadata: ['$width'] } }),
      ],
    };
    const c = { params: { description: 1, metadata: null }, layers: [{ type: 'conv2d', kernel_size: 1, out_channels: '$description' }] };
    expect(rows(document([call('b')], { b, c }))[2]?.output_shapes).toEqual([[1, 4, 8, 8]]);
  });

  test('is text at the document’s own level', () => {
    expect(placesOf(document([{ type: 'conv2d', out_channels: '$width', kernel_size: 1 }], {}))).toEqual([
      '#/layers/0/out_channels invalid_value',
    ]);
    expect(rows(document([{ name: '$x', type: 'relu' }], {}))[0]?.name).toBe('$x');
  });

  test('is without arithmetic, and known, or told apart from its neighbours', () => {
    const b = {
      params: { width: 4, stride: null },
      layers: [{ type: 'conv2d', out_channels: '$widht', kernel_size: '$width*2', stride: ['$stride', '$'] }],
    };
    expect(refusalOf(document([call('b', { params: { stride: 1 } })], { b }))).toEqual([
      ['#/blocks/b/layers/0/out_channels unknown_parameter', 'the block has no parameter "widht"; did you mean "width"?'],
      ['#/blocks/b/layers/0/kernel_size unknown_parameter', 'the block has no parameter "width*2"; did you mean "width"?'],
      ['#/blocks/b/layers/0/stride/1 unknown_parameter', 'the block has no parameter ""'],
    ]);
  });

  test('whose default is null must be given; a call names no other than its block has', () => {
    const b = { params: { width: null, stride: null, groups: 1 }, layers: [{ type: 'relu' }] };
    expect(refusalOf(document([call('b'), call('b', { params: { width: 1, stride: null, widht: 2, constructor: 3 } })], { b }))).toEqual([
      ['#/layers/0 missing_parameter', 'block "b" needs a value for parameter "width"'],
      ['#/layers/0 missing_parameter', 'block "b" needs a value for parameter "stride"'],
      ['#/layers/1/params/widht unknown_parameter', 'block "b" has no parameter "widht"; did you mean "width"?'],
      ['#/layers/1/params/constructor unknown_parameter', 'block "b" has no parameter "constructor"'],
      ['#/layers/1/params missing_parameter', 'block "b" needs a value for parameter "stride"'],
    ]);
  });

  test('that does not fit is pointed at where it is put in', () => {
    const b = { params: { width: null }, layers: [conv] };
    expect(refusalOf(document([call('b', { params: { width: 0 } }), call('b', { params: { width: [1] } })], { b }))).toEqual([
      ['#/blocks/b/layers/0/out_channels invalid_value', 'out_channels must be a whole number from 1 to 2147483647; given 0'],
      ['#/blocks/b/layers/0/out_channels invalid_value', 'out_channels must be a whole number from 1 to 2147483647; given [1]'],
    ]);
  });

  test('keeps its value whatever other calls of the block are given', () => {
    const b = { params: { width: 2 }, layers: [conv] };
    const found = rows(document([call('b'), call('b', { params: { width: 3 } }), call('b', { params: { width: 2 } })], { b }));
    expect(found.map(({ output_shapes }) => output_shapes?.[0]?.[1])).toEqual([2, 3, 2]);
  });
});
