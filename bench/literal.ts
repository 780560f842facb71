/**
 * Tensors in and out of JSON: ours against JSON.parse and JSON.stringify, interleaved, medians in milliseconds of CPU time. Both sides go from the bytes of a request
 * to a Float32Array and from a Float32Array to the bytes of an answer. Prints tables; asserts nothing.
 */

import { readTensorBody } from '../src/tensor/literal.ts';
import { JsonBytes } from '../src/tensor/literal-write.ts';

const rounds = 31;
const keys = { tensors: ['input'], values: ['layer'] };

type Nested = number | Nested[];

function nest(data: Float32Array, shape: readonly number[], from = 0, axis = 0): Nested {
  const extent = shape[axis];
  if (extent === undefined) return data[from] ?? 0;
  const step = shape.slice(axis + 1).reduce((product, part) => product * part, 1);
  return Array.from({ length: extent }, (_, index) => nest(data, shape, from + index * step, axis + 1));
}

/** Flattens without making arrays in between, as a careful server would. */
function flatten(value: Nested, into: Float32Array, from = 0): number {
  if (typeof value === 'number') {
    into[from] = value;
    return from + 1;
  }
  let at = from;
  for (const part of value) at = flatten(part, into, at);
  return at;
}

function timed(samples: number[], run: () => unknown): void {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  samples.push((user + system) / 1000);
}

function median(samples: number[]): number {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1] ?? 0;
}

const sources: readonly (readonly [string, (index: number) => number])[] = [
  ['float32 in 17 digits', () => Math.random() * 2 - 1],
  ['four digits', () => Math.round(Math.random() * 20_000 - 10_000) / 10_000],
  ['pixels', () => Math.floor(Math.random() * 256)],
];

const limits = { maxDepth: 64, maxRank: 8, maxElements: 4_000_000 };
const table: Record<string, string | number>[] = [];
for (const shape of [
  [1, 64, 56, 56],
  [1, 3, 32, 32],
])
  for (const [numbers, make] of sources)
    for (const form of ['nested', 'flat'] as const) {
      const length = shape.reduce((product, extent) => product * extent, 1);
      const data = Float32Array.from({ length }, (_, index) => make(index));
      const sent = form === 'nested' ? nest(data, shape) : { shape, data: Array.from(data) };
      const body = Buffer.from(JSON.stringify({ layer: { type: 'conv2d', padding: 1 }, input: sent }));
      const ours = { read: [] as number[], write: [] as number[] };
      const theirs = { read: [] as number[], write: [] as number[] };
      for (let round = 0; round < rounds; round++) {
        timed(ours.read, () => readTensorBody(body, keys, limits));
        timed(theirs.read, () => {
          const { input } = JSON.parse(body.toString()) as { input: Nested | { data: number[] } };
          if (typeof input === 'object' && 'data' in input) return Float32Array.from(input.data);
          const into = new Float32Array(length);
          flatten(input, into);
          return into;
        });
        timed(ours.write, () => new JsonBytes().text('{"output":').tensor({ dtype: 'float32', shape, data }, form).text('}').finish());
        timed(theirs.write, () =>
          Buffer.from(
            JSON.stringify({ output: form === 'nested' ? nest(data, shape) : { shape, dtype: 'float32', data: Array.from(data) } }),
          ),
        );
      }
      const both = (side: typeof ours): number => median(side.read) + median(side.write);
      table.push({
        shape: shape.join('x'),
        numbers,
        form,
        'read ms': Number(median(ours.read).toFixed(3)),
        'JSON.parse ms': Number(median(theirs.read).toFixed(3)),
        'write ms': Number(median(ours.write).toFixed(3)),
        'JSON.stringify ms': Number(median(theirs.write).toFixed(3)),
        'both, times faster': Number((both(theirs) / both(ours)).toFixed(2)),
      });
    }
console.table(table);
