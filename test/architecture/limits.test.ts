import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import { placesOf, refusalOf } from '../refusal.ts';

// No clock is read. What these documents ask for could not be made in the time or the memory that a test has, so that a refusal alone shows that it comes
// first; and that faults are not worded without end shows in their number.

/** The first places of a document with more faults than any answer lists: a stage gives up at a thousand. */
function expectThousand(document: unknown, first: readonly string[]): void {
  const places = placesOf(document);
  expect(places.slice(0, first.length)).toEqual(first);
  expect(places).toHaveLength(1000);
}

const relu = { type: 'relu' };
const call = (block: string, more: object = {}) => ({ type: 'block', block, ...more });
const document = (layers: readonly unknown[], blocks: object = {}) => ({ input: [3, 8, 8], layers, blocks });

describe('layers are counted before they are expanded', () => {
  test('a body of 165 bytes that asks for 10^10 layers is refused', () => {
    const text =
      '{"input":[1],"blocks":{"a":{"layers":[{"type":"block","block":"b","repeat":99999}]},"b":{"layers":[{"type":"relu"}]}},"layers":[{"type":"block","block":"a","repeat":99999}]}';
    expect(text.length).toBeLessThan(180);
    expect(placesOf(JSON.parse(text))).toEqual(['#/blocks/a/layers/0 too_many_layers']);
  });

  test('repeat multiplies through 60 levels without overflowing or expanding', () => {
    const blocks = Object.fromEntries(
      Array.from({ length: 60 }, (_, level) => [
        `b${level}`,
        { layers: [level === 59 ? relu : call(`b${level + 1}`, { repeat: 2 ** 31 - 1 })] },
      ]),
    );
    expect(placesOf(document([call('b0')], blocks))).toEqual(['#/blocks/b58/layers/0 too_many_layers']);
  });

  test('a block that calls the next one twice doubles', () => {
    const blocks = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [
        `b${level}`,
        { layers: level === 39 ? [relu] : [call(`b${level + 1}`), call(`b${level + 1}`)] },
      ]),
    );
    // 2^14 = 16,384 layers fit, 2^15 do not: b24 holds 2^15.
    expect(placesOf(document([call('b0')], blocks))).toEqual(['#/blocks/b24/layers/1 too_many_layers']);
    expect(measureDocument(document([call('b25')], blocks)).totals.layers).toBe(16_384);
  });

  test('just as many as are allowed pass', () => {
    const blocks = { b: { layers: [{ type: 'relu', activation: 'tanh' }, relu] } };
    expect(measureDocument(document([call('b', { repeat: 6666 }), relu, relu], blocks)).totals.layers).toBe(20_000);
    expect(refusalOf(document([call('b', { repeat: 6666 }), relu, relu, relu], blocks))).toEqual([
      ['#/layers/3 too_many_layers', 'the document expands to at least 20001 layers; at most 20000 are analysed'],
    ]);
    expect(placesOf(document([relu, relu, relu]), {}, { maxLayers: 2 })).toEqual(['#/layers too_many_layers']);
  });
});

