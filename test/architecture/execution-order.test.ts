import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { executionOrder, nodesThatRun } from '../../src/architecture/execution-order.ts';
import type { Node } from '../../src/architecture/graph.ts';
import { InvalidArchitecture } from '../../src/issue.ts';
import { naiveOrder } from '../oracles/naive-order.ts';
import { placesOf, refusalOf } from '../refusal.ts';

/** Nodes `n0`, `n1`, … of which node i reads `reads[i]`; negative numbers are graph inputs. */
function nodesOf(reads: readonly (readonly number[])[]): readonly Node[] {
  return reads.map((inputs, index) => ({
    name: `n${index}`,
    // As much of a layer as an order looks at.
    spec: { path: ['layers', index] } as unknown as Node['spec'],
    inputs: inputs.map((node) => ({ node, output: 0, text: '' })),
    shares: undefined,
  }));
}

function cyclesOf(reads: readonly (readonly number[])[]): readonly string[] {
  try {
    executionOrder(nodesOf(reads));
  } catch (error) {
    if (error instanceof InvalidArchitecture) return error.issues.map(({ path, detail }) => `${path.join('/')} ${detail}`);
    throw error;
  }
  return [];
}

describe('the order', () => {
  test.each([
    [
      [[-1], [0], [1]],
      [0, 1, 2],
    ],
    [
      [[1], [2], [-1]],
      [2, 1, 0],
    ],
    // 1 and 2 are both ready after 3; the earlier one goes first.
    [
      [[1, 2], [3], [3], []],
      [3, 1, 2, 0],
    ],
    // 0 waits for 2, but 1 need not.
    [
      [[2], [], [1]],
      [1, 2, 0],
    ],
    [
      [
        [1, 1, 1],
        [-1, -2],
      ],
      [1, 0],
    ],
    [[], []],
  ])('of layers that read %j is %j', (reads, order) => {
    expect(executionOrder(nodesOf(reads))).toEqual(order);
  });

  test('is that of the naive rule, for any graph', () => {
    const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.tuple(
        fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
        // Mostly without cycles: layers read only what a hidden order puts before them.
        fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
        fc.boolean(),
      ),
    );
    fc.assert(
      fc.property(graph, ([wild, rank, tame]) => {
        const reads = tame
          ? wild.map((inputs, layer) => inputs.filter((input) => (rank[input] as number) < (rank[layer] as number)))
          : wild;
        const order = naiveOrder(reads);
        if (order === undefined) expect(cyclesOf(reads)).not.toEqual([]);
        else expect(executionOrder(nodesOf(reads))).toEqual(order);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a circle', () => {
  test('is named in the direction that tensors flow, from its earliest layer, and pointed at there', () => {
    // 0 → 2 → 1 → 0
    expect(cyclesOf([[1], [2], [0]])).toEqual(['layers/0/inputs layers feed each other in a circle: "n0" → "n2" → "n1" → "n0"']);
    expect(cyclesOf([[0]])).toEqual(['layers/0/inputs layers feed each other in a circle: "n0" → "n0"']);
  });

  test('is told from the layers that lead into it or follow from it', () => {
    // 1 → 2 → 1 is the circle; 0 feeds it, 3 and 4 follow.
    expect(cyclesOf([[-1], [0, 2], [1], [2], [3]])).toEqual(['layers/1/inputs layers feed each other in a circle: "n1" → "n2" → "n1"']);
    // The same with the layers that follow in front.
    expect(cyclesOf([[1], [3], [3], [2]])).toEqual(['layers/2/inputs layers feed each other in a circle: "n2" → "n3" → "n2"']);
  });

  test('is one of several that are all named', () => {
    expect(cyclesOf([[1], [0], [3], [2], [4], [4]])).toEqual([
      'layers/0/inputs layers feed each other in a circle: "n0" → "n1" → "n0"',
      'layers/2/inputs layers feed each other in a circle: "n2" → "n3" → "n2"',
      'layers/4/inputs layers feed each other in a circle: "n4" → "n4"',
    ]);
  });

  test('of many layers is cut in the middle', () => {
    const ring = Array.from({ length: 200_000 }, (_, index) => [(index + 199_999) % 200_000]);
    expect(cyclesOf(ring)).toEqual([
      'layers/0/inputs layers feed each other in a circle: "n0" → "n1" → "n2" → "n3" → "n199997" → "n199998" → "n199999" → "n0" (200000 layers)',
    ]);
  });

  test('in a document points at the inputs that close it', () => {
    const layers = [{ type: 'relu' }, { name: 'a', type: 'add', inputs: ['relu_1', 'b'] }, { name: 'b', type: 'relu' }];
    expect(refusalOf({ input: [3], layers })).toEqual([['#/layers/1/inputs cycle', 'layers feed each other in a circle: "a" → "b" → "a"']]);
    expect(placesOf({ input: [3], layers: [{ name: 'a', type: 'relu', inputs: ['a'] }] })).toEqual(['#/layers/0/inputs cycle']);
  });
});

test('what no output depends on does not run', () => {
  const nodes = nodesOf([[-1], [0], [0], [2], []]);
  const order = executionOrder(nodes);
  const run = (...outputs: number[]) =>
    nodesThatRun(
      nodes,
      order,
      outputs.map((node) => ({ node, output: 0, text: '' })),
    );
  expect(run(1)).toEqual([true, true, false, false, false]);
  expect(run(3)).toEqual([true, false, true, true, false]);
  expect(run(-1)).toEqual([false, false, false, false, false]);
  expect(run(1, 4)).toEqual([true, true, false, false, true]);
});
