/** The skimmer: pieces cut anywhere, broken files, limits, and what passing over costs. What it keeps is tested with the reader, in wire.test.ts. */

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenFile } from '../../../src/importers/broken-file.ts';
import { createSkimmer } from '../../../src/importers/onnx/skim.ts';
import { readModel } from '../../../src/importers/onnx/wire.ts';
import { InvalidArchitecture } from '../../../src/issue.ts';
import type { Bytes } from './wire-bytes.ts';
import { float32, float64, int, int64, message, of, text, varint } from './wire-bytes.ts';

const limits = { maxLayers: 1000 };

function skim(...chunks: readonly Uint8Array[]): Uint8Array {
  const skimmer = createSkimmer(limits);
  for (const chunk of chunks) skimmer.push(chunk);
  return skimmer.finish();
}

const folder = new URL('../../golden/onnx-wire/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => readFileSync(new URL(file, folder)));

/** Every kind of field, kept and passed over, packed and not. */
const everything = of(
  int(1, 8),
  message(8, text(1, ''), int(2, 17)),
  message(
    7,
    message(
      1,
      text(1, 'x'),
      text(4, 'Conv'),
      message(5, text(1, 'alpha'), [2 * 8 + 5, ...float32(0.5)]),
      message(5, int(8, -1), int(8, 300)),
    ),
    message(
      5,
      message(1, varint(2), varint(200)),
      int(2, 1),
      message(
        9,
        Array.from({ length: 1600 }, () => 1),
      ),
    ),
    message(5, int(1, 300), int(2, 7), message(7, Array.from({ length: 5000 }, () => varint(300)).flat())),
    message(5, int(2, 11), ...Array.from({ length: 40 }, (): Bytes => [10 * 8 + 1, ...float64(1)])),
    message(5, int(2, 8), text(6, 'a'), text(6, 'b')),
    message(5, int(2, 7), message(9, int64(224n)), text(12, 'documentation')),
    message(11, text(1, 'x'), message(2, message(1, int(1, 1), message(2, message(1, text(2, 'N')))))),
  ),
  message(20, message(1, [1, 2, 3])),
);

describe('pieces', () => {
  test('of one byte give what the whole gives', () => {
    for (const file of [everything, ...files]) expect(skim(...Array.from(file, (byte) => Uint8Array.of(byte)))).toEqual(skim(file));
  });

  test('cut anywhere give the same model', () => {
    const [first = everything] = files;
    for (const file of [everything, first]) {
      const whole = readModel(skim(file));
      fc.assert(
        fc.property(fc.uniqueArray(fc.integer({ min: 0, max: file.length }), { maxLength: 20 }), (cuts) => {
          const edges = [0, ...cuts.toSorted((a, b) => a - b), file.length];
          const chunks = edges.slice(1).map((edge, index) => file.subarray(edges[index], edge));
          expect(readModel(skim(...chunks))).toEqual(whole);
        }),
      );
    }
  });

  test('are not kept: a chunk may be reused', () => {
    const skimmer = createSkimmer(limits);
    const chunk = new Uint8Array(1);
    for (const byte of everything) {
      chunk[0] = byte;
      skimmer.push(chunk);
    }
    expect(skimmer.finish()).toEqual(skim(everything));
  });
});

describe('a broken file', () => {
  const graph = 7;
  const node = 1;
  test.each<[string, Uint8Array, RegExp]>([
    ['with a field number of 0', of([0x00, 0x01]), /at byte 1: 0 is no tag/],
    ['with a wire type of 6', of([0x0e]), /14 is no tag/],
    ['with a tag of six bytes', of([0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), /longer than 5 bytes/],
    ['with a tag beyond 32 bits', of([0xff, 0xff, 0xff, 0xff, 0x7f]), /is no tag/],
    ['with the start of a group', of([7 * 8 + 3]), /there is a group/],
    ['with the end of a group', of([7 * 8 + 4]), /there is a group/],
    [
      'with a varint of eleven bytes',
      of(
        [0x08],
        Array.from({ length: 10 }, () => 0x80),
        [0x01],
      ),
      /at byte 11: a number is longer than 10 bytes/,
    ],
    [
      'whose node is longer than its graph',
      of(varint(graph * 8 + 2), [5], varint(node * 8 + 2), [9]),
      /in graph: a field of 9 bytes does not fit in the 3 bytes/,
    ],
    [
      'whose weights are longer than their tensor',
      of(message(graph, [...varint(5 * 8 + 2), 3, ...varint(9 * 8 + 2), 200, 1])),
      /graph\/initializer\/0: .*200 bytes/,
    ],
    [
      'whose number is longer than its node',
      of(message(graph, [10, 2, 5 * 8 + 2, 0x80], [0, 0])),
      /graph\/node\/0: a number runs past the end of its NodeProto/,
    ],
    [
      'whose float is longer than its attribute',
      of(message(graph, message(1, message(5, [2 * 8 + 5, 0])))),
      /4 bytes does not fit in the 1 bytes/,
    ],
    ['with a length of 2^63', of(varint(graph * 8 + 2), varint(2n ** 63n)), /longer than any file/],
    ['whose graph is a number', of([graph * 8, 1]), /graph of ModelProto is a varint, which it never is/],
    ['whose ir_version is text', of(text(1, 'x')), /ir_version of ModelProto is length-delimited/],
    ['whose raw data is a float', of(message(graph, message(5, [9 * 8 + 5, 0, 0, 0, 0]))), /raw_data of TensorProto is a 32-bit number/],
    ['with a name of 20 kB', of(message(graph, text(2, 'x'.repeat(20_000)))), /name of GraphProto would be 20000 bytes long/],
    ['that is empty', of(), /empty/],
  ])('%s is refused', (_, bytes, detail) => {
    expect(() => skim(bytes)).toThrow(BrokenFile);
    expect(() => skim(bytes)).toThrow(detail);
    expect(() => skim(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toThrow(detail);
  });

  test('is refused as soon as it shows, whatever follows', () => {
    const skimmer = createSkimmer(limits);
    skimmer.push(of(varint(graph * 8 + 2), varint(1e12)));
    expect(() => skimmer.push(of([0x0f]))).toThrow(BrokenFile);
  });

  test('that was cut off is refused, unless the cut leaves whole fields', () => {
    const whole = of(message(7, message(1, text(4, 'Relu'), message(5, int(8, 300))), message(5, message(9, [1, 2, 3, 4]))));
    for (let end = 1; end < whole.length; end++) expect(() => skim(whole.subarray(0, end))).toThrow(/cut off/);
    for (let end = 1; end < everything.length; end += 7) {
      const cut = everything.subarray(0, end);
      try {
        readModel(skim(cut));
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenFile);
      }
    }
  });

  test('never ends in anything but a refusal: random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['a model', 'broken', 'invalid']).toContain(outcome(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  test('never ends in anything but a refusal: real files with bytes changed', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(everything, ...files), fc.array(change, { minLength: 1, maxLength: 8 }), (file, changes) => {
        const bytes = Uint8Array.from(file);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        seen.add(outcome(bytes));
      }),
      { numRuns: 3000 },
    );
    expect(seen).toContain('a model');
    expect(seen).toContain('broken');
  });
});

