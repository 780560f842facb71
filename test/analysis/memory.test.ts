import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureDocument } from '../measure-document.ts';
import type { NaiveGraph, NaiveLayer } from '../oracles/naive-peak.ts';
import { naivePeak } from '../oracles/naive-peak.ts';

const peak = (document: unknown, options = {}) => measureDocument(document, options).totals.peak_memory_bytes;

describe('peak memory', () => {
  // Tensors of 10 float32: 40 bytes each.
  const relu = (name: string, input: string) => ({ name, type: 'relu', inputs: [input] });

  test('of a chain is two tensors: what a step reads and what it makes', () => {
    expect(peak({ input: [10], layers: [relu('a', 'input'), relu('b', 'a'), relu('c', 'b')] })).toBe(80);
    expect(peak({ input: [10], layers: [relu('a', 'input')] }, { batch_size: 3 })).toBe(240);
  });

  test('holds what is still to be read', () => {
    // While c runs: a waits for the sum, b is read, c is made.
    const skip = [relu('a', 'input'), relu('b', 'a'), relu('c', 'b'), { name: 'sum', type: 'add', inputs: ['a', 'c'] }];
    expect(peak({ input: [10], layers: skip })).toBe(120);
  });

  test('holds an input until its last read, whoever reads it', () => {
    expect(peak({ input: [10], layers: [relu('a', 'input'), relu('b', 'a'), { name: 'sum', type: 'add', inputs: ['b', 'input'] }] })).toBe(
      120,
    );
  });

  test('holds outputs to the end', () => {
    const layers = [relu('a', 'input'), relu('b', 'a'), relu('c', 'b'), relu('d', 'c')];
    expect(peak({ input: [10], layers, outputs: ['d'] })).toBe(80);
    expect(peak({ input: [10], layers, outputs: ['d', 'a'] })).toBe(120);
    expect(peak({ input: [10], layers, outputs: ['d', 'input'] })).toBe(120);
    expect(peak({ input: [10], layers, outputs: ['input'] })).toBe(40);
  });

  test('adds all weights, of layers that do not run as well', () => {
    // linear: 10·2 + 2 weights are 88 bytes, its output 8; running it next to a would take 40 + 8.
    const layers = [relu('a', 'input'), relu('b', 'a'), { name: 'aux', type: 'linear', out_features: 2, inputs: ['a'] }];
    expect(peak({ input: [10], layers, outputs: ['b'] })).toBe(80 + 88);
    // batch_norm: 2·10 parameters and 2·10 buffers.
    expect(peak({ input: [10], layers: [{ type: 'batch_norm' }] })).toBe(80 + 160);
  });

  test('lets a view take nothing but keep its tensor', () => {
    const view = { name: 'v', type: 'flatten', inputs: ['a'] };
    expect(peak({ input: [5, 2], layers: [relu('a', 'input'), view] })).toBe(80);
    // a lives on in v while b and c run: input is gone, so a, b, c.
    expect(
      peak({ input: [5, 2], layers: [relu('a', 'input'), view, relu('b', 'v'), relu('c', 'b'), { type: 'add', inputs: ['c', 'v'] }] }),
    ).toBe(120);
    // The input lives on in a view that is an output.
    expect(peak({ input: [10], layers: [{ name: 'v', type: 'identity' }, relu('b', 'v'), relu('c', 'b')], outputs: ['v', 'c'] })).toBe(120);
  });

  test('counts a learned tensor among the weights only', () => {
    const layers = [
      { name: 'p', type: 'parameter', shape: [10] },
      { name: 'v', type: 'unsqueeze', dim: 0 },
      { type: 'add', inputs: ['v', 'input'] },
    ];
    expect(peak({ input: [10], layers })).toBe(40 + 80);
  });

  test('counts tensors in the type they have', () => {
    // 10 float64 and 10 int64 are 80 bytes each; int4: 5 bytes.
    const layers = [{ name: 'i', type: 'cast', dtype: 'int64' }];
    expect(peak({ inputs: [{ name: 'x', shape: [10], dtype: 'float64' }], layers })).toBe(160);
    expect(peak({ input: [10], layers }, { dtype: 'int4' })).toBe(85);
  });

  test('of an output whose shape is unknown counts nothing, and keeps no other tensor', () => {
    const layers = [{ name: 'x', type: 'custom', operator: 'y' }, relu('a', 'input'), relu('b', 'a'), relu('c', 'b')];
    for (const output of ['x', 'x:1', 'x:2']) expect(peak({ input: [10], layers, outputs: [output, 'c'] })).toBe(80);
  });

  test('of a layer that makes several tensors counts the unread ones while it runs', () => {
    // max_pool1d: 10 float32 and 10 int64; then relu reads the first.
    const layers = [{ name: 'p', type: 'max_pool1d', kernel_size: 1, return_indices: true }, relu('r', 'p')];
    expect(peak({ input: [1, 10], layers })).toBe(40 + 40 + 80);
  });
});

/** A layer of the generated graphs: `picks` choose among the tensors before it. */
interface Plan {
  readonly kind: 'relu' | 'identity' | 'cast' | 'pool' | 'split' | 'add' | 'parameter' | 'constant';
  readonly picks: readonly [number, number];
}

