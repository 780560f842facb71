import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/issue.ts';
import { readTensorBody, type SentTensor, type Tensor, type TensorForm } from '../../src/tensor/literal.ts';
import { JsonBytes } from '../../src/tensor/literal-write.ts';

const limits = { maxDepth: 8, maxRank: 5, maxElements: 1_000_000 };

function write(tensor: Tensor, form: TensorForm): string {
  return new JsonBytes().tensor(tensor, form).finish().toString();
}

function f32(shape: readonly number[], ...numbers: readonly number[]): Tensor {
  return { dtype: 'float32', shape, data: Float32Array.from(numbers) };
}

function f64(shape: readonly number[], ...numbers: readonly number[]): Tensor {
  return { dtype: 'float64', shape, data: Float64Array.from(numbers) };
}

const anyTensor = (isNumeric: boolean) =>
  fc.tuple(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 }), fc.boolean()).chain(([shape, isSingle]) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const range = { minLength: length, maxLength: length, noNaN: isNumeric, noDefaultInfinity: isNumeric };
    return (isSingle ? fc.float32Array(range) : fc.float64Array(range)).map(
      (data): Tensor => ({ dtype: isSingle ? 'float32' : 'float64', shape, data }),
    );
  });

describe('a tensor is written', () => {
  test('nested by its shape', () => {
    expect(write(f32([1, 2, 2], 1, -0, 0.1, 2.5), 'nested')).toBe('[[[1,-0],[0.1,2.5]]]');
    expect(write(f64([2, 1], 0.1, -0), 'nested')).toBe('[[0.1],[-0]]');
    expect(write(f32([2, 0]), 'nested')).toBe('[[],[]]');
    expect(write(f32([0, 2]), 'nested')).toBe('[]');
    expect(write(f32([], 7), 'nested')).toBe('7');
  });

  test('flat with its shape', () => {
    expect(write(f32([2, 2], 1, 2, 3, 1 / 3), 'flat')).toBe('{"shape":[2,2],"dtype":"float32","data":[1,2,3,0.33333334]}');
    expect(write(f64([1], 1 / 3), 'flat')).toBe('{"shape":[1],"dtype":"float64","data":[0.3333333333333333]}');
  });

  test('in base64, little-endian', () => {
    // 1 is 0x3f800000 and 0x3ff0000000000000: bytes 00 00 80 3f and 00 00 00 00 00 00 f0 3f.
    expect(write(f32([1], 1), 'base64')).toBe('{"shape":[1],"dtype":"float32","base64":"AACAPw=="}');
    expect(write(f64([1], 1), 'base64')).toBe('{"shape":[1],"dtype":"float64","base64":"AAAAAAAA8D8="}');
  });

  test('between other JSON', () => {
    const bytes = new JsonBytes()
      .text('{"name":')
      .value('é😀"')
      .text(',"output":')
      .tensor(f32([1], 2), 'nested')
      .text('}')
      .finish();
    expect(JSON.parse(bytes.toString())).toEqual({ name: 'é😀"', output: [2] });
  });

  test('whatever part of a buffer it is', () => {
    const data = new Float32Array(Float32Array.of(9, 1, 2, 9).buffer, 4, 2);
    expect(write({ dtype: 'float32', shape: [2], data }, 'nested')).toBe('[1,2]');
    expect(write({ dtype: 'float32', shape: [1], data: data.subarray(0, 1) }, 'base64')).toContain('"AACAPw=="');
  });

  test('NaN and infinities in base64 only, refused at their place elsewhere', () => {
    for (const [value, form] of [
      [Number.NaN, 'nested'],
      [Number.POSITIVE_INFINITY, 'flat'],
      [Number.NEGATIVE_INFINITY, 'nested'],
    ] as const)
      for (const tensor of [f32([2, 3], 1, 2, 3, 4, value, 6), f64([2, 3], 1, 2, 3, 4, value, 6)]) {
        const path = form === 'nested' ? [1, 1] : [4];
        expect(() => write(tensor, form)).toThrow(
          new Refusal(path, 'not_finite', `${value} has no JSON number; NaN and Infinity travel in base64 only`),
        );
        const { data } = readBack(write(tensor, 'base64'));
        expect(data).toEqual(tensor.data);
      }
  });
});

function readBack(text: string): SentTensor {
  const { tensors, issues } = readTensorBody(Buffer.from(`{"t":${text}}`), { tensors: ['t'], values: [] }, limits);
  expect(issues).toEqual([]);
  const tensor = tensors.get('t');
  if (tensor === undefined) throw new Error('no tensor');
  return tensor;
}

