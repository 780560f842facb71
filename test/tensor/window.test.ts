import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samePadding, spanOf, transposedExtent, windowExtent } from '../../src/tensor/window.ts';

test('a dilated kernel spans the cells between its taps', () => {
  expect(spanOf(3, 1)).toBe(3);
  expect(spanOf(3, 2)).toBe(5);
  expect(spanOf(1, 9)).toBe(1);
});

describe('a sliding window', () => {
  test.each([
    // input, kernel, stride, dilation, padding, ceil → extent
    [224, 3, 1, 1, [1, 1], false, 224],
    [224, 7, 2, 1, [3, 3], false, 112], // ResNet's stem
    [227, 11, 4, 1, [0, 0], false, 55], // AlexNet's stem
    [7, 3, 1, 2, [0, 0], false, 3],
    [2, 3, 1, 1, [0, 0], false, 0],
    [6, 3, 2, 1, [0, 0], true, 3],
    [7, 3, 2, 1, [0, 0], true, 3],
    // The third window would start at cell 4 = 3 + 1, in the end padding.
    [3, 2, 2, 1, [1, 1], true, 2],
    [5, 1, 3, 1, [0, 0], true, 2], // starts at 0 and 3; one at 6 would lie outside
    [2, 3, 2, 1, [0, 0], true, 1], // overhangs by 1, less than the stride
    [2, 4, 2, 1, [0, 0], true, 0], // overhangs by a whole stride
  ] as const)('over %i cells, kernel %i, stride %i, dilation %i, padding %j, ceil %s gives %i', (i, k, s, d, padding, ceil, extent) => {
    expect(Math.max(windowExtent(i, k, s, d, padding, ceil), 0)).toBe(extent);
  });

  const geometry = fc.record({
    input: fc.integer({ min: 1, max: 20 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 5 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: fc.nat(4),
    after: fc.nat(4),
  });

  test('has as many outputs as windows can be laid down one by one', () => {
    fc.assert(
      fc.property(geometry, ({ input, kernel, stride, dilation, before, after }) => {
        const last = (kernel - 1) * dilation;
        let windows = 0;
        for (let start = 0; start + last < before + input + after; start += stride) windows++;
        expect(windowExtent(input, kernel, stride, dilation, [before, after], false)).toBe(windows);
      }),
      { numRuns: 2000 },
    );
  });

  test('rounded up, goes on until the last cell is covered, unless that window would start in the end padding', () => {
    fc.assert(
      fc.property(geometry, ({ input, kernel, stride, dilation, before, after }) => {
        const last = (kernel - 1) * dilation;
        const cells = before + input + after;
        // The first window may overhang by less than a stride, like any other.
        fc.pre(last < cells);
        let windows = 1;
        let end = last;
        while (end < cells - 1) {
          windows++;
          end += stride;
        }
        if (windows > 1 && end - last >= before + input) windows--;
        expect(windowExtent(input, kernel, stride, dilation, [before, after], true)).toBe(windows);
      }),
      { numRuns: 2000 },
    );
  });

  test('with "same" padding has ⌈i/s⌉ outputs, the odd cell at the end or at the start', () => {
    fc.assert(
      fc.property(geometry, ({ input, kernel, stride, dilation }) => {
        const end = samePadding(input, kernel, stride, dilation, false);
        expect(windowExtent(input, kernel, stride, dilation, end, false)).toBe(Math.ceil(input / stride));
        expect([0, 1]).toContain(end[1] - end[0]);
        expect(samePadding(input, kernel, stride, dilation, true)).toEqual([end[1], end[0]]);
        // Not a cell more than it takes.
        const total = end[0] + end[1];
        if (total > 0) expect(windowExtent(input, kernel, stride, dilation, [0, total - 1], false)).toBeLessThan(Math.ceil(input / stride));
      }),
      { numRuns: 2000 },
    );
  });

  test('a transposed window undoes a window: with any output padding below the stride, the window gives the input back', () => {
    fc.assert(
      fc.property(geometry, fc.nat(4), ({ input, kernel, stride, dilation, before, after }, extra) => {
        fc.pre(extra < stride);
        const extent = transposedExtent(input, kernel, stride, dilation, [before, after], extra);
        fc.pre(extent > 0);
        expect(windowExtent(extent, kernel, stride, dilation, [before, after], false)).toBe(input);
      }),
    );
    // DCGAN's generator: 4 → 8.
    expect(transposedExtent(4, 4, 2, 1, [1, 1], 0)).toBe(8);
  });
});