describe('what a caller may multiply is bounded', () => {
  test('parameters that double with every level', () => {
    const blocks = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [
        `b${level}`,
        { params: { p: null }, layers: [level === 39 ? relu : call(`b${level + 1}`, { params: { p: ['$p', '$p'] } })] },
      ]),
    );
    // A list of two has 3 values, of two of those 7, …: the ninth doubling has 1023.
    expect(placesOf(document([call('b0', { params: { p: 1 } })], blocks))).toEqual(['#/blocks/b8/layers/0/params too_large']);
  });

  test('a thousand values for one call, not one more', () => {
    const b = { b: { params: { p: null }, layers: [relu] } };
    expect(measureDocument(document([call('b', { params: { p: new Array(999).fill(0) } })], b)).totals.layers).toBe(1);
    expect(placesOf(document([call('b', { params: { p: new Array(1000).fill(0) } })], b))).toEqual(['#/layers/0/params too_large']);
  });

  test('many values for each of many calls', () => {
    const layers = Array.from({ length: 5000 }, (_, index) => call('b', { params: { p: new Array(997).fill(index) } }));
    // A call takes 998 values, and its layer two more: 1000 calls make the million.
    expect(placesOf(document(layers, { b: { params: { p: null }, layers: [relu] } }))).toEqual(['#/layers/1000 too_large']);
  });

  test('a long text that is put in many times', () => {
    const layers = Array.from({ length: 10_000 }, () => ({ type: 'conv2d', out_channels: '$p', kernel_size: 1 }));
    expect(placesOf(document([call('b')], { b: { params: { p: 'x'.repeat(4_000_000) }, layers } }))).toEqual(['#/layers/0 too_large']);
  });

  test('a block of many values that is called with many different parameters', () => {
    const b = { params: { n: null }, layers: [{ type: 'relu', x: new Array(300_000).fill(0) }] };
    const layers = Array.from({ length: 5000 }, (_, n) => call('b', { params: { n } }));
    expect(placesOf(document(layers, { b }))).toEqual([expect.stringMatching(/^#\/blocks\/b\/layers\/0\/x\/\d+ too_large$/)]);
  });

  test('a block with more parameters than any', () => {
    const params = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`p${index}`, 1]));
    const layers = Array.from({ length: 10_000 }, () => call('b'));
    expect(placesOf(document(layers, { b: { params, layers: [relu] } }))).toEqual(['#/blocks/b/params too_large']);
  });

  test('long lists of inputs, of layers or of blocks, that are repeated', () => {
    const many = new Array<string>(4096).fill('x');
    const concat = { inputs: ['x'], layers: [{ type: 'concat', dim: 1, inputs: many }] };
    expect(placesOf(document([call('b', { repeat: 20_000 })], { b: concat }))).toEqual(['#/layers/0 too_large']);
    const inputs = many.map((_, index) => `i${index}`);
    const wide = { inputs, outputs: inputs, layers: [relu] };
    expect(placesOf(document([call('b', { repeat: 20_000, inputs: many.map(() => 'input') })], { b: wide }))).toEqual([
      '#/layers/0 too_large',
    ]);
  });

  test('outputs of many layers', () => {
    const custom = { type: 'custom', operator: 'x', output_shapes: new Array(4096).fill([1]), inputs: ['input'] };
    const layers = Array.from({ length: 400 }, () => custom);
    // 4096 · 245 > 1,000,000
    expect(placesOf(document(layers))).toEqual(['#/layers/244 too_large']);
  });
});

describe('what is wrong many times is not worded many times', () => {
  test('twenty thousand references to nothing', () => {
    const layers = Array.from({ length: 20_000 }, (_, index) => ({
      name: `layer_number_${index}`,
      type: 'relu',
      inputs: [`layre_number_${index}`],
    }));
    expectThousand(document(layers), [
      '#/layers/0/inputs/0 unknown_reference',
      '#/layers/1/inputs/0 unknown_reference',
      '#/layers/2/inputs/0 unknown_reference',
    ]);
  });

  test('a hundred thousand unknown keys', () => {
    const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, 1]));
    expectThousand(document([{ type: 'relu', ...keys }]), [
      '#/layers/0/key0 unknown_key',
      '#/layers/0/key1 unknown_key',
      '#/layers/0/key2 unknown_key',
    ]);
    expectThousand({ ...document([relu]), ...keys }, ['#/key0 unknown_key', '#/key1 unknown_key', '#/key2 unknown_key']);
  });

  test('a hundred thousand bad names of blocks, or of parameters', () => {
    const bad = (value: unknown) => Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`\n${index}`, value]));
    expectThousand(document([relu], bad({ layers: [relu] })), [
      '#/blocks/%0A0 invalid_value',
      '#/blocks/%0A1 invalid_value',
      '#/blocks/%0A2 invalid_value',
    ]);
    expectThousand(document([call('b', { params: bad(1) })], { b: { layers: [relu] } }), [
      '#/layers/0/params/%0A0 unknown_parameter',
      '#/layers/0/params/%0A1 unknown_parameter',
      '#/layers/0/params/%0A2 unknown_parameter',
    ]);
  });

  test('a million bad entries of a list', () => {
    const million = new Array(1_000_000).fill('');
    expect(placesOf(document([{ type: 'conv2d', out_channels: 1, kernel_size: million, padding: million }]))).toEqual([
      '#/layers/0/kernel_size invalid_value',
      '#/layers/0/padding invalid_value',
    ]);
    expect(placesOf({ inputs: million, layers: [relu] })).toEqual(['#/inputs invalid_value']);
    expect(placesOf({ ...document([relu]), outputs: million })).toEqual(['#/outputs invalid_value']);
    expectThousand({ ...document([relu]), blocks: { b: { layers: million } } }, [
      '#/blocks/b/layers/0 invalid_value',
      '#/blocks/b/layers/1 invalid_value',
      '#/blocks/b/layers/2 invalid_value',
    ]);
  });

  test('ten thousand calls with the wrong number of inputs, of which there are thousands with long names', () => {
    const inputs = Array.from({ length: 4000 }, (_, index) => `${'n'.repeat(500)}${index}`);
    const layers = Array.from({ length: 10_000 }, () => call('b'));
    expect(placesOf(document(layers.slice(0, 10), { b: { inputs, layers: [relu] } }))).toHaveLength(10);
    // 4001 references a call are too many before their number is looked at.
    expect(placesOf(document(layers, { b: { inputs, layers: [relu] } }))).toEqual(['#/layers/249 too_large']);
  });

  test('twenty thousand layers that each refuse their input', () => {
    const layers = Array.from({ length: 20_000 }, () => ({ type: 'conv3d', out_channels: 1, kernel_size: 1, inputs: ['input'] }));
    expectThousand(document(layers), [
      '#/layers/0/inputs/0 wrong_rank',
      '#/layers/1/inputs/0 wrong_rank',
      '#/layers/2/inputs/0 wrong_rank',
    ]);
  });

  test('twenty thousand blocks that contain themselves', () => {
    const blocks = { a: { layers: Array.from({ length: 19_000 }, () => call('a')) } };
    expectThousand(document([call('a')], blocks), [
      '#/blocks/a/layers/0/block recursive_block',
      '#/blocks/a/layers/1/block recursive_block',
      '#/blocks/a/layers/2/block recursive_block',
    ]);
  });
});

