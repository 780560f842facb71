import { describe, expect, test } from 'vitest';
import { operators } from '../../src/operators/index.ts';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const image = (layers: unknown[], more: object = {}) => ({ input: [3, 8, 8], layers, ...more });
const rows = (document: unknown) => measureDocument(document).layers;

describe('a type', () => {
  test('is asked for, is text, and is known', () => {
    expect(placesOf(image([{ name: 'a' }, { type: 5 }, { type: null }, { type: '' }]))).toEqual([
      '#/layers/0 missing_key',
      '#/layers/1/type invalid_value',
      '#/layers/2/type invalid_value',
      '#/layers/3/type unknown_type',
    ]);
  });

  test('near a known one is told so', () => {
    expect(refusalOf(image([{ type: 'conv2' }, { type: 'maxpool2d' }, { type: 'Flaten' }])).map(([, detail]) => detail)).toEqual([
      'unknown layer type "conv2"; did you mean "conv2d"?',
      'unknown layer type "maxpool2d"; did you mean "MaxPool2d"?',
      'unknown layer type "Flaten"; did you mean "flatten"?',
    ]);
  });

  test('is never found on Object.prototype', () => {
    for (const type of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(placesOf(image([{ type }]))).toEqual(['#/layers/0/type unknown_type']);
  });

  test('in another spelling is reported canonically, and unnamed layers are counted by it', () => {
    const found = rows(
      image([
        { type: 'Conv2D', filters: 4, kernel_size: 3 },
        { type: 'ReLU' },
        { type: 'Conv2d', out_channels: 2, kernel_size: 1 },
        { type: 'Relu' },
      ]),
    );
    expect(found.map(({ name, type }) => [name, type])).toEqual([
      ['conv2d_1', 'conv2d'],
      ['relu_1', 'relu'],
      ['conv2d_2', 'conv2d'],
      ['relu_2', 'relu'],
    ]);
  });

  test('is the same layer in every spelling that the table has', () => {
    for (const { type, aliases, examples } of operators) {
      const [example] = examples;
      const inputs = example?.inputs.map((input, index) => ({ name: `x${index}`, batch: false, ...input })) ?? [];
      const measured = (spelling: string) =>
        rows({ inputs, layers: [{ ...example?.layer, type: spelling, name: 'layer', inputs: inputs.map(({ name }) => name) }] });
      for (const alias of aliases) expect([alias, measured(alias)]).toEqual([alias, measured(type)]);
    }
  });
});

describe('a type without a rank', () => {
  test.each([
    ['Conv', [3, 8], { kernel_shape: [3], out_channels: 4 }, 'conv1d', [1, 4, 6]],
    ['Conv', [3, 8], { kernel_shape: 3, out_channels: 4 }, 'conv1d', [1, 4, 6]],
    ['Conv', [3, 8], { pads: [1, 1], kernel_shape: [3], out_channels: 4 }, 'conv1d', [1, 4, 8]],
    ['Conv', [3, 8], { pads: [1, 1], kernel_shape: 3, out_channels: 4 }, 'conv1d', [1, 4, 8]],
    ['Conv', [3, 8, 8], { kernel_shape: [3, 3], pads: [1, 0, 1, 0], out_channels: 4 }, 'conv2d', [1, 4, 8, 6]],
    ['Conv', [3, 8, 8, 8], { kernel_shape: [3, 3, 3], out_channels: 4, bias: false }, 'conv3d', [1, 4, 6, 6, 6]],
    ['Conv', [3, 8, 8, 8], { kernel_shape: 2, pads: [0, 0, 0, 1, 1, 1], out_channels: 4 }, 'conv3d', [1, 4, 8, 8, 8]],
    ['MaxPool', [3, 8], { kernel_shape: [2], strides: [2] }, 'max_pool1d', [1, 3, 4]],
    ['MaxPool', [3, 8, 8, 8], { kernel_shape: 2 }, 'max_pool3d', [1, 3, 4, 4, 4]],
  ])('%s on %j with %j is %s', (type, input, attributes, canonical, output) => {
    expect(rows({ input, layers: [{ type, ...attributes }] })[0]).toMatchObject({ type: canonical, output_shapes: [output] });
  });

  test('that does not fit its input is refused at its own key', () => {
    expect(placesOf({ input: [3, 8], layers: [{ type: 'Conv', kernel_shape: [3, 3], out_channels: 4 }] })).toEqual([
      '#/layers/0/kernel_shape invalid_value',
    ]);
    expect(placesOf({ input: [3], layers: [{ type: 'Conv', kernel_shape: 3, out_channels: 4 }] })).toEqual(['#/layers/0/type wrong_rank']);
    expect(placesOf({ input: [3, 1, 1, 1, 1], layers: [{ type: 'MaxPool', kernel_shape: 1 }] })).toEqual(['#/layers/0/type wrong_rank']);
  });

  test('hears of every wrong key', () => {
    expect(placesOf(image([{ type: 'Conv', kernel_shape: 0, strides: 'x', gruop: 1 }]))).toEqual([
      '#/layers/0/kernel_shape invalid_value',
      '#/layers/0/strides invalid_value',
      '#/layers/0/gruop unknown_key',
      '#/layers/0 missing_key',
    ]);
  });
});

describe('attributes', () => {
  test('are named in the spelling that was sent', () => {
    expect(placesOf(image([{ type: 'Conv2D', filters: 0, kernel_size: [3, -1], strides: '1', use_bias: 1 }]))).toEqual([
      '#/layers/0/filters invalid_value',
      '#/layers/0/kernel_size/1 invalid_value',
      '#/layers/0/strides invalid_value',
      '#/layers/0/use_bias invalid_value',
    ]);
    // A rule that refuses names the canonical argument; the pointer finds the caller's.
    expect(placesOf(image([{ type: 'Conv2D', filters: 4, kernel_shape: [3, 9] }]))).toEqual(['#/layers/0/kernel_shape/1 kernel_too_large']);
    expect(placesOf(image([{ type: 'conv2d', num_output: 4, kernel_size: 9 }]))).toEqual(['#/layers/0/kernel_size kernel_too_large']);
    expect(placesOf(image([{ type: 'MaxPool2d', kernel_size: 2, pads: [2, 0, 0, 0] }]))).toEqual(['#/layers/0/pads padding_too_large']);
  });

  test('in a foreign form are asked for in that form', () => {
    const pool = { type: 'MaxPool', kernel_shape: [2, 2] };
    expect(
      refusalOf(
        image([
          { ...pool, pads: [1, 1] },
          { ...pool, auto_pad: 'SAME' },
          { ...pool, auto_pad: ['VALID'] },
          { type: 'Resize', scales: [1, 2, 2] },
          { type: 'Slice', axes: [1, 2], starts: ['0', '1'], ends: [1, 2] },
        ]),
      ),
    ).toEqual([
      [
        '#/layers/0/pads invalid_value',
        'pads must be a flat list of whole numbers of at least 0, all begins and then all ends: 2 numbers for 1 spatial axis, 4 for 2, 6 for 3; given [1,1]',
      ],
      ['#/layers/1/auto_pad invalid_value', 'auto_pad must be one of "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"; given "SAME"'],
      ['#/layers/2/auto_pad invalid_value', 'auto_pad must be one of "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"; given ["VALID"]'],
      ['#/layers/4/starts invalid_value', 'starts must be a list of whole numbers, one per axis; given ["0","1"]'],
    ]);
  });

  test('that are absent are missed at the layer, all of them', () => {
    expect(refusalOf(image([{ type: 'conv2d' }])).map(([place, detail]) => [place, detail.split(':')[0]])).toEqual([
      ['#/layers/0 missing_key', 'conv2d needs out_channels'],
      ['#/layers/0 missing_key', 'conv2d needs kernel_size'],
    ]);
  });

  test('in two spellings are refused', () => {
    expect(refusalOf(image([{ type: 'conv2d', filters: 4, out_channels: 4, kernel_size: 1 }]))).toEqual([
      ['#/layers/0/out_channels duplicate_key', '"filters" and "out_channels" are two spellings of out_channels; keep one'],
    ]);
  });

  test('of other layers are unknown, with the nearest own one', () => {
    expect(refusalOf(image([{ type: 'conv2d', out_channels: 4, kernel_size: 1, strde: 2, pool_size: 3 }]))).toEqual([
      ['#/layers/0/strde unknown_key', 'unknown key "strde" in conv2d; did you mean "stride"?'],
      ['#/layers/0/pool_size unknown_key', expect.stringMatching(/^unknown key "pool_size" in conv2d/)],
    ]);
  });

  test('that are inferred are checked where given, with both numbers and the producer', () => {
    const stem = { name: 'stem', type: 'conv2d', out_channels: 6, kernel_size: 1 };
    expect(refusalOf(image([stem, { type: 'conv2d', in_channels: 4, out_channels: 4, kernel_size: 1 }]))).toEqual([
      ['#/layers/1/in_channels mismatch', '"conv2d_1": in_channels is 4, but "stem" gives 6'],
    ]);
    expect(rows(image([stem, { type: 'conv2d', in_channels: 6, out_channels: 4, kernel_size: 1 }]))).toHaveLength(2);
  });

  test('are errors of all layers at once', () => {
    expect(placesOf(image([{ type: 'relu', x: 1 }, { type: 'nope' }, { type: 'linear' }]))).toEqual([
      '#/layers/0/x unknown_key',
      '#/layers/1/type unknown_type',
      '#/layers/2 missing_key',
    ]);
  });
});

describe('fields of every layer', () => {
  test('are checked', () => {
    const wrong = {
      name: 'a\u0007',
      inputs: 'x',
      dtype: 'half',
      weight_dtype: 5,
      data_format: 'NCHW',
      shares: '',
      trainable: 'no',
      description: 1,
      metadata: [],
    };
    expect(placesOf(image([{ type: 'relu', ...wrong }]))).toEqual(Object.keys(wrong).map((key) => `#/layers/0/${key} invalid_value`));
    expect(placesOf(image([{ type: 'relu', inputs: ['input', 5] }]))).toEqual(['#/layers/0/inputs/1 invalid_value']);
  });

  test('data_format turns one layer, its shapes staying in that layout', () => {
    const turned = { type: 'conv2d', out_channels: 4, kernel_size: [3, 1], data_format: 'channels_last' };
    expect(rows({ input: [8, 6, 3], layers: [turned] })[0]).toMatchObject({
      data_format: 'channels_last',
      input_shapes: [[1, 8, 6, 3]],
      output_shapes: [[1, 6, 6, 4]],
      weights: { parameters: 4 * 3 * 3 + 4 },
    });
    expect(
      rows({ input: [8, 6, 3], data_format: 'channels_last', layers: [{ ...turned, data_format: 'channels_first' }] })[0],
    ).toMatchObject({
      output_shapes: [[1, 4, 4, 3]],
      weights: { parameters: 4 * 8 * 3 + 4 },
    });
    expect(
      rows({ input: [8, 6, 3], data_format: 'channels_last', layers: [{ ...turned, data_format: 'channels_first' }] })[0]?.data_format,
    ).toBeUndefined();
  });
});

describe('an activation', () => {
  const conv = { name: 'c', type: 'conv2d', out_channels: 4, kernel_size: 1 };

  test('is a row after its layer, and what reads the layer reads it', () => {
    const found = rows(
      image([
        { ...conv, activation: 'ReLU' },
        { type: 'max_pool2d', kernel_size: 2 },
        { type: 'sigmoid', inputs: ['c'] },
      ]),
    );
    expect(found.map(({ name, type, inputs }) => [name, type, inputs])).toEqual([
      ['c', 'conv2d', ['input']],
      ['c.activation', 'relu', ['c']],
      ['max_pool2d_1', 'max_pool2d', ['c.activation']],
      ['sigmoid_1', 'sigmoid', ['c.activation']],
    ]);
    expect(found[1]?.pointer).toBe('#/layers/0/activation');
  });

  test('may be a layer with arguments, and learn', () => {
    const found = rows(image([{ ...conv, activation: { type: 'prelu', num_parameters: 4 } }]));
    expect(found[1]).toMatchObject({ type: 'prelu', weights: { parameters: 4 } });
  });

  test('has the layout of its layer', () => {
    const last = { ...conv, data_format: 'channels_last', activation: { type: 'prelu', num_parameters: 4 } };
    expect(rows({ input: [8, 6, 3], layers: [last] })[1]).toMatchObject({ output_shapes: [[1, 8, 6, 4]], weights: { parameters: 4 } });
  });

  test('takes the first output of several; the others pass by it', () => {
    const found = rows({
      input: [5, 8],
      layers: [
        { name: 'r', type: 'lstm', hidden_size: 6, activation: 'relu' },
        { name: 'out', type: 'tanh', inputs: ['r'] },
        { name: 'out0', type: 'tanh', inputs: ['r:0'] },
        { name: 'cell', type: 'tanh', inputs: ['r:2'] },
      ],
    });
    expect(found.map(({ name, inputs }) => [name, inputs])).toEqual([
      ['r', ['input']],
      ['r.activation', ['r']],
      ['out', ['r.activation']],
      ['out0', ['r.activation']],
      ['cell', ['r:2']],
    ]);
  });

  test('is known by the name of its row, which is then taken', () => {
    expect(
      rows(
        image([
          { ...conv, activation: 'relu' },
          { type: 'tanh', inputs: ['c.activation'] },
        ]),
      )[2]?.inputs,
    ).toEqual(['c.activation']);
    expect(
      placesOf(
        image([
          { ...conv, activation: 'relu' },
          { name: 'c.activation', type: 'relu' },
        ]),
      ),
    ).toEqual(['#/layers/1/name duplicate_name']);
  });

  test('is checked where it stands', () => {
    const activations = [
      'Rleu',
      5,
      '',
      {},
      { type: 'relu', slope: 1 },
      { type: 'prelu', num_parameters: 0 },
      'add',
      'block',
      { type: 'relu', name: 'x' },
      'linear',
      null,
    ];
    expect(placesOf(image(activations.map((activation, index) => ({ ...conv, name: `c${index}`, activation }))))).toEqual([
      '#/layers/0/activation unknown_type',
      '#/layers/1/activation invalid_value',
      '#/layers/2/activation invalid_value',
      '#/layers/3/activation invalid_value',
      '#/layers/4/activation/slope unknown_key',
      '#/layers/5/activation/num_parameters invalid_value',
      '#/layers/6/activation invalid_value',
      '#/layers/7/activation invalid_value',
      '#/layers/8/activation/name unknown_key',
      '#/layers/9/activation missing_key',
      '#/layers/10/activation invalid_value',
    ]);
  });

  test('that does not fit its tensor is refused where it stands', () => {
    expect(placesOf(image([{ ...conv, activation: { type: 'prelu', num_parameters: 3 } }]))).toEqual([
      '#/layers/0/activation/num_parameters mismatch',
    ]);
  });
});
