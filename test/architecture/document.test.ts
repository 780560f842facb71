import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/architecture/document.ts';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

const layers = [{ type: 'relu' }];
const shapeOf = (document: unknown) => measureDocument(document).layers[0]?.input_shapes;

describe('a document', () => {
  test.each([[null], [[]], ['text'], [5], [true]])('is an object, not %j', (document) => {
    expect(placesOf(document)).toEqual(['# invalid_value']);
  });

  test('needs layers, at least one', () => {
    expect(refusalOf({})).toEqual([['# missing_key', 'the document needs layers: a list of at least 1 entries']]);
    expect(placesOf({ input: [3], layers: [] })).toEqual(['#/layers invalid_value']);
    expect(placesOf({ input: [3], layers: { type: 'relu' } })).toEqual(['#/layers invalid_value']);
    expect(placesOf({ input: [3], layers: [null, [], 'relu', 5, {}] })).toEqual([
      '#/layers/0 invalid_value',
      '#/layers/1 invalid_value',
      '#/layers/2 invalid_value',
      '#/layers/3 invalid_value',
      '#/layers/4 missing_key',
    ]);
  });

  test('may carry $schema, description and metadata, which are ignored', () => {
    const plain = { input: [3], layers };
    const report = measureDocument({
      $schema: 'http://host/schemas/architecture.json',
      description: '$x',
      metadata: { anything: [1, null, { type: 'conv2d' }] },
      input: [3],
      layers: [{ type: 'relu', description: 'an activation', metadata: { a: 1 } }],
    });
    expect(report.layers).toEqual(measureDocument(plain).layers);
  });

  test('names all unknown keys with the nearest known ones, and every wrong value, at once', () => {
    expect(refusalOf({ inpusts: [], layer: [], dtype: 'float', data_format: 'NHWC', name: '' })).toEqual([
      ['#/inpusts unknown_key', 'unknown key "inpusts" in the document; did you mean "inputs"?'],
      ['#/layer unknown_key', 'unknown key "layer" in the document; did you mean "layers"?'],
      [
        '#/dtype invalid_value',
        'dtype must be one of "float32", "float64", "float16", "bfloat16", "float8", "int8", "int4"; given "float"',
      ],
      ['#/data_format invalid_value', 'data_format must be one of "channels_first", "channels_last"; given "NHWC"'],
      ['#/name invalid_value', 'name must be text of 1 to 512 characters without control characters or lone surrogates; given ""'],
      ['# missing_key', 'the document needs layers: a list of at least 1 entries'],
    ]);
  });

  test('takes keys of Object.prototype for the unknown keys they are', () => {
    expect(placesOf({ input: [3], layers, constructor: 1, toString: 2, hasOwnProperty: 3 })).toEqual([
      '#/constructor unknown_key',
      '#/toString unknown_key',
      '#/hasOwnProperty unknown_key',
    ]);
  });

  test('has a floating or a storage type, never one of indices', () => {
    for (const dtype of ['int64', 'bool', 'uint8']) expect(placesOf({ input: [3], layers, dtype })).toEqual(['#/dtype invalid_value']);
  });
});