describe('extents and elements', () => {
  test('an axis has up to 2^31 - 1 cells, stated or computed', () => {
    expect(measureDocument({ input: [2 ** 31 - 1], layers: [relu] }).totals.activation_elements).toBe(2 ** 31 - 1);
    expect(placesOf({ input: [2 ** 31], layers: [relu] })).toEqual(['#/input/0 invalid_value']);
    const layers = [
      { type: 'pad', padding: [[1, 0]] },
      { type: 'flatten', inputs: ['input'] },
    ];
    expect(refusalOf({ input: [1, 2 ** 31 - 1], layers })).toEqual([
      ['#/layers/0 too_large', '"pad_1": the shape [1, 1, 2147483648] has an axis of 2147483648; the largest is 2147483647'],
    ]);
    expect(placesOf({ input: [2 ** 16, 2 ** 15], layers: [layers[1]] })).toEqual(['#/layers/0 too_large']);
  });

  test('a tensor has up to 2^53 - 1 elements, exactly', () => {
    // 2^53 - 1 = 6361 · 69431 · 20394401
    const report = measureDocument({ input: [6361, 69431, 20394401], layers: [relu] });
    expect(report.totals.activation_elements).toBe(2 ** 53 - 1);
    expect(refusalOf({ input: [2 ** 27, 2 ** 26], layers: [relu] })[0]).toEqual([
      '#/input too_large',
      'input "input": the shape [1, 134217728, 67108864] has about 9.007e+15 elements; the largest tensor has 9007199254740991',
    ]);
    expect(placesOf({ inputs: [{ name: 'x', shape: [2 ** 30, 2 ** 30] }], layers: [relu] })).toEqual(['#/inputs/0 too_large']);
  });

  test('a weight is a tensor as well', () => {
    const inputs = [
      { name: 'a', shape: [2 ** 20] },
      { name: 'b', shape: [2 ** 20] },
    ];
    expect(refusalOf({ inputs, layers: [{ type: 'bilinear', out_features: 2 ** 13, inputs: ['a', 'b'] }] })).toEqual([
      [
        '#/layers/0 too_large',
        '"bilinear_1" weights: the shape [8192, 1048576, 1048576] has about 9.007e+15 elements; the largest tensor has 9007199254740991',
      ],
    ]);
  });

  test('may be limited further', () => {
    const chain = { input: [3, 8, 8], layers: [relu, { type: 'flatten' }] };
    expect(placesOf(chain, {}, { maxExtent: 191 })).toEqual(['#/layers/1 too_large']);
    expect(placesOf(chain, {}, { maxElements: 191 })).toEqual(['#/input too_large']);
    expect(placesOf(chain, { batch_size: 9 }, { maxExtent: 8 })).toEqual(['#/input too_large']);
  });

  test('beyond 2^53 counts are doubles', () => {
    const report = measureDocument({ input: [2 ** 31 - 1, 1000, 1000], layers: [{ type: 'linear', out_features: 1000, bias: false }] });
    const exact = 2147483647n * 1000n * 1000n * 1000n;
    expect(report.totals.macs).toBe(Number(exact));
    expect(Math.abs(report.totals.flops / Number(exact * 2n) - 1)).toBeLessThan(1e-15);
  });
});