/** Anything but these is thrown on. */
function outcome(bytes: Uint8Array): string {
  try {
    readModel(skim(bytes));
    return 'a model';
  } catch (error) {
    if (error instanceof BrokenFile) return 'broken';
    if (error instanceof InvalidArchitecture) return 'invalid';
    throw error;
  }
}

describe('limits', () => {
  /** A graph without end, of one field again and again; gives what refused it, and how many bytes it took. */
  function endless(field: Bytes): { readonly error: unknown; readonly bytes: number } {
    const skimmer = createSkimmer({ maxLayers: 20_000 });
    skimmer.push(of(varint(7 * 8 + 2), varint(1e14)));
    const chunk = of(...Array.from({ length: Math.ceil(65_536 / field.length) }, () => field));
    let bytes = 0;
    try {
      for (; bytes < 2 ** 30; bytes += chunk.length) skimmer.push(chunk);
    } catch (error) {
      return { error, bytes };
    }
    return { error: undefined, bytes };
  }

  test('ten million nodes are refused at the first node too many', () => {
    const relu = message(1, text(1, 'a'), text(2, 'b'), text(4, 'Relu'));
    const { error, bytes } = endless(relu);
    expect((error as InvalidArchitecture).issues[0]).toMatchObject({ code: 'too_large' });
    expect(bytes).toBeLessThan(80_001 * relu.length);
  });

  test('nodes are counted wherever they are', () => {
    const few = { maxLayers: 1 };
    const relu = message(1, text(4, 'Relu'));
    const push = (bytes: Bytes) => () => createSkimmer(few).push(of(bytes));
    expect(push(message(7, relu, relu, relu, relu))).not.toThrow();
    expect(push(message(7, relu, relu, relu, relu, relu))).toThrow(/more than 4 nodes/);
    expect(push(message(7, relu, relu, relu, message(1, message(5, message(6, relu)))))).toThrow(/more than 4 nodes/);
    expect(
      push(message(25, relu, relu, relu, relu, message(7, relu), message(7, relu), message(7, relu), message(7, relu), message(7, relu))),
    ).toThrow(/nodes/);
    try {
      push(message(7, relu, relu, relu, relu, relu))();
    } catch (error) {
      expect((error as InvalidArchitecture).issues[0]?.path).toEqual(['graph', 'node', 4]);
    }
  });

  test.each<[string, Bytes]>([
    ['initializers', message(5)],
    ['values', message(13)],
    ['names', message(1, text(1, 'x'.repeat(10_000)))],
    ['empty names', message(1, ...Array.from({ length: 100 }, () => text(1, '')))],
    [
      'integers',
      message(
        1,
        message(
          5,
          message(
            8,
            Array.from({ length: 8000 }, () => 1),
          ),
        ),
      ),
    ],
    ['integers one by one', message(1, message(5, ...Array.from({ length: 1000 }, () => int(8, 1))))],
    [
      'dims',
      message(
        5,
        message(
          1,
          Array.from({ length: 8000 }, () => 1),
        ),
      ),
    ],
    [
      'small weights',
      message(
        5,
        int(2, 7),
        message(
          9,
          Array.from({ length: 8000 }, () => 1),
        ),
      ),
    ],
    ['attributes', message(1, ...Array.from({ length: 100 }, () => message(5)))],
  ])('%s without end are refused within 32 MB', (_, field) => {
    const { error, bytes } = endless(field);
    expect(error).toBeInstanceOf(InvalidArchitecture);
    expect(bytes).toBeLessThan(32 * 2 ** 20);
  });

  test('graphs within graphs are refused from 64 messages on', () => {
    const nested = (depth: number): Bytes => (depth === 0 ? [] : message(1, message(5, message(6, nested(depth - 1)))));
    expect(readModel(skim(of(message(7, nested(21))))).graph.nodes.length).toBe(1);
    expect(() => skim(of(message(7, nested(22))))).toThrow(/nest more than 64 deep/);
    const sequence = (depth: number): Bytes => (depth === 0 ? [] : message(4, message(1, sequence(depth - 1))));
    expect(() => skim(of(message(7, message(11, message(2, sequence(100))))))).toThrow(/nest more than 64 deep/);
  });
});