interface Tensor {
  readonly name: string;
  readonly channels: 1 | 2;
  readonly type: 'float32' | 'int8' | 'int64';
}

const widths = { float32: 4, int8: 1, int64: 8 };
const bytes = (channels: number, type: Tensor['type']) => channels * 4 * widths[type];

/** Document and naive graph side by side: tensors are 1 × channels × 4. */
function build(plans: readonly Plan[]): { layers: Record<string, unknown>[]; naive: NaiveLayer[]; tensors: Tensor[] } {
  const tensors: Tensor[] = [
    { name: 'x', channels: 2, type: 'float32' },
    { name: 'y', channels: 1, type: 'float32' },
  ];
  const layers: Record<string, unknown>[] = [];
  const naive: NaiveLayer[] = [];
  for (const [index, { kind, picks }] of plans.entries()) {
    const name = `n${index}`;
    const among = kind === 'relu' || kind === 'pool' ? tensors.filter(({ type }) => type === 'float32') : tensors;
    const a = among[picks[0] % among.length] as Tensor;
    const b = tensors[picks[1] % tensors.length] as Tensor;
    const own = (output: number, channels: 1 | 2, type: Tensor['type'], viewOf?: string) => {
      const tensor = { name: output === 0 ? name : `${name}:${output}`, channels, type };
      tensors.push(tensor);
      return { name: tensor.name, bytes: viewOf === undefined ? bytes(channels, type) : 0, ...(viewOf === undefined ? {} : { viewOf }) };
    };
    const add = (layer: object, reads: readonly string[], makes: NaiveLayer['makes']) => {
      layers.push({ name, ...layer, inputs: reads });
      naive.push({ reads, makes });
    };
    if (kind === 'relu') add({ type: 'relu' }, [a.name], [own(0, a.channels, a.type)]);
    else if (kind === 'identity') add({ type: 'identity' }, [a.name], [own(0, a.channels, a.type, a.name)]);
    else if (kind === 'cast') add({ type: 'cast', dtype: 'int8' }, [a.name], [own(0, a.channels, 'int8')]);
    else if (kind === 'pool')
      add(
        { type: 'max_pool1d', kernel_size: 1, return_indices: true },
        [a.name],
        [own(0, a.channels, a.type), own(1, a.channels, 'int64')],
      );
    else if (kind === 'split')
      add(
        { type: 'split', split_size: 1, dim: 1 },
        [a.name],
        Array.from({ length: a.channels }, (_, output) => own(output, 1, a.type, a.name)),
      );
    else if (kind === 'add') {
      const types = [a.type, b.type];
      const type = types.includes('float32') ? 'float32' : types.includes('int64') ? 'int64' : 'int8';
      add({ type: 'add' }, [a.name, b.name], [own(0, a.channels === 2 ? 2 : b.channels, type)]);
    } else if (kind === 'parameter') add({ type: 'parameter', shape: [1, 2, 4] }, [], [{ ...own(0, 2, 'float32'), bytes: 0 }]);
    else add({ type: 'constant', shape: [1, 1, 4] }, [], [own(0, 1, 'float32')]);
  }
  return { layers, naive, tensors };
}

test('peak memory is that of the naive simulation, for any graph in any order', () => {
  const plan = fc.record({
    kind: fc.constantFrom<Plan['kind']>('relu', 'relu', 'identity', 'cast', 'pool', 'split', 'add', 'add', 'parameter', 'constant'),
    // High picks, so that most layers read a recent tensor.
    picks: fc.tuple(fc.nat(50), fc.nat(50)),
  });
  const scene = fc.record({
    plans: fc.array(plan, { minLength: 1, maxLength: 14 }),
    wanted: fc.option(fc.array(fc.nat(50), { minLength: 1, maxLength: 3 })),
    order: fc.infiniteStream(fc.nat(1000)),
    shuffled: fc.boolean(),
  });
  let several = 0;
  fc.assert(
    fc.property(scene, ({ plans, wanted, order, shuffled }) => {
      const { layers, naive, tensors } = build(plans);
      const places = layers
        .map((_, index) => ({ index, key: shuffled ? (order.next().value as number) : index }))
        .sort((a, b) => a.key - b.key);
      const outputs =
        wanted?.map((pick) => (tensors[pick % tensors.length] as Tensor).name) ??
        places
          .map(({ index }) => `n${index}`)
          .filter((name) => !naive.some(({ reads }) => reads.some((read) => read.split(':')[0] === name)));
      const graph: NaiveGraph = {
        inputs: [
          { name: 'x', bytes: bytes(2, 'float32') },
          { name: 'y', bytes: bytes(1, 'float32') },
        ],
        layers: places.map(({ index }) => naive[index] as NaiveLayer),
        outputs,
      };
      const report = measureDocument({
        inputs: [
          { name: 'x', shape: [2, 4] },
          { name: 'y', shape: [1, 4] },
        ],
        layers: places.map(({ index }) => layers[index]),
        ...(wanted === null ? {} : { outputs }),
      });
      if (report.layers.filter(({ runs }) => runs !== false).length > 3) several++;
      expect(report.totals.peak_memory_bytes - report.totals.parameter_bytes).toBe(naivePeak(graph));
    }),
    { numRuns: 1500 },
  );
  expect(several).toBeGreaterThan(300);
});
