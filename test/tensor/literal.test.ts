import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NotJson, readTensorBody, type TensorBody } from '../../src/tensor/literal.ts';

const keys = { tensors: ['input', 'weight', 'bias'], values: ['layer'] };
const limits = { maxDepth: 8, maxRank: 5, maxElements: 100 };

function read(text: string | Uint8Array, given = limits): TensorBody {
  return readTensorBody(typeof text === 'string' ? Buffer.from(text) : text, keys, given);
}

/** The only issue of a body with this input, as `code at path: detail`. */
function refusal(input: string, given = limits): string {
  const { issues, tensors } = read(`{"layer": {"type": "relu"}, "input": ${input}, "bias": [1]}`, given);
  expect(tensors.has('input')).toBe(false);
  expect(tensors.get('bias')?.data).toEqual(Float32Array.of(1));
  expect(issues).toHaveLength(1);
  return issues.map(({ path, code, detail }) => `${code} at ${path.join('/')}: ${detail}`).join();
}

function offset(text: string | Uint8Array): number {
  try {
    read(text);
  } catch (error) {
    if (error instanceof NotJson) return error.offset;
    throw error;
  }
  return -1;
}

describe('a body of tensors', () => {
  test('is read with its layer as JSON.parse gives it, and each tensor in its own form', () => {
    const body = read(`{ "layer": { "type": "conv2d", "stride": 1, "name": "\\u00e9ß😀" },
      "input": [[[[1,2,3],[4,5,6],[7,8,9]]]], "weight": { "shape": [1,1,3,3], "data": [0,1,0,1,-4,1,0,1,0] },
      "bias": { "shape": [1], "dtype": "float32", "base64": "AAAAAA==" } }`);
    expect(body.issues).toEqual([]);
    expect(body.values.get('layer')).toEqual({ type: 'conv2d', stride: 1, name: 'éß😀' });
    expect(body.tensors.get('input')).toEqual({
      form: 'nested',
      dtype: 'float32',
      shape: [1, 1, 3, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    });
    expect(body.tensors.get('weight')).toEqual({
      form: 'flat',
      dtype: 'float32',
      shape: [1, 1, 3, 3],
      data: Float32Array.of(0, 1, 0, 1, -4, 1, 0, 1, 0),
    });
    expect(body.tensors.get('bias')).toEqual({ form: 'base64', dtype: 'float32', shape: [1], data: Float32Array.of(0) });
  });

  test('takes the keys of a tensor in any order, a dtype behind its data included', () => {
    for (const text of [
      '{"shape":[2],"data":[0.1,1e300],"dtype":"float64"}',
      '{"data":[0.1,1e300],"dtype":"float64","shape":[2]}',
      '{"dtype":"float64","data":[0.1,1e300],"shape":[2]}',
      '{"dt\\u0079pe":"float64","data":[0.1,1e300],"shape":[2]}',
    ])
      expect(read(`{"input":${text}}`).tensors.get('input')?.data).toEqual(Float64Array.of(0.1, 1e300));
  });

  test('takes space wherever JSON does, and a byte order mark', () => {
    const text = '\ufeff \t\r\n{ "input" : [ [ 1 , -2.5e1 ] ,\n\t[ 3 ,\r\n4 ] ] , "layer" : 1 } \n';
    expect(read(text).tensors.get('input')).toEqual({
      form: 'nested',
      dtype: 'float32',
      shape: [2, 2],
      data: Float32Array.of(1, -25, 3, 4),
    });
  });

  test('keeps extents of 0', () => {
    expect(read('{"input":[]}').tensors.get('input')?.shape).toEqual([0]);
    expect(read('{"input":[[],[]]}').tensors.get('input')?.shape).toEqual([2, 0]);
    expect(read('{"input":{"shape":[3,-0],"data":[]}}').tensors.get('input')?.shape).toEqual([3, 0]);
  });

  test('lists unknown keys and reads on', () => {
    expect(read('{"inputs":[1,"x"],"input":[1]}').unknown).toEqual(['inputs']);
  });

  test('collects what is wrong with each tensor', () => {
    const { issues } = read('{"input":null,"weight":[[1],2],"bias":{"shape":[2],"data":[1]}}');
    expect(issues.map(({ path }) => path)).toEqual([['input'], ['weight', 1], ['bias', 'data']]);
  });

  test('is refused where it is no object', () => {
    expect(read('[1, 2]').issues).toEqual([{ path: [], code: 'invalid_value', detail: 'the body is an object; given [1, 2]' }]);
  });
});

describe('JSON that is no tensor', () => {
  test.each([
    ['null', 'invalid_value at input: a tensor is nested arrays of numbers or an object with shape and data or base64; given null'],
    ['3', 'invalid_value at input: a tensor is nested arrays of numbers or an object with shape and data or base64; given 3'],
    ['[1, "NaN"]', 'invalid_value at input/1: a tensor holds numbers; given "NaN"'],
    ['[1, "Infinity"]', 'invalid_value at input/1: a tensor holds numbers; given "Infinity"'],
    ['[[1, true]]', 'invalid_value at input/0/1: a tensor holds numbers; given true'],
    ['[[1, {"a": [2]}]]', 'invalid_value at input/0/1: a tensor holds numbers; given {"a": [2]}'],
    ['[[1, 2], [3]]', 'ragged at input/1: this array holds 1 values, those before it 2'],
    ['[[1, 2], [3, 4, 5]]', 'ragged at input/1: this array holds 3 values, those before it 2'],
    ['[[[1], [2]], [[3]]]', 'ragged at input/1: this array holds 1 values, those before it 2'],
    ['[[], [1]]', 'ragged at input/1: this array holds 1 values, those before it 0'],
    ['[[1], []]', 'ragged at input/1: this array holds 0 values, those before it 1'],
    ['[[[1]], []]', 'ragged at input/1: this array holds 0 values, those before it 1'],
    ['[[1, 2], 3]', 'ragged at input/1: a number at depth 1 where the numbers before it are at depth 2'],
    ['[1, [2]]', 'ragged at input/1: an array at depth 2 where the numbers before it are at depth 1'],
    ['[[[[[[1]]]]]]', 'too_deep at input/0/0/0/0/0: arrays nested more than 5 deep'],
    ['[0, 1e39]', 'out_of_range at input/1: 1e39 is beyond the range of float32'],
    ['[[0, 1], [-3.5e38, 1]]', 'out_of_range at input/1/0: -3.5e38 is beyond the range of float32'],
    ['{"shape":[1],"data":[1e400],"dtype":"float64"}', 'out_of_range at input/data/0: 1e400 is beyond the range of float64'],
    ['{"shape":[2,2],"data":[1,2,3]}', 'shape_mismatch at input/data: data holds 3 numbers, shape [2, 2] has 4 elements'],
    ['{"data":[1,2,3],"shape":[2]}', 'shape_mismatch at input/data: data holds 3 numbers, shape [2] has 2 elements'],
    ['{"shape":[2,-1],"data":[1]}', 'invalid_value at input/shape/1: axis 1 must be a whole number, 0 or more; given -1'],
    ['{"shape":[1.5],"data":[1]}', 'invalid_value at input/shape/0: axis 0 must be a whole number, 0 or more; given 1.5'],
    ['{"shape":[1e999],"data":[1]}', 'invalid_value at input/shape/0: axis 0 must be a whole number, 0 or more; given 1e999'],
    ['{"shape":["1"],"data":[1]}', 'invalid_value at input/shape/0: axis 0 must be a whole number, 0 or more; given "1"'],
    ['{"shape":[[1]],"data":[1]}', 'invalid_value at input/shape/0: axis 0 must be a whole number, 0 or more; given [1]'],
    ['{"shape":4,"data":[1]}', 'invalid_value at input/shape: shape is a list of whole numbers; given 4'],
    ['{"shape":[1,1,1,1,1,1],"data":[1]}', 'wrong_rank at input/shape: shape has 6 axes; the limit is 5'],
    ['{"shape":[2],"data":[[1],[2]]}', 'invalid_value at input/data/0: an array within data; data is flat, in row-major order'],
    ['{"shape":[2],"data":[1,[2]]}', 'invalid_value at input/data/1: an array within data; data is flat, in row-major order'],
    ['{"shape":[2],"data":"1,2"}', 'invalid_value at input/data: data is an array of numbers; given "1,2"'],
    ['{"shape":[1],"data":[null]}', 'invalid_value at input/data/0: a tensor holds numbers; given null'],
    ['{"shape":[1],"data":[1],"dtype":"float16"}', 'wrong_dtype at input/dtype: dtype is float32 or float64; given "float16"'],
    ['{"shape":[1],"data":[1],"dtype":null}', 'wrong_dtype at input/dtype: dtype is float32 or float64; given null'],
    ['{"shape":[1]}', 'missing_key at input: data is missing; a tensor has shape, data or base64, and dtype'],
    ['{"data":[1]}', 'missing_key at input: shape is missing; a tensor has shape, data or base64, and dtype'],
    ['{"shape":[1],"values":[1]}', 'unknown_key at input/values: unknown key "values"; a tensor has shape, data or base64, and dtype'],
    ['{"shape":[1],"data":[1],"base64":"AAAAAA=="}', 'invalid_value at input/base64: both data and base64 are given; keep one'],
    ['{"shape":[1],"base64":5}', 'invalid_value at input/base64: base64 is text; given 5'],
  ])('%s is refused', (input, expected) => {
    expect(refusal(input)).toBe(expected);
  });

  test('loses to what is not JSON behind it', () => {
    expect(offset('{"input":null,"bias":[1,]}')).toBe(24);
  });
});

describe('limits', () => {
  const count = (elements: number): string => `[${new Array(elements).fill('1').join(',')}]`;

  test('elements are counted to the end but not kept beyond the limit', () => {
    expect(refusal(count(5000), { ...limits, maxElements: 4000 })).toBe(
      'too_large at input: the tensor has 5000 elements; the limit is 4000',
    );
    expect(refusal(`[${count(60)},${count(60)}]`)).toBe('too_large at input: the tensor has 120 elements; the limit is 100');
    expect(refusal(`{"shape":[120],"data":${count(120)}}`)).toBe('too_large at input/shape: the tensor has 120 elements; the limit is 100');
    expect(refusal(`{"data":${count(120)},"shape":[12]}`)).toBe('too_large at input/data: the tensor has 120 elements; the limit is 100');
    expect(refusal('{"shape":[1000000,1000000],"base64":"AAAA"}')).toBe(
      'too_large at input/shape: the tensor has 1000000000000 elements; the limit is 100',
    );
    expect(read(`{"input":${count(100)}}`).tensors.get('input')?.shape).toEqual([100]);
  });

  test('all tensors of a body share them', () => {
    const { issues, tensors } = read(`{"input":${count(60)},"weight":${count(50)},"bias":${count(40)}}`);
    expect([...tensors.keys()]).toEqual(['input', 'bias']);
    expect(issues).toEqual([
      { path: ['weight'], code: 'too_large', detail: 'the tensor has 50 elements, with the tensors before it 110; the limit is 100' },
    ]);
  });

  test('a value nested too deep is left, whatever it is nested in', () => {
    const deep = `${'[{"a":'.repeat(50)}1${'}]'.repeat(50)}`;
    expect(read(`{"layer":${deep}}`).issues).toEqual([
      { path: ['layer'], code: 'too_deep', detail: 'arrays and objects are nested 100 deep; the limit is 8' },
    ]);
    expect(offset('['.repeat(1_000_000))).toBe(1_000_000);
    expect(offset(`{"input":${'['.repeat(1_000_000)}`)).toBe(1_000_009);
  });
});

describe('the grammar is that of JSON.parse', () => {
  test.each([
    ['{"input":[1,NaN]}', 12],
    ['{"input":[Infinity]}', 10],
    ['{"input":[-Infinity]}', 11],
    ['{"input":[01]}', 11],
    ['{"input":[-01]}', 12],
    ['{"input":[+1]}', 10],
    ['{"input":[.5]}', 10],
    ['{"input":[1.]}', 12],
    ['{"input":[1.e5]}', 12],
    ['{"input":[1e]}', 12],
    ['{"input":[1e+]}', 13],
    ['{"input":[0x10]}', 11],
    ['{"input":[-]}', 11],
    ['{"input":[1 2]}', 12],
    ['{"input":[1,]}', 12],
    ['{"input":[,1]}', 10],
    ['{"input":[1],}', 13],
    ['{"input":[1] // no\n}', 13],
    ["{'input':[1]}", 1],
    ['{"input":[1]} {}', 14],
    ['{"layer":"a\nb"}', 11],
    ['{"layer":"\\x41"}', 11],
    ['{"layer":"\\u12g4"}', 14],
    ['{"layer":nul}', 12],
    ['{"layer":"', 10],
    ['', 0],
    ['{"input":[1', 11],
  ])('%s is not JSON', (text, at) => {
    expect(offset(text)).toBe(at);
  });

  test.each([
    [[0x80], 10],
    [[0xc0, 0xaf], 10],
    [[0xe0, 0x80, 0x80], 11],
    [[0xed, 0xa0, 0x80], 11],
    [[0xf4, 0x90, 0x80, 0x80], 11],
    [[0xf0, 0x9f, 0x98], 13],
  ])('the bytes %j in a string are not UTF-8', (bytes, at) => {
    expect(offset(Buffer.concat([Buffer.from('{"layer":"'), Buffer.from(bytes), Buffer.from('"}')]))).toBe(at);
  });

  /** Bodies with one to three bytes replaced, dropped or put in: those that JSON.parse takes are read, the others are not. */
  test('on mutated bodies', () => {
    const texts = [
      '{"layer":{"type":"conv2d","pad":[1,-0.5e+10,true,false,null,"\\n\\u00e9é😀"]},"input":[[1.25,-2e-3],[0,10.5]]}',
      '{"layer":[],"weight":{"shape":[1,2],"data":[0.1,-12.75E2],"dtype":"float64"},"bias":{"shape":[1],"base64":"AACAPw=="}}',
      ' { "layer" : { } , "input" : [ [ 1 , 2 ] , [ 3 , 4.0 ] ] , "other" : [ { "a" : [ 0 ] } , "" ] } ',
    ].map((text) => Buffer.from(text));
    const alphabet = Buffer.from('{}[]",:.-+eE0123456789 \n\ttfn\\/ux\u0001é\u2028');
    const edit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), fc.nat());
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.nat({ max: texts.length - 1 }), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        let bytes = [...(texts[which] ?? [])];
        for (const [place, kind, byte] of edits) {
          const at = place % bytes.length;
          bytes = bytes.toSpliced(at, kind === 0 ? 0 : 1, ...(kind === 1 ? [] : [alphabet[byte % alphabet.length] ?? 0]));
        }
        const body = Buffer.from(bytes);
        let parsed: unknown;
        try {
          parsed = JSON.parse(decoder.decode(body));
        } catch {
          refused++;
          expect(offset(body)).toBeGreaterThanOrEqual(0);
          return;
        }
        taken++;
        const result: TensorBody = read(body);
        // The one thing that JSON.parse takes and we do not.
        if (result.issues.some(({ code }) => code === 'duplicate_key')) return;
        if (result.values.has('layer')) expect(result.values.get('layer')).toEqual((parsed as { layer: unknown }).layer);
        const input = result.tensors.get('input');
        if (input?.form === 'nested') expect([...input.data]).toEqual((parsed as { input: number[] }).input.flat(5).map(Math.fround));
      }),
      { numRuns: 40_000 },
    );
    // Enough of both kinds to mean something.
    expect(taken).toBeGreaterThan(3000);
    expect(refused).toBeGreaterThan(3000);
  });
});

