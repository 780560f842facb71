/** What a skeleton tells: the skimmer and the reader together, from bytes to the model. Bytes by hand after onnx.proto, and files by the onnx package. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BrokenFile } from '../../../src/importers/broken-file.ts';
import type { OnnxAttribute, OnnxModel, OnnxTensor, ValueInfo } from '../../../src/importers/onnx/model.ts';
import { createSkimmer } from '../../../src/importers/onnx/skim.ts';
import { readModel } from '../../../src/importers/onnx/wire.ts';
import type { Bytes } from './wire-bytes.ts';
import { float32, float64, int, int64, message, of, text, varint } from './wire-bytes.ts';

function read(...parts: readonly Bytes[]): OnnxModel {
  const skimmer = createSkimmer({ maxLayers: 1000 });
  skimmer.push(of(...parts));
  return readModel(skimmer.finish());
}

const inGraph = (...parts: readonly Bytes[]) => read(message(7, ...parts)).graph;
function tensor(...parts: readonly Bytes[]): OnnxTensor {
  return inGraph(message(5, ...parts)).initializers[0] as OnnxTensor;
}
function attribute(...parts: readonly Bytes[]): OnnxAttribute {
  return inGraph(message(1, message(5, ...parts))).nodes[0]?.attributes[0] as OnnxAttribute;
}
function valueInfo(...type: readonly Bytes[]): ValueInfo {
  return inGraph(message(11, text(1, 'x'), message(2, ...type))).inputs[0] as ValueInfo;
}

describe('a model', () => {
  test('has a version, a producer, operator sets and a graph', () => {
    const opset = (domain: string, version: number) => message(8, text(1, domain), int(2, version));
    const model = read(
      int(1, 8),
      text(2, 'pytorch'),
      text(3, '2.1'),
      opset('', 17),
      opset('com.microsoft', 1),
      message(
        7,
        text(2, 'g'),
        message(1, text(1, 'x'), text(1, ''), text(2, 'y'), text(3, 'relu1'), text(4, 'Relu'), text(7, 'd'), text(8, 'o')),
      ),
    );
    expect(model).toEqual({
      irVersion: 8,
      producer: 'pytorch 2.1',
      opsets: new Map([
        ['', 17],
        ['com.microsoft', 1],
      ]),
      graph: {
        name: 'g',
        nodes: [{ name: 'relu1', opType: 'Relu', domain: 'd', overload: 'o', inputs: ['x', ''], outputs: ['y'], attributes: [] }],
        initializers: [],
        sparse: [],
        inputs: [],
        outputs: [],
        valueInfo: [],
      },
      functions: [],
    });
  });

  test('writes the default domain as empty', () => {
    expect([...read(message(7), message(8, text(1, 'ai.onnx'), int(2, 9))).opsets]).toEqual([['', 9]]);
  });

  test('is read whatever the order of its fields, and unknown ones are passed over', () => {
    const node = message(
      1,
      [...varint(99 * 8 + 5), 1, 2, 3, 4],
      text(4, 'Relu'),
      [...varint(100 * 8 + 1), ...float64(1)],
      text(1, 'x'),
      int(50, 7),
    );
    const { graph, irVersion } = read(message(7, message(500, [1, 2, 3]), node), text(6, 'documentation'), int(1, 4));
    expect(irVersion).toBe(4);
    expect(graph.nodes[0]).toMatchObject({ opType: 'Relu', inputs: ['x'] });
  });

  test('takes the last of a field that comes twice', () => {
    expect(read(int(1, 3), message(7), int(1, 8)).irVersion).toBe(8);
    expect(inGraph(message(1, text(4, 'Relu'), text(4, 'Tanh'))).nodes[0]?.opType).toBe('Tanh');
  });

  test('merges a message that comes in two pieces', () => {
    const { graph } = read(
      message(7, text(2, 'first'), message(1, text(4, 'Relu'))),
      message(7, text(2, 'last'), message(1, text(4, 'Tanh'))),
    );
    expect(graph.name).toBe('last');
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Relu', 'Tanh']);
    const { t } = attribute(
      text(1, 'value'),
      int(20, 4),
      message(5, int(1, 2), int(2, 7)),
      message(5, int(1, 1), message(9, int64(5n), int64(-6n))),
    );
    expect(t).toMatchObject({ dims: [2, 1], dataType: 7, values: [5, -6] });
  });

  test('has local functions', () => {
    const { functions } = read(
      message(7),
      message(
        25,
        text(1, 'f'),
        text(4, 'x'),
        text(5, 'y'),
        text(6, 'alpha'),
        message(7, text(4, 'Elu')),
        message(9, text(1, ''), int(2, 17)),
        text(10, 'local'),
        message(11, text(1, 'beta'), int(3, 2), int(20, 2)),
        message(12, text(1, 'y')),
        text(13, 'v1'),
        text(8, 'documentation'),
      ),
    );
    expect(functions).toEqual([
      {
        name: 'f',
        domain: 'local',
        overload: 'v1',
        inputs: ['x'],
        outputs: ['y'],
        attributes: ['alpha'],
        attributeProtos: [{ name: 'beta', type: 2, i: 2 }],
        nodes: [expect.objectContaining({ opType: 'Elu' })],
        opsets: new Map([['', 17]]),
        valueInfo: [{ name: 'y', kind: 'none', elemType: 0, dims: undefined }],
      },
    ]);
  });

  test('without a graph is none', () => {
    expect(() => read(int(1, 8), text(2, 'pytorch'))).toThrow(/has no graph/);
  });

  test.each([
    ['a name of a node', message(7, message(1, message(3, [0xff, 0xfe])))],
    ['a name cut within a character', message(7, message(5, message(8, [0xc3])))],
    ['a surrogate written as UTF-8', message(7, message(11, message(1, [0xed, 0xa0, 0x80])))],
  ])('refuses %s that is not UTF-8', (_, bytes) => {
    expect(() => read(bytes)).toThrow(BrokenFile);
  });
});

describe('an attribute', () => {
  test.each<[string, Bytes[], Partial<OnnxAttribute>]>([
    ['a float', [[2 * 8 + 5, ...float32(0.5)], int(20, 1)], { type: 1, f: 0.5 }],
    ['a negative integer', [int(3, -3), int(20, 2)], { type: 2, i: -3 }],
    ['the largest integer, rounded', [int(3, 2n ** 63n - 1n), int(20, 2)], { type: 2, i: 2 ** 63 }],
    ['a text', [text(4, 'SAME_UPPER'), int(20, 3)], { type: 3, s: 'SAME_UPPER' }],
    ['integers one by one', [int(8, 1), int(8, -2), int(8, 300), int(20, 7)], { type: 7, ints: [1, -2, 300] }],
    ['packed integers', [message(8, varint(1), varint(-2), varint(300)), int(20, 7)], { type: 7, ints: [1, -2, 300] }],
    ['integers in both ways', [int(8, 1), message(8, varint(2), varint(3)), int(8, 4), int(20, 7)], { type: 7, ints: [1, 2, 3, 4] }],
    ['floats one by one', [[7 * 8 + 5, ...float32(1)], [7 * 8 + 5, ...float32(2)], int(20, 6)], { type: 6, floats: [1, 2] }],
    ['packed floats', [message(7, float32(1), float32(2)), int(20, 6)], { type: 6, floats: [1, 2] }],
    ['texts', [text(9, 'Tanh'), text(9, ''), int(20, 8)], { type: 8, strings: ['Tanh', ''] }],
    ['a reference', [text(21, 'alpha'), int(20, 2)], { type: 2, refAttrName: 'alpha' }],
    ['zero, which may be left out', [int(20, 2)], { type: 2, i: 0 }],
    ['0.0, which may be left out', [int(20, 1)], { type: 1, f: 0 }],
    ['an empty text, which may be left out', [int(20, 3)], { type: 3, s: '' }],
    ['an empty list, which may be left out', [int(20, 7)], { type: 7, ints: [] }],
    ['a text too long to be kept', [text(4, 'x'.repeat(8193)), int(20, 3)], { type: 3, passed: 8193 }],
    [
      'a list too long to be kept',
      [
        message(
          8,
          Array.from({ length: 8193 }, () => 7),
        ),
        int(20, 7),
      ],
      { type: 7, passed: 8193 },
    ],
    [
      'a long list in pieces',
      [...Array.from({ length: 8192 }, () => int(8, 7)), int(8, 8), int(8, 9), int(20, 7)],
      { type: 7, passed: 8194 },
    ],
  ])('holds %s', (_, parts, expected) => {
    expect(attribute(text(1, 'a'), ...parts)).toEqual({ name: 'a', ...expected });
  });

  test('holds tensors, graphs and a sparse tensor', () => {
    const graph = message(6, text(2, 'then'), message(1, text(4, 'Relu')));
    expect(attribute(text(1, 'then_branch'), graph, int(20, 5)).g).toMatchObject({ name: 'then', nodes: [{ opType: 'Relu' }] });
    expect(attribute(message(10, text(8, 'a')), message(10, text(8, 'b'))).tensors?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(attribute(message(11, text(2, 'a')), message(11, text(2, 'b'))).graphs?.map(({ name }) => name)).toEqual(['a', 'b']);
    const values = message(1, int(1, 1), int(2, 1), message(4, float32(3)));
    const indices = message(2, int(1, 1), int(2, 7), message(7, varint(5)));
    expect(attribute(message(22, values, indices, message(3, varint(2), varint(4)))).sparse).toMatchObject({
      values: { dims: [1], values: [3] },
      indices: { values: [5] },
      dims: [2, 4],
    });
  });
});

describe('a tensor', () => {
  test.each<[string, number, Bytes[], number[], number]>([
    ['int64 in raw data', 7, [message(9, int64(-1n), int64(2n ** 40n), int64(2n ** 63n - 1n))], [-1, 2 ** 40, 2 ** 63], 24],
    ['int64 packed', 7, [message(7, varint(-1), varint(224))], [-1, 224], 16],
    ['int64 one by one', 7, [int(7, -1), int(7, 224)], [-1, 224], 16],
    ['int32 in raw data', 6, [message(9, [0xfe, 0xff, 0xff, 0xff])], [-2], 4],
    ['int32 packed, negative in ten bytes', 6, [message(5, varint(-2), varint(2 ** 31 - 1))], [-2, 2 ** 31 - 1], 8],
    ['int16 in raw data', 5, [message(9, [0xff, 0xff, 0x00, 0x01])], [-1, 256], 4],
    ['uint16 in raw data', 4, [message(9, [0xff, 0xff])], [65535], 2],
    ['int8 in raw data', 3, [message(9, [0xff, 0x7f])], [-1, 127], 2],
    ['uint8 in raw data', 2, [message(9, [0xff, 0x7f])], [255, 127], 2],
    ['bool in raw data', 9, [message(9, [1, 0])], [1, 0], 2],
    ['bool in int32_data', 9, [message(5, [1, 0])], [1, 0], 2],
    ['uint32 in raw data', 12, [message(9, [0xff, 0xff, 0xff, 0xff])], [2 ** 32 - 1], 4],
    ['uint64 in raw data', 13, [message(9, int64(-1n))], [2 ** 64], 8],
    ['uint64 packed', 13, [message(11, varint(-1), varint(3))], [2 ** 64, 3], 16],
    ['float in raw data', 1, [message(9, float32(0.5), float32(-2))], [0.5, -2], 8],
    ['float packed', 1, [message(4, float32(0.5), float32(-2))], [0.5, -2], 8],
    ['float one by one', 1, [[4 * 8 + 5, ...float32(0.5)]], [0.5], 4],
    ['double in raw data', 11, [message(9, float64(0.1))], [0.1], 8],
    ['double packed', 11, [message(10, float64(0.1))], [0.1], 8],
    ['double one by one', 11, [[10 * 8 + 1, ...float64(0.1)]], [0.1], 8],
    // 0x3c00 is 1, 0xc000 -2, 0x0001 the least subnormal, 2^-24; 0x7c00 infinity.
    ['float16 in raw data', 10, [message(9, [0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c])], [1, -2, 2 ** -24, Number.POSITIVE_INFINITY], 8],
    ['float16 as bits in int32_data', 10, [message(5, varint(0x3c00), varint(0xc000))], [1, -2], 4],
    // bfloat16 is the upper half of a float: 0x3f80 is 1, 0xc040 is -3.
    ['bfloat16 in raw data', 16, [message(9, [0x80, 0x3f, 0x40, 0xc0])], [1, -3], 4],
    ['bfloat16 as bits in int32_data', 16, [message(5, varint(0x3f80))], [1], 2],
    // Two to a byte, the lower bits first: 0x7f is -1 then 7 of int4.
    ['int4', 22, [message(9, [0x7f])], [-1, 7], 1],
    ['uint4', 21, [message(5, [0x7f, 0x01])], [15, 7, 1, 0], 2],
    // Four to a byte: 0b11_10_01_00.
    ['int2', 26, [message(9, [0b11_10_01_00])], [0, 1, -2, -1], 1],
  ])('of %s has its numbers', (_, dataType, parts, values, storedBytes) => {
    expect(tensor(int(1, values.length), int(2, dataType), ...parts, text(8, 'w'))).toEqual({
      name: 'w',
      dims: [values.length],
      dataType,
      values,
      storedBytes,
      storedElements: values.length,
      external: false,
    });
  });

  test('leaves out the padding of the last byte', () => {
    expect(tensor(int(1, 3), int(2, 22), message(9, [0x21, 0x03]))).toMatchObject({ values: [1, 2, 3], storedBytes: 2, storedElements: 4 });
  });

  test.each<[string, number, Bytes[], number, number]>([
    ['text', 8, [text(6, 'a'), text(6, '')], 2, 0],
    ['complex numbers in pairs', 14, [message(4, float32(1), float32(2))], 1, 8],
    ['float8', 17, [message(9, [1, 2, 3])], 3, 3],
    ['an unknown type', 99, [message(9, [1, 2, 3])], 0, 3],
    ['numbers of no type', 0, [message(7, varint(1))], 1, 0],
  ])('of %s is counted', (_, dataType, parts, storedElements, storedBytes) => {
    expect(tensor(int(1, 5), int(2, dataType), ...parts)).toEqual({
      name: '',
      dims: [5],
      dataType,
      storedBytes,
      storedElements,
      external: false,
    });
  });

  test.each<[string, number, Bytes, boolean, number]>([
    [
      '8192 bytes of int64',
      7,
      message(
        9,
        Array.from({ length: 8192 }, () => 0),
      ),
      true,
      1024,
    ],
    [
      '8200 bytes of int64',
      7,
      message(
        9,
        Array.from({ length: 8200 }, () => 0),
      ),
      false,
      1025,
    ],
    [
      '256 bytes of float',
      1,
      message(
        9,
        Array.from({ length: 256 }, () => 0),
      ),
      true,
      64,
    ],
    [
      '260 bytes of float',
      1,
      message(
        9,
        Array.from({ length: 260 }, () => 0),
      ),
      false,
      65,
    ],
    [
      '260 bytes of int8',
      3,
      message(
        9,
        Array.from({ length: 260 }, () => 0),
      ),
      false,
      260,
    ],
    [
      '64 packed floats',
      1,
      message(
        4,
        Array.from({ length: 256 }, () => 0),
      ),
      true,
      64,
    ],
    [
      '65 packed floats',
      1,
      message(
        4,
        Array.from({ length: 260 }, () => 0),
      ),
      false,
      65,
    ],
    [
      '33 packed doubles',
      11,
      message(
        10,
        Array.from({ length: 264 }, () => 0),
      ),
      false,
      33,
    ],
    ['8192 packed bytes of int64', 7, message(7, Array.from({ length: 4096 }, () => varint(300)).flat()), true, 4096],
    ['8193 packed bytes of int64', 7, message(7, [...Array.from({ length: 4096 }, () => varint(300)).flat(), 1]), false, 4097],
    [
      '257 packed bytes of int8',
      3,
      message(
        5,
        Array.from({ length: 257 }, () => 1),
      ),
      false,
      257,
    ],
  ])('of %s is kept or only counted', (_, dataType, payload, isKept, elements) => {
    const { values, storedElements } = tensor(int(1, elements), int(2, dataType), payload);
    expect(values?.length).toBe(isKept ? elements : undefined);
    expect(storedElements).toBe(elements);
  });

  test('counts what comes after the limit in pieces, packed and not', () => {
    const piece = message(
      4,
      Array.from({ length: 128 }, () => 0),
    );
    const single: Bytes = [4 * 8 + 5, 0, 0, 0, 0];
    const { values, storedElements } = tensor(int(1, 98), int(2, 1), piece, piece, piece, single, single);
    expect(values).toBeUndefined();
    expect(storedElements).toBe(3 * 32 + 2);
  });

  test('has its numbers wherever its type stands', () => {
    expect(tensor(message(9, int64(3n)), int(2, 7), int(1, 1)).values).toEqual([3]);
    expect(tensor(message(9, float32(0.5)), int(2, 1), int(1, 1)).values).toEqual([0.5]);
  });

  test('prefers raw data, and the last of it', () => {
    expect(tensor(int(1, 1), int(2, 7), message(7, varint(1)), message(9, int64(2n)), message(9, int64(3n))).values).toEqual([3]);
    const long = message(
      9,
      Array.from({ length: 9000 }, () => 0),
    );
    expect(tensor(int(1, 1), int(2, 7), message(9, int64(2n)), long)).not.toHaveProperty('values');
    expect(tensor(int(1, 1), int(2, 7), long, message(9, int64(2n)))).toMatchObject({ values: [2], storedBytes: 8 });
  });

  test('keeps dims that are no extents for whoever refuses them', () => {
    expect(tensor(message(1, varint(-1), varint(2n ** 63n)), int(1, 5)).dims).toEqual([-1, -(2 ** 63), 5]);
  });

  test('without elements has no numbers, without payload none that are known', () => {
    expect(tensor(int(1, 0), int(2, 7))).toMatchObject({ values: [], storedElements: 0 });
    expect(tensor(int(1, 2), int(2, 7))).not.toHaveProperty('values');
    expect(tensor(int(2, 7))).not.toHaveProperty('values');
  });

  test('whose data lie elsewhere says so', () => {
    const location = message(13, text(1, 'location'), text(2, 'weights.bin'));
    expect(tensor(int(1, 4), int(2, 1), location, int(14, 1))).toMatchObject({ external: true, storedBytes: 0 });
    expect(tensor(int(1, 4), int(2, 1), location)).toMatchObject({ external: true });
    expect(tensor(int(1, 4), int(2, 1))).toMatchObject({ external: false });
  });

  test('whose list of numbers ends within one is refused', () => {
    expect(() => tensor(int(2, 7), message(7, [1, 0x80]))).toThrow(/ends within a number/);
    expect(() => tensor(int(2, 7), message(7, [...Array.from({ length: 9000 }, () => 1), 0x80]))).toThrow(/ends within a number/);
    expect(() =>
      tensor(
        int(2, 7),
        message(
          7,
          Array.from({ length: 12 }, () => 0xff),
        ),
      ),
    ).toThrow(BrokenFile);
    expect(() => tensor(message(1, [0x80]), message(8, []))).toThrow(/ends within a number/);
  });

  test('whose list of floats is no whole number of them is refused', () => {
    expect(() => tensor(int(2, 1), message(4, [0, 0, 0, 0, 0]))).toThrow(/no whole number of entries of 4 bytes/);
    expect(() => tensor(int(2, 11), message(10, [0, 0, 0, 0]))).toThrow(/no whole number of entries of 8 bytes/);
  });
});

describe('a value', () => {
  const shape = (...dims: readonly Bytes[]) => message(2, ...dims.map((dim) => message(1, dim)));
  const float = int(1, 1);
  test.each<[string, Bytes[], Omit<ValueInfo, 'name'>]>([
    ['a tensor', [message(1, float, shape(int(1, 1), int(1, 3)))], { kind: 'tensor', elemType: 1, dims: [1, 3] }],
    [
      'symbols and unknown extents',
      [message(1, float, shape(text(2, 'N'), [], text(2, '')))],
      { kind: 'tensor', elemType: 1, dims: ['N', undefined, undefined] },
    ],
    [
      'an extent of 0 and a negative one',
      [message(1, float, shape(int(1, 0), int(1, -1)))],
      { kind: 'tensor', elemType: 1, dims: [0, -1] },
    ],
    ['a scalar', [message(1, float, shape())], { kind: 'tensor', elemType: 1, dims: [] }],
    ['a tensor of unknown rank', [message(1, float)], { kind: 'tensor', elemType: 1, dims: undefined }],
    ['a sequence', [message(4, message(1, message(1, float, shape(int(1, 2)))))], { kind: 'sequence', elemType: 1, dims: [2] }],
    [
      'an optional sequence',
      [message(9, message(1, message(4, message(1, message(1, float)))))],
      { kind: 'optional', elemType: 1, dims: undefined },
    ],
    ['a map', [message(5, int(1, 7), message(2, message(1, float, shape())))], { kind: 'map', elemType: 1, dims: [] }],
    ['a sparse tensor', [message(8, float, shape(int(1, 9)))], { kind: 'sparse', elemType: 1, dims: [9] }],
    ['an opaque type', [message(7, text(1, 'domain'))], { kind: 'none', elemType: 0, dims: undefined }],
    ['a denotation only', [text(6, 'IMAGE')], { kind: 'none', elemType: 0, dims: undefined }],
    ['a type in two pieces', [message(1, float), message(1, shape(int(1, 4)))], { kind: 'tensor', elemType: 1, dims: [4] }],
    [
      'the last of two types',
      [message(1, float, shape(int(1, 4))), message(8, int(1, 7))],
      { kind: 'sparse', elemType: 7, dims: undefined },
    ],
    [
      'the last of a value and a symbol',
      [message(1, float, message(2, message(1, int(1, 4), text(2, 'N'))))],
      { kind: 'tensor', elemType: 1, dims: ['N'] },
    ],
  ])('has %s', (_, type, expected) => {
    expect(valueInfo(...type)).toEqual({ name: 'x', ...expected });
  });

  test('may lack a type', () => {
    expect(inGraph(message(13, text(1, 'x'))).valueInfo).toEqual([{ name: 'x', kind: 'none', elemType: 0, dims: undefined }]);
  });
});

test('a sparse initializer has values, indices and dims', () => {
  const values = message(1, int(1, 1), int(2, 1), text(8, 'w'), message(4, float32(3)));
  expect(inGraph(message(15, values, int(3, 2), int(3, 4))).sparse).toEqual([
    { values: { name: 'w', dims: [1], dataType: 1, values: [3], storedBytes: 4, storedElements: 1, external: false }, dims: [2, 4] },
  ]);
});

describe('files of the onnx package', () => {
  const folder = new URL('../../golden/onnx-wire/', import.meta.url);

  /** JSON has no undefined: an extent that is not stated is null there; tensors of more than 32 elements are listed without values. */
  function comparable(model: unknown): unknown {
    return JSON.parse(
      JSON.stringify(model, (_, value: unknown) => {
        if (value instanceof Map) return Object.fromEntries(value);
        if (typeof value !== 'object' || value === null || !('dataType' in value) || !('dims' in value)) return value;
        const { values, ...rest } = value as OnnxTensor;
        return rest.dims.reduce((product, extent) => product * extent, 1) > 32 ? rest : { ...rest, values };
      }),
    );
  }

  test.each(
    readdirSync(folder)
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => [file]),
  )('%s is read as that package reads it', (file) => {
    const expected: unknown = JSON.parse(readFileSync(new URL(file.replace('.onnx', '.json'), folder), 'utf8'));
    expect(comparable(read([...readFileSync(new URL(file, folder))]))).toEqual(comparable(expected));
  });
});

const light = new URL('../../../../shared/onnx_light/', import.meta.url);
const isPresent = existsSync(light);

describe.skipIf(!isPresent)(isPresent ? 'light networks' : 'light networks (skipped: ../shared/onnx_light is absent)', () => {
  test.each([
    ['light_vgg19', 46, 36],
    ['light_zfnet512', 22, 16],
  ])('%s has its nodes and its weight makers', (name, nodes, makers) => {
    const { graph, irVersion, opsets } = read([...readFileSync(new URL(`${name}.onnx`, light))]);
    expect([irVersion, opsets.get('')]).toEqual([3, 9]);
    expect(graph.nodes.filter(({ opType }) => opType === 'ConstantOfShape').length).toBe(makers);
    expect(graph.nodes.length).toBe(nodes + makers);
    expect(graph.initializers.filter(({ dataType }) => dataType === 7).every(({ values }) => values !== undefined)).toBe(true);
  });
});