describe('what was written reads back the same', () => {
  test.each(['nested', 'flat', 'base64'] as const)('as %s', (form) => {
    fc.assert(
      fc.property(anyTensor(form !== 'base64'), (tensor) => {
        // Nested arrays state no dtype and are read as float32.
        fc.pre(form !== 'nested' || tensor.data.every((value) => Number.isFinite(Math.fround(value))));
        const back = readBack(write(tensor, form));
        const bits = (data: Tensor['data']): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        expect(back.form).toBe(form);
        // Nothing is said about a shape behind its first 0.
        if (form === 'nested') expect([...back.data]).toEqual(Array.from(tensor.data, Math.fround));
        else {
          expect(back.shape).toEqual(tensor.shape);
          expect(back.dtype).toBe(tensor.dtype);
          expect(bits(back.data).equals(bits(tensor.data))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('in runs longer than any buffer', () => {
    for (const shape of [[70_000], [3, 5000], [5000, 3]]) {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, index) => Math.sin(index) * 10 ** ((index % 40) - 20));
      const back = readBack(write({ dtype: 'float32', shape, data }, 'nested'));
      expect(back.shape).toEqual(shape);
      expect(back.data).toEqual(data);
      expect(readBack(write({ dtype: 'float64', shape, data: Float64Array.from(data) }, 'flat')).data).toEqual(Float64Array.from(data));
    }
  });
});

describe('a large tensor is written in turns', () => {
  const numbers = (length: number) => Float64Array.from({ length }, (_, index) => index);
  const inTurns = (shape: readonly number[], form: TensorForm, dtype: 'float64' | 'int64' = 'float64') => {
    const json = new JsonBytes();
    const turns = [...json.tensorInTurns({ dtype, shape, data: numbers(shape.reduce((a, b) => a * b)) }, form)].length;
    return { turns, text: json.finish().toString() };
  };

  // A turn is 65 536 numbers: 65 536 rows of one, 13 107 of five, 1 of 65 536, none of 70 000, which take two turns each.
  test.each([
    [[200_000], 4],
    [[131_072, 1], 2],
    [[40_000, 5], 3],
    [[3, 65_536], 3],
    [[2, 70_000], 4],
    [[1, 2, 3, 30_000], 2],
    [[10], 1],
  ])('of few short rows or parts of a long one: %j', (shape, turns) => {
    const nested = shape
      .slice(1)
      .reduceRight<unknown[]>(
        (rows, extent) => Array.from({ length: rows.length / extent }, (_, index) => rows.slice(index * extent, (index + 1) * extent)),
        [...numbers(shape.reduce((a, b) => a * b))],
      );
    const written = inTurns(shape, 'nested');
    expect(written.text === JSON.stringify(nested)).toBe(true);
    expect(written.turns).toBe(turns);
  });

  test('in base64 of whole groups of three bytes', () => {
    const data = numbers(400_000);
    const int64 = Buffer.from(BigInt64Array.from(data, BigInt).buffer).toString('base64');
    for (const [dtype, base64] of [['float64', Buffer.from(data.buffer).toString('base64')] as const, ['int64', int64] as const]) {
      const { turns, text } = inTurns([400_000], 'base64', dtype);
      expect(text === `{"shape":[400000],"dtype":"${dtype}","base64":"${base64}"}`).toBe(true);
      // 196 608 numbers in each.
      expect(turns).toBe(3);
    }
  });
});

describe('base64 is refused', () => {
  test.each([
    ['AAAAAA=', 'invalid_value: base64 of 7 characters, which is no multiple of 4'],
    ['AAAAAA', 'invalid_value: base64 of 6 characters, which is no multiple of 4'],
    ['AAAAAAAA', 'shape_mismatch: base64 holds 6 bytes; 1 elements of float32 are 4 bytes'],
    ['', 'shape_mismatch: base64 holds 0 bytes; 1 elements of float32 are 4 bytes'],
    ['AAAAAAAAAAA=', 'shape_mismatch: base64 holds 8 bytes; 1 elements of float32 are 4 bytes'],
    ['AA-AAA==', 'invalid_value: "-" at character 2 is not base64: A-Z a-z 0-9 + / and = at the end'],
    ['AA_AAA==', 'invalid_value: "_" at character 2 is not base64: A-Z a-z 0-9 + / and = at the end'],
    ['AA AAA==', 'invalid_value: " " at character 2 is not base64: A-Z a-z 0-9 + / and = at the end'],
    ['AA==AA==', 'invalid_value: "=" at character 2 is not base64: A-Z a-z 0-9 + / and = at the end'],
    ['AAA\u0141AA==', 'invalid_value: "Ł" at character 3 is not base64: A-Z a-z 0-9 + / and = at the end'],
  ])('%j', (base64, detail) => {
    const { issues } = readTensorBody(Buffer.from(JSON.stringify({ t: { shape: [1], base64 } })), { tensors: ['t'], values: [] }, limits);
    expect(issues.map(({ path, code, detail }) => `${path.join('/')} ${code}: ${detail}`)).toEqual([`t/base64 ${detail}`]);
  });

  test('unless it is one, bits behind the last byte aside', () => {
    // 1 is 00 00 80 3f; the sixth character of AACAPw== has four bits to spare.
    expect(readBack('{"shape":[1],"base64":"AACAP3=="}').data).toEqual(Float32Array.of(1));
  });

  test('unless it is what Buffer writes, slashes escaped or not', () => {
    const numbers = Float32Array.of(-1.5, 2.25, -1e-40, 3.4028234663852886e38);
    const base64 = Buffer.from(numbers.buffer).toString('base64');
    expect(base64).toContain('/');
    for (const text of [base64, base64.replaceAll('/', '\\/')])
      expect(readBack(`{"shape":[4],"dtype":"float32","base64":"${text}"}`).data).toEqual(numbers);
  });
});