describe('inputs', () => {
  test('get the batch axis in front', () => {
    expect(shapeOf({ inputs: [{ name: 'x', shape: [3, 8, 8] }], layers })).toEqual([[1, 3, 8, 8]]);
    expect(shapeOf({ inputs: [{ name: 'x', shape: [] }], layers })).toEqual([[1]]);
  });

  test('one may be shortened to its shape, and is then called input', () => {
    const report = measureDocument({ input: [3, 8], layers: [{ type: 'relu', inputs: ['input'] }] }, { batch_size: 4 });
    expect(report.layers[0]).toMatchObject({ inputs: ['input'], input_shapes: [[4, 3, 8]] });
  });

  test('are whole where batch is false', () => {
    const inputs = [{ name: 'mask', shape: [5, 5], batch: false }];
    expect(measureDocument({ inputs, layers }, { batch_size: 8 }).layers[0]?.input_shapes).toEqual([[5, 5]]);
    expect(shapeOf({ inputs: [{ name: 'scalar', shape: [], batch: false }], layers })).toEqual([[]]);
  });

  test('are declared in one way', () => {
    expect(placesOf({ input: [3], inputs: [{ name: 'x', shape: [3] }], layers })).toEqual(['#/input duplicate_key']);
  });

  test('may be absent where nothing reads one', () => {
    expect(measureDocument({ layers: [{ type: 'parameter', shape: [4] }] }).totals.parameters).toBe(4);
    expect(refusalOf({ layers })).toEqual([['#/layers/0 wrong_input_count', 'relu reads 1 input (input); given 0']]);
  });

  test('are each checked, and each key pointed at', () => {
    const inputs = [
      { nam: 'x', shape: [0] },
      { name: 'y', shape: [2 ** 31] },
      { name: 'z', shape: [1.5] },
      { name: 'a', shape: [3], dtype: 'int4' },
      { name: 'b' },
    ];
    expect(placesOf({ inputs, layers })).toEqual([
      '#/inputs/0/nam unknown_key',
      '#/inputs/0/shape/0 invalid_value',
      '#/inputs/0 missing_key',
      '#/inputs/1/shape/0 invalid_value',
      '#/inputs/2/shape/0 invalid_value',
      '#/inputs/3/dtype invalid_value',
      '#/inputs/4 missing_key',
    ]);
  });

  test('have extents that are whole numbers, whatever JSON can write', () => {
    for (const extent of ['1e400', '-1', '0', '"3"', 'null', '9007199254740992', '1e10', '[3]', '-0'])
      expect([extent, placesOf(JSON.parse(`{"input":[3,${extent}],"layers":[{"type":"relu"}]}`))]).toEqual([
        extent,
        ['#/input/1 invalid_value'],
      ]);
    expect(shapeOf(JSON.parse('{"input":[3.0,1e1],"layers":[{"type":"relu"}]}'))).toEqual([[1, 3, 10]]);
  });

  test('with one name are refused', () => {
    const inputs = [
      { name: 'x', shape: [3] },
      { name: 'x', shape: [3] },
    ];
    expect(refusalOf({ inputs, layers })).toEqual([['#/inputs/1/name duplicate_name', 'the name "x" is used twice']]);
  });
});

describe('blocks', () => {
  const withBlock = (block: unknown, name = 'b') => ({ input: [3], layers, blocks: { [name]: block } });

  test('are objects with layers', () => {
    expect(placesOf(withBlock(5))).toEqual(['#/blocks/b invalid_value']);
    expect(placesOf(withBlock({}))).toEqual(['#/blocks/b missing_key']);
    expect(placesOf(withBlock({ layers: [] }))).toEqual(['#/blocks/b/layers invalid_value']);
    expect(placesOf(withBlock({ layers: [5] }))).toEqual(['#/blocks/b/layers/0 invalid_value']);
    expect(placesOf(withBlock({ layers, input: ['x'], outputs: [] }))).toEqual([
      '#/blocks/b/input unknown_key',
      '#/blocks/b/outputs invalid_value',
    ]);
    expect(placesOf({ input: [3], layers, blocks: [] })).toEqual(['#/blocks invalid_value']);
  });

  test('have names, and so have their parameters', () => {
    expect(placesOf(withBlock({ layers }, ''))).toEqual(['#/blocks/ invalid_value']);
    expect(placesOf(withBlock({ layers }, 'a\nb'))).toEqual(['#/blocks/a%0Ab invalid_value']);
    expect(placesOf(withBlock({ layers }, '\ud800'))).toEqual(['#/blocks invalid_value']);
    expect(placesOf(withBlock({ layers, params: { '': 1, 'x/y': 2, '\u0000': 3 } }))).toEqual([
      '#/blocks/b/params/ invalid_value',
      '#/blocks/b/params/%00 invalid_value',
    ]);
  });

  test('called like what every object inherits are blocks all the same', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const report = measureDocument({
        input: [3],
        blocks: { [name]: { params: { [name]: 5 }, layers: [{ type: 'linear', out_features: `$${name}` }] } },
        layers: [{ type: 'block', block: name }],
      });
      expect(report.layers[0]?.output_shapes).toEqual([[1, 5]]);
      expect(placesOf({ input: [3], layers: [{ type: 'block', block: name }] })).toEqual(['#/layers/0/block unknown_block']);
    }
  });
});

test('what is read keeps blocks by name, in the order of the document', () => {
  const read = readDocument({
    input: [3],
    layers,
    blocks: { z: { layers }, a: { layers, inputs: ['x'], outputs: ['relu_1'], params: { w: null } } },
  });
  expect([...read.blocks.values()].map(({ name, inputs, outputs, params }) => ({ name, inputs, outputs, params }))).toEqual([
    { name: 'z', inputs: ['input'], outputs: undefined, params: {} },
    { name: 'a', inputs: ['x'], outputs: ['relu_1'], params: { w: null } },
  ]);
});