describe('weights', () => {
  test('of 64 MB are passed over: the skeleton stays small, whatever field they come in', () => {
    const chunk = new Uint8Array(65_536).fill(1);
    const size = chunk.length * 256;
    for (const field of [4, 7, 9, 10]) {
      const head = of(int(1, size), int(2, 1), varint(field * 8 + 2), varint(size));
      const skimmer = createSkimmer(limits);
      skimmer.push(of(varint(7 * 8 + 2), varint(head.length + size + 1 + varint(head.length + size).length)));
      skimmer.push(of(varint(5 * 8 + 2), varint(head.length + size)));
      skimmer.push(head);
      for (let sent = 0; sent < size; sent += chunk.length) skimmer.push(chunk);
      const skeleton = skimmer.finish();
      expect(skeleton.length).toBeLessThan(64);
      // Four bytes an entry; one byte a varint; bytes as they are, of four an element; eight bytes an entry.
      const elements = { 4: size / 4, 7: size, 9: size / 4, 10: size / 8 }[field];
      expect(readModel(skeleton).graph.initializers[0]).toMatchObject({ storedElements: elements, dims: [size] });
    }
  });

  test('that come one by one are counted', () => {
    const single: Bytes = [4 * 8 + 5, 0, 0, 0, 0];
    const count = 100_000;
    const skimmer = createSkimmer(limits);
    const size = single.length * count;
    skimmer.push(of(varint(7 * 8 + 2), varint(size + 1 + varint(size).length), varint(5 * 8 + 2), varint(size)));
    const chunk = of(...Array.from({ length: 1000 }, () => single));
    for (let sent = 0; sent < size; sent += chunk.length) skimmer.push(chunk);
    const skeleton = skimmer.finish();
    expect(skeleton.length).toBeLessThan(1000);
    expect(readModel(skeleton).graph.initializers[0]?.storedElements).toBe(count);
  });
});