test('an empty object is an object, wherever it stands', () => {
  const keys = { tensors: ['input'], values: ['layer'] };
  const limits = { maxDepth: 64, maxRank: 16, maxElements: 100 };
  const read = (text: string) => readTensorBody(Buffer.from(text), keys, limits);
  expect(read('{}')).toMatchObject({ unknown: [], issues: [] });
  expect(read('{"layer":{},"input":[1]}').tensors.get('input')?.shape).toEqual([1]);
  expect(read('{ "input" : { } }').issues.length).toBeGreaterThan(0);
});

test('a key that stands twice is refused at its place, in the body, in a tensor and in a value', () => {
  const keys = { tensors: ['input'], values: ['layer'] };
  const limits = { maxDepth: 64, maxRank: 16, maxElements: 100 };
  const issuesOf = (text: string) => readTensorBody(Buffer.from(text), keys, limits).issues.map(({ path, code }) => [path, code]);
  expect(issuesOf('{"input":[1],"input":[2]}')).toEqual([[['input'], 'duplicate_key']]);
  expect(issuesOf('{"input":{"shape":[1],"shape":[1],"data":[1]}}')).toEqual([[['input', 'shape'], 'duplicate_key']]);
  expect(issuesOf('{"layer":{"a":{"b":1,"b":2}},"input":[1]}')).toEqual([[['layer', 'a', 'b'], 'duplicate_key']]);
  expect(issuesOf('{"layer":{"a":":b","c":{"b":1}},"input":[1]}')).toEqual([]);
});
